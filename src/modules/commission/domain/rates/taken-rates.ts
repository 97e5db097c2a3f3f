import type { Exchange } from '../engine/facts.ts';
import type { RateWanted } from '../terms/version-for.ts';

/** By what an order was converted first. For the same source and moment it is converted by nothing else ever after. */
export interface RateTaken {
  readonly wanted: RateWanted;
  readonly exchange: Exchange;
}

export const wantedName = ({ orderId, source, from, to, at }: RateWanted): string =>
  [orderId, source, from, to, at].join('/');
