import { AppError } from '../../../../shared/errors.ts';
import type { Id } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { OrderFacts } from '../../../orders/index.ts';
import { termsInForce, type TermsVersion } from './terms.ts';

/**
 * The version that judges a partner's part of an order, by the policy that was in force when the order was placed.
 * Throws `commission.no_terms`.
 */
export const versionFor = (versions: readonly TermsVersion[], order: OrderFacts, touchedAt: Instant): TermsVersion => {
  const policy = inForce(versions, order, order.placedAt).terms.versionAt;
  switch (policy) {
    case 'touch':
      return inForce(versions, order, touchedAt);
    case 'delivery':
      return inForce(versions, order, order.milestones.delivered ?? order.placedAt);
    default:
      return inForce(versions, order, order.placedAt);
  }
};

const inForce = (versions: readonly TermsVersion[], { programId, orderId }: OrderFacts, at: Instant): TermsVersion => {
  const found = termsInForce(versions, at);
  if (found !== undefined) return found;
  throw new AppError(
    'refused',
    'commission.no_terms',
    `program ${programId} has no terms in force at ${at}; publish some that are, and the order is calculated by itself`,
    { ids: { orderId } },
  );
};

/** Which rate an order needs: from its currency to that of the terms, at a moment, by a source. */
export interface RateAsked {
  readonly source: string;
  readonly from: string;
  readonly to: string;
  readonly at: Instant;
}

export interface RateWanted extends RateAsked {
  readonly orderId: Id<'ord'>;
}

/** Undefined: it needs none, or the terms do not take it. */
export const rateFor = (
  { orderId, currency, placedAt, milestones }: OrderFacts,
  { terms: { currency: to, exchange } }: TermsVersion,
): RateWanted | undefined => {
  if (currency === to || exchange === undefined) return undefined;
  const at = exchange.at === 'delivery' ? (milestones.delivered ?? placedAt) : placedAt;
  return { orderId, source: exchange.source, from: currency, to, at };
};
