import { type ActionOf, type Lifecycle, moved } from '../../../../shared/lifecycle.ts';

/**
 *   draft ──▶ approved ──▶ submitted ──▶ accepted ──▶ in_transit ──▶ settled
 *     │          │             │    ╲        │    ╲        │    ╲        │
 *     └────┬─────┘             │     ╲       │     ╲       │     ╲       │
 *          ▼                   ▼      ╲      ▼      ▼      ▼      ▼      ▼
 *      cancelled            rejected   ╲  rejected   unknown     returned
 *                                       ╲───▶ unknown ──▶ wherever the rail then says
 *
 *   accepted, in_transit ──leave──▶ unclaimed ──▶ settled, returned or cancelled: a wallet that nobody has opened yet
 *   settled ──bounce──▶ in_transit: some rails take back that they paid, and try again
 *
 *   returned ──unreturn──▶ settled: it was another payout that came back, and people had taken it for this one
 *
 * A rail need not tell of every step, so a payout may settle from any state after it was sent. Money can come back
 * from every state in which it may have left, `settled` too, weeks later. `unknown` follows a time-out: the rail is
 * asked by our reference; nothing is ever sent a second time.
 */
export const payoutLifecycle = {
  draft: { approve: 'approved', cancel: 'cancelled' },
  approved: { submit: 'submitted', cancel: 'cancelled' },
  submitted: { accept: 'accepted', send: 'in_transit', settle: 'settled', reject: 'rejected', lose: 'unknown' },
  accepted: {
    send: 'in_transit',
    settle: 'settled',
    reject: 'rejected',
    leave: 'unclaimed',
    return: 'returned',
    lose: 'unknown',
  },
  in_transit: { settle: 'settled', leave: 'unclaimed', return: 'returned', lose: 'unknown' },
  unclaimed: { settle: 'settled', return: 'returned', cancel: 'cancelled' },
  unknown: {
    accept: 'accepted',
    send: 'in_transit',
    settle: 'settled',
    leave: 'unclaimed',
    reject: 'rejected',
    return: 'returned',
  },
  settled: { bounce: 'in_transit', return: 'returned' },
  rejected: {},
  cancelled: {},
  returned: { unreturn: 'settled' },
} as const satisfies Lifecycle;

export type PayoutState = keyof typeof payoutLifecycle;
export type PayoutAction = ActionOf<typeof payoutLifecycle>;

/** Throws `settlement.illegal_move`. */
export const movePayout = (state: PayoutState, action: PayoutAction): PayoutState =>
  moved('settlement', payoutLifecycle, state, action);

/** Those whose money is not the partner's to be paid again. */
export const LIVE_STATES = [
  'draft',
  'approved',
  'submitted',
  'accepted',
  'in_transit',
  'unclaimed',
  'unknown',
  'settled',
] as const satisfies readonly PayoutState[];

/** Sent, and not yet heard of for good: what the clearing account holds. */
export const CLEARING_STATES = [
  'submitted',
  'accepted',
  'in_transit',
  'unclaimed',
  'unknown',
] as const satisfies readonly PayoutState[];

/**
 *   draft ──approve──▶ approved ──submit──▶ submitted
 *     └────────┬───────────┘
 *              ▼ cancel
 *          cancelled
 *
 * A batch is what people decide about; from `submitted` on each payout has a fate of its own.
 */
export const batchLifecycle = {
  draft: { approve: 'approved', cancel: 'cancelled' },
  approved: { submit: 'submitted', cancel: 'cancelled' },
  submitted: {},
  cancelled: {},
} as const satisfies Lifecycle;

export type BatchState = keyof typeof batchLifecycle;
export type BatchAction = ActionOf<typeof batchLifecycle>;

/** Throws `settlement.illegal_move`. */
export const moveBatch = (state: BatchState, action: BatchAction): BatchState =>
  moved('settlement', batchLifecycle, state, action);

/** Decided, and neither arrived nor ended. */
export const UNDER_WAY_STATES = ['draft', 'approved', ...CLEARING_STATES] as const satisfies readonly PayoutState[];
