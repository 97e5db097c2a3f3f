/** Nobody asks reporting, and it says nothing: it reads along and answers people. */
export const ROLLUP_MEASURES = ['clicks', 'conversions', 'accrued', 'reversed', 'locked', 'paid'] as const;
export type RollupMeasure = (typeof ROLLUP_MEASURES)[number];
