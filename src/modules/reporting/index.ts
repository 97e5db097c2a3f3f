/** Nobody asks reporting: it reads along and answers people. */
export const ROLLUP_MEASURES = [
  'clicks',
  'conversions',
  'unattributed',
  'accrued',
  'raised',
  'reduced',
  'reversed',
  'locked',
  'clawed_back',
  'adjusted',
  'paid',
  'statements',
  'payouts_submitted',
  'payouts_settled',
  'payouts_failed',
  'payouts_returned',
] as const;
export type RollupMeasure = (typeof ROLLUP_MEASURES)[number];
