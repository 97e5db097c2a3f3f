import type { Id } from '../../shared/ids.ts';

export type AssessmentId = Id<'asm'>;
export type CaseId = Id<'cas'>;

/** Nobody asks fraud; it says. No verdict is no permission: what was not assessed is not paid. */
export const VERDICTS = ['allow', 'review', 'reject'] as const;
export type FraudVerdict = (typeof VERDICTS)[number];
