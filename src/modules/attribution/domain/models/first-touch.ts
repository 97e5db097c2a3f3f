import { type ModelTouch, type Share, sharesByWeight } from './share.ts';

/** The earliest touch has it all. */
export const firstTouch = (touches: readonly ModelTouch[]): readonly Share[] =>
  sharesByWeight(touches.slice(0, 1), [1n]);
