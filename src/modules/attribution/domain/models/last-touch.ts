import { type ModelTouch, type Share, sharesByWeight } from './share.ts';

/** The latest touch has it all. */
export const lastTouch = (touches: readonly ModelTouch[]): readonly Share[] => sharesByWeight(touches.slice(-1), [1n]);
