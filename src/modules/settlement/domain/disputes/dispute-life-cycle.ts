import { type ActionOf, type Lifecycle, moved, type StateOf } from '../../../../shared/lifecycle.ts';

/**
 *                 ┌───────────request_evidence──────────────┐
 *   opened ──review──▶ under_review ◀──give_evidence── evidence_requested ──lapse──▶ rejected
 *     │                 │     ▲  ▲                              │
 *     │              propose  │  └──────appeal, once─────┐      │
 *     │                 ▼     │ send_back                │      │
 *     │           awaiting_approval                      │      │
 *     └────────────┬────┴───────────────────────────────┬┴──────┘
 *                  ▼                                     │
 *        uphold: upheld · uphold_partly: partially_upheld · reject: rejected        withdraw: withdrawn
 *
 * While the partner is awaited (`evidence_requested`) our clock stands still, and nobody may decide against it before its
 * own time is over. When our time is over, in any other open state, it is upheld. What is above the program's limit waits
 * for a second person.
 */
export const disputeLifecycle = {
  opened: {
    review: 'under_review',
    request_evidence: 'evidence_requested',
    propose: 'awaiting_approval',
    uphold: 'upheld',
    uphold_partly: 'partially_upheld',
    reject: 'rejected',
    withdraw: 'withdrawn',
  },
  evidence_requested: {
    give_evidence: 'under_review',
    lapse: 'rejected',
    uphold: 'upheld',
    withdraw: 'withdrawn',
  },
  under_review: {
    request_evidence: 'evidence_requested',
    propose: 'awaiting_approval',
    uphold: 'upheld',
    uphold_partly: 'partially_upheld',
    reject: 'rejected',
    withdraw: 'withdrawn',
  },
  awaiting_approval: {
    send_back: 'under_review',
    uphold: 'upheld',
    uphold_partly: 'partially_upheld',
    withdraw: 'withdrawn',
  },
  upheld: { appeal: 'under_review' },
  partially_upheld: { appeal: 'under_review' },
  rejected: { appeal: 'under_review' },
  withdrawn: {},
} as const satisfies Lifecycle;

export type DisputeState = StateOf<typeof disputeLifecycle>;
export type DisputeAction = ActionOf<typeof disputeLifecycle>;

/** Somebody has still to decide. */
export const OPEN_STATES = ['opened', 'evidence_requested', 'under_review', 'awaiting_approval'] as const;

export const isOpen = (state: DisputeState): boolean => (OPEN_STATES as readonly string[]).includes(state);

/** Throws `settlement.illegal_move`. */
export const moveDispute = (state: DisputeState, action: DisputeAction): DisputeState =>
  moved('settlement', disputeLifecycle, state, action);
