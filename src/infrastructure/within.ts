import { AppError } from '../shared/errors.ts';
import { pause } from './pause.ts';

/** The result, if it comes in time. Throws `database.unavailable` for what does not; the work goes on unwatched. */
export const within = async <Result>(ms: number, work: Promise<Result>): Promise<Result> => {
  work.catch(() => undefined); // when it is late, nobody waits for it any more
  const waiting = new AbortController();
  const late = pause(ms, waiting.signal).then((): never => {
    throw new AppError('unavailable', 'database.unavailable', `no answer within ${ms} ms`, { retryAfterSeconds: 1 });
  });
  late.catch(() => undefined); // it also ends when the work is done in time
  return Promise.race([work, late]).finally(() => {
    waiting.abort();
  });
};
