/** Waits so long, or until the signal aborts; resolves either way. */
export const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });

/** Of whoever lets others go before him. */
const REST_MS = 2;

/** Calls after a short rest, if that is not called off by calling what it returns. */
export const afterARest = (call: () => void): (() => void) => {
  const timer = setTimeout(call, REST_MS);
  return () => {
    clearTimeout(timer);
  };
};

/** Calls once whoever else has something to do, a request that came or an answer of the database, was served. */
export const othersFirst = (call: () => void): void => {
  setImmediate(call);
};
