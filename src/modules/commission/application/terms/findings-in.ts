import type { Id } from '../../../../shared/ids.ts';
import type { PartnersPort } from '../../../partners/index.ts';
import { checkTerms, type Findings } from '../../domain/terms/check-terms.ts';
import { lintStrangers, partnersNamed } from '../../domain/terms/lint-terms.ts';

/** What is to be said of terms by themselves, and for the program they are for: its currency, and who takes part in it. */
export const findingsIn = async (
  partners: Pick<PartnersPort, 'program' | 'enrolments'>,
  programId: Id<'prg'>,
  words: unknown,
): Promise<Findings> => {
  const program = await partners.program(programId);
  const findings = checkTerms(words, program?.currency);
  const named = findings.terms === undefined ? [] : partnersNamed(findings.terms);
  if (findings.terms === undefined || named.length === 0) return findings;
  const enrolments = await partners.enrolments(programId, named);
  const strangers = lintStrangers(findings.terms, new Set(enrolments.map(({ partnerId }) => partnerId)));
  return { ...findings, warnings: [...findings.warnings, ...strangers] };
};
