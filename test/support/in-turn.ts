/** One of several at work; what it says is passed on in its turn. */
export type Part = (say: (text: string | Uint8Array) => void) => Promise<void>;

/**
 * Does so many parts at once, begun in their order, and lets them speak in their order: the first that is at work is heard
 * as it speaks, those behind it when all before them have ended. Their words never mix.
 */
export const inTurn = async (
  parts: readonly Part[],
  atOnce: number,
  print: (text: string | Uint8Array) => void,
): Promise<void> => {
  const kept = parts.map((): (string | Uint8Array)[] => []);
  const ended = new Set<number>();
  let turn = 0;
  const passOn = (): void => {
    for (; turn < parts.length; turn += 1) {
      for (const text of kept[turn]?.splice(0) ?? []) print(text);
      if (!ended.has(turn)) return;
    }
  };
  const waiting = parts.entries();
  const work = async (): Promise<void> => {
    for (const [place, part] of waiting) {
      await part((text) => {
        kept[place]?.push(text);
        passOn();
      });
      ended.add(place);
      passOn();
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
};
