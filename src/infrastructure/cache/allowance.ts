import { type RateLimiterAbstract, RateLimiterRes } from 'rate-limiter-flexible';
import type { Allowance } from './cache.ts';

export const WINDOW_SECONDS = 60;

/** Spends one point; the library throws its result when there is none left. */
export const spendFrom = async (limiter: RateLimiterAbstract, who: string): Promise<Allowance> => {
  try {
    return toAllowance(limiter.points, true, await limiter.consume(who));
  } catch (refusal) {
    if (refusal instanceof RateLimiterRes) return toAllowance(limiter.points, false, refusal);
    throw refusal;
  }
};

const toAllowance = (
  limit: number,
  allowed: boolean,
  { remainingPoints, msBeforeNext }: RateLimiterRes,
): Allowance => ({
  allowed,
  limit,
  remaining: Math.max(0, remainingPoints),
  resetSeconds: Math.ceil(msBeforeNext / 1_000),
});
