/** What a commission waits for, who can do something about it, and when it can be paid at the earliest. */
import { boundsOf, monthOf } from '../../../../shared/calendar.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { Commission } from '../life-cycle/commission.ts';
import { daysUnheld, type Hold, openHolds } from '../life-cycle/holds.ts';

export const BLOCKERS = [
  'fraud_hold',
  'review',
  'staff_hold',
  'not_assessed',
  'acceptance',
  'not_delivered',
  'return_window',
  'statement',
  'payout',
] as const;

/** Who has to act; `time`: nobody. */
export const ACTORS = ['risk', 'staff', 'partner', 'customer', 'time', 'finance'] as const;

export interface Blocker {
  readonly code: (typeof BLOCKERS)[number];
  readonly who: (typeof ACTORS)[number];
  readonly reasons: readonly string[];
  readonly since?: Instant | undefined;
  readonly until?: Instant | undefined;
}

export interface Outlook {
  readonly blockers: readonly Blocker[];
  /** If all goes well from now on. Absent: it is paid already, or never will be. */
  readonly earliestPayableAt?: Instant | undefined;
}

export interface Around {
  readonly now: Instant;
  readonly timeZone: string;
  readonly returnWindowDays: number;
  /** Whether all who have to accept the terms have. */
  readonly accepted: boolean;
}

export const outlookOf = (commission: Commission, around: Around): Outlook => {
  const { state, endReason, lockedAt } = commission;
  if (state === 'reversed' || state === 'paid' || endReason !== undefined) return { blockers: [] };
  if (lockedAt === undefined) {
    const earliestPayableAt = statementAfter(lockableAt(commission, around), around);
    return { blockers: [...heldBy(commission), ...unlockedBy(commission, around)], earliestPayableAt };
  }
  const until = statementAfter(lockedAt, around);
  const waits: Blocker =
    state === 'locked'
      ? { code: 'statement', who: until > around.now ? 'time' : 'finance', reasons: [], since: lockedAt, until }
      : { code: 'payout', who: 'finance', reasons: [], since: commission.settledAt };
  return { blockers: [waits], earliestPayableAt: later(until, around.now) };
};

const HOLDERS = {
  fraud: { code: 'fraud_hold', who: 'risk' },
  review: { code: 'review', who: 'staff' },
  staff: { code: 'staff_hold', who: 'staff' },
} as const satisfies Readonly<Record<Hold['by'], Pick<Blocker, 'code' | 'who'>>>;

const heldBy = ({ holds }: Commission): readonly Blocker[] =>
  openHolds(holds).map(({ by, reasons, from }) => ({ ...HOLDERS[by], reasons, since: from }));

const unlockedBy = (commission: Commission, { now, accepted }: Around): readonly Blocker[] => {
  const { locksAt, vestedAt, allowed, holds } = commission;
  const asked = openHolds(holds).some(({ by }) => by === 'fraud');
  return [
    ...(allowed || asked ? [] : [{ code: 'not_assessed', who: 'risk', reasons: [] } as const]),
    ...(accepted ? [] : [{ code: 'acceptance', who: 'partner', reasons: [] } as const]),
    ...(locksAt === undefined ? [{ code: 'not_delivered', who: 'customer', reasons: [] } as const] : []),
    ...(locksAt !== undefined && locksAt > now
      ? [{ code: 'return_window', who: 'time', reasons: [], since: vestedAt, until: locksAt } as const]
      : []),
  ];
};

/** Were it delivered and released this very moment. */
const lockableAt = ({ locksAt, vestedAt, holds }: Commission, { now, returnWindowDays }: Around): Instant => {
  if (locksAt === undefined || vestedAt === undefined) return daysUnheld(now, returnWindowDays, []);
  const overNow = holds.map((hold) => ({ ...hold, until: hold.until ?? now }));
  return later(daysUnheld(vestedAt, returnWindowDays, overNow), now);
};

/** A statement is of a month in the program's zone, and can be paid when the month is over. */
const statementAfter = (at: Instant, { timeZone }: Around): Instant => boundsOf(monthOf(at, timeZone), timeZone).until;

const later = (a: Instant, b: Instant): Instant => (a > b ? a : b);
