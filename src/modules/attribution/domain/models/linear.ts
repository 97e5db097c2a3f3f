import { type ModelTouch, type Share, sharesByWeight } from './share.ts';

/** Every touch has the same. A partner who touched twice has it twice. */
export const linear = (touches: readonly ModelTouch[]): readonly Share[] =>
  sharesByWeight(
    touches,
    touches.map(() => 1n),
  );
