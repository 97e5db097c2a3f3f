import { epochMs, type Instant, instant } from '../../../../shared/instant.ts';
import type { Line } from './reconciliation.ts';

export const WINDOW_DAYS = 3;
const DAY_MS = 86_400_000;

/** Within three days of when it was sent, or happened, by the day from which the money counts. */
export const isNear = ({ valueOn, bookedAt }: Line, sentAt: Instant | undefined): boolean => {
  if (sentAt === undefined) return false;
  const day = (ms: number): number => Math.floor(ms / DAY_MS);
  const at = valueOn === undefined ? bookedAt : instant(`${valueOn}T00:00:00Z`);
  return Math.abs(day(epochMs(at)) - day(epochMs(sentAt))) <= WINDOW_DAYS;
};
