import type { ActionOf, Lifecycle } from '../../../../shared/lifecycle.ts';

/**
 *   estimated ─confirm─▶ pending ─vest_part─▶ vesting ─vest─▶ vested ─lock─▶ locked ─settle─▶ settled ─pay─▶ paid
 *       │                   │                    │               │                                ▲            │
 *       └───────────────────┴─────────┬──────────┴───────────────┘                                └──unpay─────┘
 *                          hold ▼     │ reverse
 *                             held ───┴──▶ reversed
 *
 * Estimated: the order is placed. Pending: it is binding. Vesting, vested: milestones of the plan are reached. Locked:
 * the return window is over and fraud has allowed it; from here only a clawback takes anything back, and that is an
 * entry of its own. Settled: on a closed statement. Paid: confirmed by the bank; a payout that comes back unpays it.
 */
export const lifecycle = {
  estimated: {
    confirm: 'pending',
    vest_part: 'vesting',
    vest: 'vested',
    hold: 'held',
    reduce: 'estimated',
    reverse: 'reversed',
  },
  pending: { vest_part: 'vesting', vest: 'vested', hold: 'held', reduce: 'pending', reverse: 'reversed' },
  vesting: { vest_part: 'vesting', vest: 'vested', hold: 'held', reduce: 'vesting', reverse: 'reversed' },
  vested: { lock: 'locked', hold: 'held', reduce: 'vested', reverse: 'reversed' },
  held: {
    resume_estimated: 'estimated',
    resume_pending: 'pending',
    resume_vesting: 'vesting',
    resume_vested: 'vested',
    reduce: 'held',
    reverse: 'reversed',
  },
  locked: { settle: 'settled' },
  settled: { pay: 'paid' },
  paid: { unpay: 'settled' },
  reversed: {},
} as const satisfies Lifecycle;

export type CommissionState = keyof typeof lifecycle;
export type CommissionAction = ActionOf<typeof lifecycle>;

/** Where a commission may still be reduced or reversed; later, it is clawed back. */
export const isOpen = (state: CommissionState): boolean => 'reverse' in lifecycle[state];
