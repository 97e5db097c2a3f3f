import type { Id } from '../../../shared/ids.ts';
import type { Instant } from '../../../shared/instant.ts';

export const JOURNEYS_BY = ['partner', 'channel'] as const;
/** What a step of a journey is: whose touch it was, or of which kind. */
export type JourneysBy = (typeof JOURNEYS_BY)[number];

export interface JourneyQuery {
  readonly programId: Id<'prg'>;
  /** Of orders placed, or touches made, from then on, and up to, but not including. */
  readonly from: Instant;
  readonly to: Instant;
  readonly by: JourneysBy;
}

/** So many journeys that went the same way. */
export interface Journey {
  readonly steps: readonly string[];
  readonly count: number;
}

/** What visitors were touched by before they ordered, or did not. */
export abstract class Journeys {
  /** To orders of the period, by the touches that could have won them, a piece at a time. */
  abstract toOrders(query: JourneyQuery): AsyncIterable<readonly Journey[]>;
  /** Of the period's visitors who never ordered, a piece at a time. */
  abstract toNothing(query: JourneyQuery): AsyncIterable<readonly Journey[]>;
}
