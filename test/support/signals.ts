/** Waiting for what happens, instead of sleeping until it has. */

/** Lets everybody pass when `count` have arrived; later ones pass at once. */
export const latch = (count: number): { arrive(): Promise<void> } => {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  let arrived = 0;
  return {
    arrive: () => {
      arrived += 1;
      if (arrived >= count) open();
      return opened;
    },
  };
};

/** Looks until it is so; says what it waited for when it never was. */
export const eventually = async (
  what: string,
  isSo: () => boolean | Promise<boolean>,
  timeoutMs = 10_000,
): Promise<void> => {
  for (const end = performance.now() + timeoutMs; !(await isSo());) {
    if (performance.now() > end) throw new Error(`never: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
};

export const pauseMs = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
