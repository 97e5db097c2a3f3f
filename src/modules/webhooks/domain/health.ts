import { type Instant, msBetween } from '../../../shared/instant.ts';
import { mayMove, moved } from '../../../shared/lifecycle.ts';
import { type DisabledReason, type EndpointAction, type Health, lifecycle } from './endpoint.ts';

/** Failures in a row after which an endpoint counts as degraded, and as down. */
export const DEGRADED_AFTER = 3;
export const PAUSED_AFTER = 6;
/** Failing for so long, it is given up. */
export const GIVEN_UP_AFTER_MS = 5 * 86_400_000;

export const UNVERIFIED: Health = { state: 'unverified', failures: 0, probes: 0 };

/** It answered well: whatever was wrong is over. What its owner or a 410 has disabled stays so. */
export const afterSuccess = (health: Health): Health => {
  if (health.state === 'disabled') return health;
  const state = mayMove(lifecycle, health.state, 'succeed') ? move(health, 'succeed') : health.state;
  return { state, failures: 0, probes: 0 };
};

export const afterFailure = (health: Health, at: Instant, gone: boolean): Health => {
  const { state } = health;
  if (state === 'disabled') return health;
  const failingSince = health.failingSince ?? at;
  const failing = { ...health, failures: health.failures + 1, failingSince };
  if (gone) return disabled(failing, 'gone', 'gone');
  const givesUp = mayMove(lifecycle, state, 'give_up') && msBetween(failingSince, at) >= GIVEN_UP_AFTER_MS;
  return givesUp ? disabled(failing, 'give_up', 'failing') : sinking(failing);
};

const sinking = (failing: Health): Health => {
  const { state, failures, probes } = failing;
  if (state === 'paused') return { ...failing, probes: probes + 1 };
  if (state === 'degraded') return failures < PAUSED_AFTER ? failing : { ...failing, state: move(failing, 'pause') };
  return failures < DEGRADED_AFTER ? failing : { ...failing, state: move(failing, 'falter') };
};

/** The owner wants it sent to again, at once. Wanting what already is changes nothing. */
export const enabled = (health: Health): Health =>
  mayMove(lifecycle, health.state, 'enable') ? { state: move(health, 'enable'), failures: 0, probes: 0 } : health;

export const disabledByOwner = (health: Health): Health =>
  health.state === 'disabled' ? health : disabled(health, 'disable', 'by_owner');

const disabled = (health: Health, action: EndpointAction, disabledReason: DisabledReason): Health => ({
  ...health,
  state: move(health, action),
  disabledReason,
});

/** Throws `webhooks.illegal_move`. */
const move = ({ state }: Health, action: EndpointAction): Health['state'] =>
  moved('webhooks', lifecycle, state, action);
