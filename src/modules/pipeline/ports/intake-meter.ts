import type { Lane } from '../domain/lanes.ts';

/** What is counted at the front door. */
export abstract class IntakeMeter {
  /** Refused to make room for what is more urgent. */
  abstract shed(lane: Lane, events: number): void;
  /** Told to come again. */
  abstract turnedAway(lane: Lane, events: number): void;
  abstract accepted(lane: Lane, events: number): void;
}
