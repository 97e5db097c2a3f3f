const TICK_MS = 5;

/**
 * Calls `each` at that rate, whatever becomes of earlier calls: who is slow is not spared. Resolves at the end, or when
 * `stop` says so.
 */
export const atRate = async (
  rate: number,
  seconds: number,
  stop: AbortSignal,
  each: (dueMs: number) => void,
): Promise<void> => {
  const began = performance.now();
  const total = Math.ceil(rate * seconds);
  for (let done = 0; done < total && !stop.aborted;) {
    const due = Math.min(total, Math.floor(((performance.now() - began) / 1_000) * rate) + 1);
    for (; done < due; done += 1) each(began + (done * 1_000) / rate);
    await new Promise((resolve) => setTimeout(resolve, TICK_MS));
  }
};
