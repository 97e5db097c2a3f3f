import { type Instant, msBetween, plusMs } from '../../../shared/instant.ts';
import type { EndpointId } from '../index.ts';
import { type Attempt, type AttemptedDelivery, isDelivered, isGone } from './delivery.ts';
import type { EndpointState, Health } from './endpoint.ts';
import { afterFailure, afterSuccess } from './health.ts';
import { delayMs, isUsedUp } from './retry.ts';

/** What follows from a run of attempts on one endpoint: all went well, or all but the last. */
export interface SettledRun {
  readonly health: Health;
  readonly deliveries: readonly AttemptedDelivery[];
  /** When the endpoint may be sent to again; absent when it is disabled. */
  readonly nextAt?: Instant | undefined;
}

export const settleRun = (
  endpointId: EndpointId,
  before: Health,
  attempts: readonly Attempt[],
  now: Instant,
  fraction: number,
): SettledRun => {
  let health = before;
  let nextAt: Instant = now;
  const deliveries = attempts.map((attempt): AttemptedDelivery => {
    const { due, at, durationMs, outcome } = attempt;
    const firstTriedAt = due.firstTriedAt ?? at;
    const base = { endpointId, deliveryId: due.deliveryId, sequence: due.sequence, at, durationMs, outcome };
    const tried = { ...base, attempts: due.attempts + 1, tries: due.tries + 1, firstTriedAt };
    if (isDelivered(outcome)) {
      health = afterSuccess(health);
      return { ...tried, state: 'delivered' };
    }
    health = afterFailure(health, endOf(attempt), isGone(outcome));
    const retryAfterMs = outcome.kind === 'answered' ? outcome.retryAfterMs : undefined;
    const usedUp = isUsedUp({ tries: tried.tries, sinceFirstMs: msBetween(firstTriedAt, at) });
    nextAt = plusMs(endOf(attempt), delayMs(health, usedUp ? 1 : tried.tries, retryAfterMs, fraction));
    return { ...tried, state: usedUp ? 'failed' : 'pending' };
  });
  return { health, deliveries, nextAt: health.state === 'disabled' ? undefined : nextAt };
};

const endOf = ({ at, durationMs }: Attempt): Instant => plusMs(at, durationMs);

/** How many of those who wait may be sent in one run: an endpoint in trouble is tried with one. */
export const runLength = (state: EndpointState, most: number): number => (state === 'enabled' ? most : 1);
