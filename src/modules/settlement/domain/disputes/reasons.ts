/** Why a dispute came out as it did: codes that partners read, and programs count. */
export const DISPUTE_KINDS = [
  'missing_conversion',
  'wrong_rate',
  'wrong_attribution',
  'wrongful_reversal',
  'payout_not_received',
] as const;
export type DisputeKind = (typeof DISPUTE_KINDS)[number];

/** A payout that never arrived is restored by its own return, and paid by no adjustment. */
export const paysByAdjustment = (kind: DisputeKind): boolean => kind !== 'payout_not_received';

export const DISPUTE_OUTCOMES = ['upheld', 'partially_upheld', 'rejected'] as const;
export type DisputeOutcome = (typeof DISPUTE_OUTCOMES)[number];

export interface DisputeReason {
  readonly code: string;
  /** For the partner, or against it. */
  readonly favours: 'partner' | 'program';
  /** Of which disputes; absent: of all. */
  readonly kinds?: readonly DisputeKind[];
  /** Nobody chooses it: a rule or a deadline does. */
  readonly automatic?: true;
  readonly meaning: string;
}

const ABOUT_ORDERS: readonly DisputeKind[] = ['missing_conversion', 'wrong_attribution'];
const ABOUT_MONEY: readonly DisputeKind[] = [...ABOUT_ORDERS, 'wrong_rate', 'wrongful_reversal'];
const ABOUT_PAYOUTS: readonly DisputeKind[] = ['payout_not_received'];

export const DISPUTE_REASONS: readonly DisputeReason[] = [
  {
    code: 'conversion_missed',
    favours: 'partner',
    kinds: ['missing_conversion'],
    meaning: 'The order was the partner’s, and was not counted.',
  },
  {
    code: 'attribution_was_wrong',
    favours: 'partner',
    kinds: ABOUT_ORDERS,
    meaning: 'The credit should have been the partner’s, or more of it.',
  },
  {
    code: 'rate_was_wrong',
    favours: 'partner',
    kinds: ['wrong_rate'],
    meaning: 'Other terms held, or they were read wrongly.',
  },
  {
    code: 'recomputed_otherwise',
    favours: 'partner',
    kinds: ['wrong_rate'],
    automatic: true,
    meaning: 'Computed again from its explanation, the commission comes to more.',
  },
  {
    code: 'reversal_was_wrong',
    favours: 'partner',
    kinds: ['wrongful_reversal'],
    meaning: 'What was taken off should not have been.',
  },
  {
    code: 'payout_never_arrived',
    favours: 'partner',
    kinds: ABOUT_PAYOUTS,
    meaning: 'The bank confirms it; the payout’s return restores the balance.',
  },
  {
    code: 'payout_came_back',
    favours: 'partner',
    kinds: ABOUT_PAYOUTS,
    automatic: true,
    meaning: 'It was refused or returned; the balance is the partner’s again, for the next close.',
  },
  { code: 'goodwill', favours: 'partner', kinds: ABOUT_MONEY, meaning: 'Not owed, and given all the same.' },
  {
    code: 'deadline_passed',
    favours: 'partner',
    automatic: true,
    meaning: 'Nobody answered in time, so it came out as the partner claimed.',
  },
  {
    code: 'already_credited',
    favours: 'program',
    kinds: ['missing_conversion'],
    meaning: 'The order is credited to the partner, and there is a commission of it.',
  },
  {
    code: 'credited_to_another',
    favours: 'program',
    kinds: ABOUT_ORDERS,
    meaning: 'By the policy in force another partner’s touch won.',
  },
  {
    code: 'touch_out_of_window',
    favours: 'program',
    kinds: ABOUT_ORDERS,
    meaning: 'The partner’s touch was too long before the order.',
  },
  { code: 'order_unknown', favours: 'program', kinds: ABOUT_ORDERS, meaning: 'The shop knows no such order.' },
  { code: 'terms_not_met', favours: 'program', kinds: ABOUT_MONEY, meaning: 'The terms pay nothing, or less, for it.' },
  { code: 'rate_is_right', favours: 'program', kinds: ['wrong_rate'], meaning: 'The terms in force say this rate.' },
  {
    code: 'reversal_is_right',
    favours: 'program',
    kinds: ['wrongful_reversal'],
    meaning: 'The order was cancelled, returned or charged back.',
  },
  {
    code: 'nothing_taken_off',
    favours: 'program',
    kinds: ['wrongful_reversal'],
    automatic: true,
    meaning: 'Nothing was ever taken off the commission.',
  },
  { code: 'payout_arrived', favours: 'program', kinds: ABOUT_PAYOUTS, meaning: 'The bank confirms the credit.' },
  {
    code: 'payout_not_sent_yet',
    favours: 'program',
    kinds: ABOUT_PAYOUTS,
    automatic: true,
    meaning: 'It is still to be approved and sent.',
  },
  {
    code: 'evidence_not_given',
    favours: 'program',
    automatic: true,
    meaning: 'The partner was asked for evidence, and gave none in time.',
  },
  { code: 'insufficient_evidence', favours: 'program', meaning: 'What was brought does not show it.' },
];
