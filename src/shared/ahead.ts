/** Begins work; first waits, if so many pieces of its lane are under way, for the oldest of them. */
export type Begin = (piece: () => Promise<unknown>) => Promise<void>;

/**
 * Runs `work`, which may begin pieces of it before earlier ones have ended: while the database writes one, the next is
 * made ready. Statements of one transaction follow each other as they were begun, so a lane keeps its order; how many of a
 * lane are under way is bounded, for each holds what it writes. Over when all has ended; throws what failed first.
 */
export const ahead = async <Result>(work: (lane: (most: number) => Begin) => Promise<Result>): Promise<Result> => {
  const begun: Promise<unknown>[] = [];
  const failures: unknown[] = [];
  const lane = (most: number): Begin => {
    const underWay: Promise<unknown>[] = [];
    return async (piece) => {
      if (underWay.length >= most) await underWay.shift();
      const ended = piece();
      underWay.push(ended);
      begun.push(ended.catch((error: unknown) => failures.push(error)));
    };
  };
  const [whole] = await Promise.allSettled([work(lane)]);
  if (whole.status === 'rejected') failures.push(whole.reason);
  await Promise.all(begun);
  if (whole.status === 'rejected' || failures.length > 0) throw failures[0];
  return whole.value;
};
