import type { TakenTouch } from '../domain/traffic/touchpoint.ts';

/** Where the edge puts touches. Durable means: whatever dies now, the touch becomes a touchpoint, once. */
export abstract class TouchLog {
  /** `done` is called once the touch is durable; with why, if it could not be made so. */
  abstract take(touch: TakenTouch, done: (error?: unknown) => void): void;
}
