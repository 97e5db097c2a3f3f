import type { Id } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';

/** A commission, or an entry beside commissions. */
export type Earning =
  | { readonly commissionId: Id<'com'>; readonly adjustmentId?: undefined }
  | { readonly adjustmentId: Id<'adj'>; readonly commissionId?: undefined };

export const earningOf = (earning: Earning): Earning =>
  earning.commissionId === undefined ? { adjustmentId: earning.adjustmentId } : { commissionId: earning.commissionId };

export const earningId = (earning: Earning): Id<'com'> | Id<'adj'> => earning.commissionId ?? earning.adjustmentId;

/** What still has to be brought to the partner; negative when more was taken back than is left, or an entry takes it. */
export type OpenItem = Earning & {
  readonly minor: bigint;
  /** When it locked, or was made, by its own time. */
  readonly lockedAt: Instant;
};

export type Share = Earning & { readonly minor: bigint };

/**
 * Says what a payout is for: all that was taken back first, for they are owed, then the commissions, oldest lock first, until
 * the payout's amount is reached. The last one may be paid in part; the rest of it stays open. The shares sum to the
 * amount; when the items do not hold so much, somebody counted wrong and nothing is paid.
 */
export const allocate = (amount: bigint, items: readonly OpenItem[]): Share[] => {
  const taken = items.filter(({ minor }) => minor < 0n).map((item) => ({ ...earningOf(item), minor: item.minor }));
  let left = taken.reduce((sum, { minor }) => sum - minor, amount);
  const given: Share[] = [];
  for (const item of items.filter(({ minor }) => minor > 0n).toSorted(byLock)) {
    if (left === 0n) break;
    const share = item.minor < left ? item.minor : left;
    given.push({ ...earningOf(item), minor: share });
    left -= share;
  }
  if (left !== 0n) throw new Error(`${left} of a payout of ${amount} are for no commission`);
  return [...taken, ...given];
};

/**
 * What is left when what we forgave is taken off what was taken back, and what the partner forfeited off what it earned:
 * the oldest first, as if it had been paid.
 */
export const notGivenUp = (
  items: readonly OpenItem[],
  { forgiven, forfeited }: { readonly forgiven: bigint; readonly forfeited: bigint } = NOTHING,
): readonly OpenItem[] => {
  if (forgiven === 0n && forfeited === 0n) return items;
  const left = { forgiven, forfeited };
  return items.toSorted(byLock).map((item) => {
    const part = item.minor < 0n ? 'forgiven' : 'forfeited';
    const size = item.minor < 0n ? -item.minor : item.minor;
    const off = left[part] < size ? left[part] : size;
    left[part] -= off;
    return { ...item, minor: item.minor < 0n ? item.minor + off : item.minor - off };
  });
};

const NOTHING = { forgiven: 0n, forfeited: 0n };

const byLock = (a: OpenItem, b: OpenItem): number =>
  compare(a.lockedAt, b.lockedAt) || compare(earningId(a), earningId(b));

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
