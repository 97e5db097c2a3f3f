import type { Id } from '../../../../shared/ids.ts';
import { type Instant, msBetween } from '../../../../shared/instant.ts';
import { type ActionOf, type Lifecycle, moved } from '../../../../shared/lifecycle.ts';
import type { Money } from '../../../../shared/money.ts';
import type { PayoutId } from '../../index.ts';
import type { BreakKind } from './classify.ts';
import type { ExpectedId } from './expected.ts';
import type { BankLine, LineId } from './reconciliation.ts';

/**
 *   open ──propose──▶ proposed ──approve──▶ fixed
 *    │  ▲                │   │ ╲
 *    │  └───withdraw─────┘   │  ╲──accept──▶ accepted      (nothing moves: it is as it is)
 *    └────────close──────────┴─────────────▶ closed        (a later line, or match, explains it)
 */
export const breakLifecycle = {
  open: { propose: 'proposed', close: 'closed' },
  proposed: { approve: 'fixed', accept: 'accepted', withdraw: 'open', close: 'closed' },
  fixed: {},
  accepted: { close: 'closed' },
  closed: {},
} as const satisfies Lifecycle;

export type BreakState = keyof typeof breakLifecycle;

/** Throws `settlement.illegal_move`. */
export const moveBreak = (state: BreakState, action: ActionOf<typeof breakLifecycle>): BreakState =>
  moved('settlement', breakLifecycle, state, action);

/**
 * `match`: it is that payout, trade or remittance, and the difference is the bank's fee. `book_…`: nobody's payout, ours to earn or bear.
 * `give_back`: it never left, so it is the partner's again; a trade or remittance that never was is taken back. `accept`: nothing moves.
 */
export const FIXES = ['match', 'book_fee', 'book_income', 'book_loss', 'give_back', 'accept'] as const;
export type Fix = (typeof FIXES)[number];

export interface Break {
  readonly id: Id<'brk'>;
  readonly programId: Id<'prg'>;
  readonly kind: BreakKind;
  readonly account: string;
  readonly statementId?: string | undefined;
  readonly ref?: string | undefined;
  readonly lineId?: LineId | undefined;
  readonly payoutId?: PayoutId | undefined;
  /** A trade or a remittance; of a trade, the side that goes the break's way. */
  readonly expectedId?: ExpectedId | undefined;
  readonly endToEndId?: string | undefined;
  readonly amount: Money;
  readonly direction: BankLine['direction'];
  readonly happenedAt: Instant;
  readonly noticedAt: Instant;
  readonly state: BreakState;
  readonly owner?: string | undefined;
  readonly fix?: Fix | undefined;
  readonly fixPayoutIds?: readonly PayoutId[] | undefined;
  readonly note?: string | undefined;
  readonly proposedBy?: string | undefined;
  readonly proposedAt?: Instant | undefined;
  readonly approvedBy?: string | undefined;
  readonly endedAt?: Instant | undefined;
}

/** What is likely the right thing to do; somebody proposes it, or something else. */
export const likelyFix = ({ kind, direction }: Pick<Break, 'kind' | 'direction'>): Fix => {
  switch (kind) {
    case 'amount_short':
    case 'amount_over':
    case 'amount_differs':
    case 'fx_difference':
      return 'match';
    case 'fee':
      return 'book_fee';
    case 'missing_at_bank':
      return 'give_back';
    case 'missing_in_ledger':
    case 'duplicate_at_bank':
    case 'unknown_reference':
    case 'currency_mismatch':
    case 'return_unexpected':
      return direction === 'credit' ? 'book_income' : 'book_loss';
    default:
      return 'accept';
  }
};

const DAY_MS = 86_400_000;
export const AGES = ['today', '1-3 days', '4-7 days', '8-30 days', 'older'] as const;

/** How long we have known of it. */
export const ageOf = ({ noticedAt }: Pick<Break, 'noticedAt'>, now: Instant): (typeof AGES)[number] => {
  const days = Math.floor(msBetween(noticedAt, now) / DAY_MS);
  if (days < 1) return 'today';
  if (days <= 3) return '1-3 days';
  if (days <= 7) return '4-7 days';
  return days <= 30 ? '8-30 days' : 'older';
};
