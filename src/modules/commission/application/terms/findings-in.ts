import type { Id } from '../../../../shared/ids.ts';
import type { PartnersPort } from '../../../partners/index.ts';
import { checkTerms, type Findings } from '../../domain/terms/check-terms.ts';
import { lintNames, namesGroups, partnersNamed } from '../../domain/terms/lint-names.ts';

/** What is to be said of terms by themselves, and for the program they are for: its currency, and who takes part in it. */
export const findingsIn = async (
  partners: Pick<PartnersPort, 'program' | 'enrolments' | 'groups'>,
  programId: Id<'prg'>,
  words: unknown,
): Promise<Findings> => {
  const program = await partners.program(programId);
  const findings = checkTerms(words, program?.currency);
  const { terms } = findings;
  if (terms === undefined) return findings;
  const named = partnersNamed(terms);
  const enrolments = named.length === 0 ? [] : await partners.enrolments(programId, named);
  const groups = namesGroups(terms) ? await partners.groups(programId) : [];
  const known = {
    partners: new Set(enrolments.map(({ partnerId }) => partnerId)),
    groups: new Set(groups.map(({ name }) => name)),
  };
  return { ...findings, warnings: [...findings.warnings, ...lintNames(terms, known)] };
};
