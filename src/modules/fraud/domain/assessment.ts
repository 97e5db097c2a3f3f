import type { Id } from '../../../shared/ids.ts';
import type { Instant } from '../../../shared/instant.ts';
import type { AssessmentId, FraudVerdict } from '../index.ts';
import { type Facts, type Finding, findingsOf, RULES_VERSION } from './rules.ts';

/** A conversion that a partner is credited with, whole or in part. */
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
 * By the rules of today, and by what people said of this partner and this order before. A rejection stands: another click
 * of the same partner does not undo it. An allowance stands for the click that was looked at, while the rules find
 * nothing else: what others are credited with is no reason to ask again.
 */
export const assess = (
  { conversionId, orderId, programId, partnerId, clickId }: Credit,
  facts: Facts,
  reviewed: readonly Assessment[],
): Omit<Assessment, 'assessmentId' | 'assessedAt'> => {
  const findings = findingsOf(facts, RULES_VERSION);
  const said = reviewed.find(({ verdict }) => verdict === 'reject') ?? reviewed.find(isAnswered(clickId, findings));
  return {
    conversionId,
    orderId,
    programId,
    partnerId,
    clickId,
    verdict: said?.verdict ?? verdictOn(findings),
    rulesVersion: RULES_VERSION,
    facts,
    findings,
    review: said?.review,
  };
};

const isAnswered =
  (clickId: Id<'clk'>, findings: readonly Finding[]) =>
  (allowed: Assessment): boolean => {
    const seen = new Set(codesOf(allowed.findings));
    return findings.length > 0 && allowed.clickId === clickId && codesOf(findings).every((code) => seen.has(code));
  };

export const codesOf = (findings: readonly Finding[]): readonly string[] => findings.map(({ code }) => code);
