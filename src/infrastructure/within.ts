import { AppError } from '../shared/errors.ts';

/** The result, if it comes in time. Throws `database.unavailable` for what does not; the work goes on unwatched. */
export const within = <Result>(ms: number, work: Promise<Result>): Promise<Result> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      const why = `no answer within ${ms} ms`;
      reject(new AppError('unavailable', 'database.unavailable', why, { retryAfterSeconds: 1 }));
    }, ms);
    work.then(resolve, reject).finally(() => {
      clearTimeout(timer);
    });
  });
