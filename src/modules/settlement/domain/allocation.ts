import type { Id } from '../../../shared/ids.ts';
import type { Instant } from '../../../shared/instant.ts';

/** What a commission still has to bring its partner; negative when more was clawed back than is left of it. */
export interface OpenItem {
  readonly commissionId: Id<'com'>;
  readonly minor: bigint;
  /** When it locked, by its own time. */
  readonly lockedAt: Instant;
}

export interface Share {
  readonly commissionId: Id<'com'>;
  readonly minor: bigint;
}

/**
 * Says what a payout is for: all clawbacks first, for they are owed, then the commissions, oldest lock first, until
 * the payout's amount is reached. The last one may be paid in part; the rest of it stays open. The shares sum to the
 * amount; when the items do not hold so much, somebody counted wrong and nothing is paid.
 */
export const allocate = (amount: bigint, items: readonly OpenItem[]): Share[] => {
  const taken = items.filter(({ minor }) => minor < 0n).map(({ commissionId, minor }) => ({ commissionId, minor }));
  let left = taken.reduce((sum, { minor }) => sum - minor, amount);
  const given: Share[] = [];
  for (const { commissionId, minor } of items.filter((item) => item.minor > 0n).toSorted(byLock)) {
    if (left === 0n) break;
    const share = minor < left ? minor : left;
    given.push({ commissionId, minor: share });
    left -= share;
  }
  if (left !== 0n) throw new Error(`${left} of a payout of ${amount} are for no commission`);
  return [...taken, ...given];
};

const byLock = (a: OpenItem, b: OpenItem): number =>
  compare(a.lockedAt, b.lockedAt) || compare(a.commissionId, b.commissionId);

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
