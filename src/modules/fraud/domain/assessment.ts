import type { Id } from '../../../shared/ids.ts';
import type { Instant } from '../../../shared/instant.ts';
import type { AssessmentId, FraudVerdict } from '../index.ts';
import { type Facts, type Finding, findingsOf, RULES_VERSION } from './rules.ts';

/** A conversion that a partner is credited with. */
export interface Credit {
  readonly conversionId: Id<'cnv'>;
  readonly orderId: Id<'ord'>;
  readonly programId: Id<'prg'>;
  readonly partnerId: Id<'par'>;
  readonly clickId: Id<'clk'>;
}

/** Who looked, and what they said. */
export interface Review {
  readonly reviewer: string;
  readonly reason: string;
}

/** A verdict, what it rests on, and whose it is: a person's with a review, the rules' without. */
export interface Assessment extends Credit {
  readonly assessmentId: AssessmentId;
  readonly verdict: FraudVerdict;
  readonly rulesVersion: number;
  readonly facts: Facts;
  readonly findings: readonly Finding[];
  readonly review?: Review | undefined;
  readonly assessedAt: Instant;
}

/** Hold, don't reject: whatever a rule finds is looked at by somebody. */
export const verdictOn = (findings: readonly Finding[]): FraudVerdict => (findings.length === 0 ? 'allow' : 'review');

/**
 * By the rules of today. A person's rejection of this partner for this order stands: another click of the same partner
 * does not undo it.
 */
export const assess = (
  { conversionId, orderId, programId, partnerId, clickId }: Credit,
  facts: Facts,
  rejection: Review | undefined,
): Omit<Assessment, 'assessmentId' | 'assessedAt'> => {
  const findings = findingsOf(facts, RULES_VERSION);
  return {
    conversionId,
    orderId,
    programId,
    partnerId,
    clickId,
    verdict: rejection ? 'reject' : verdictOn(findings),
    rulesVersion: RULES_VERSION,
    facts,
    findings,
    review: rejection,
  };
};

export const codesOf = (findings: readonly Finding[]): readonly string[] => findings.map(({ code }) => code);
