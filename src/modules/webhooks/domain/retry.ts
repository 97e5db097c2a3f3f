import type { Health } from './endpoint.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** Before the second, third … tenth attempt. Source: Standard Webhooks 1.0.0, the sample schedule: 75.6 hours in all. */
export const SCHEDULE_MS: readonly number[] = [
  5 * SECOND_MS,
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  5 * HOUR_MS,
  10 * HOUR_MS,
  14 * HOUR_MS,
  20 * HOUR_MS,
  24 * HOUR_MS,
];

/** While an endpoint is paused, its probes go by these, the last one again and again. It heals within the hour. */
export const PROBES_MS: readonly number[] = [5 * MINUTE_MS, 15 * MINUTE_MS, 60 * MINUTE_MS];

const JITTER = 0.2;
/** Whoever asks us to come back next year is asked again tomorrow. */
const RETRY_AFTER_CAP_MS = 24 * HOUR_MS;
/** The schedule at its shortest. Probes are more frequent than the schedule and must not use a delivery up sooner. */
const PATIENCE_MS = SCHEDULE_MS.reduce((sum, delay) => sum + delay, 0) * (1 - JITTER);

export interface Tried {
  /** How often since it was last put in line. */
  readonly tries: number;
  /** How long ago the first of these was. */
  readonly sinceFirstMs: number;
}

/** Whether the schedule is over for a delivery, so that the next in line gets its turn. */
export const isUsedUp = ({ tries, sinceFirstMs }: Tried): boolean =>
  tries > SCHEDULE_MS.length && sinceFirstMs >= PATIENCE_MS;

/** How long to wait before the next attempt; `fraction`, from 0 to 1, spreads those who failed together. */
export const delayMs = (health: Health, tries: number, retryAfterMs: number | undefined, fraction: number): number => {
  const steps = health.state === 'paused' ? PROBES_MS : SCHEDULE_MS;
  const step = health.state === 'paused' ? health.probes : tries - 1;
  const planned = steps[Math.min(Math.max(step, 0), steps.length - 1)] ?? 0;
  const spread = Math.round(planned * (1 - JITTER + 2 * JITTER * fraction));
  return Math.max(spread, Math.min(retryAfterMs ?? 0, RETRY_AFTER_CAP_MS));
};
