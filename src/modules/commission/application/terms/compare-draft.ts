import type { Clock } from '../../../../shared/clock.ts';
import { latest } from '../../../../shared/instant.ts';
import { checkTerms } from '../../domain/terms/check-terms.ts';
import { diffTerms, type Difference } from '../../domain/terms/terms-diff.ts';
import { mustBeReadable, type TermsDraft } from '../../domain/terms/terms-draft.ts';
import { termsInForce, type TermsVersion } from '../../domain/terms/terms.ts';
import type { CommissionReader } from '../../ports/commission-reader.ts';

export interface Comparison {
  readonly before: TermsVersion | undefined;
  readonly differences: readonly Difference[];
}

/** Says what a draft changes: beside the version that would be in force where the draft begins. */
export class CompareDraft {
  constructor(
    private readonly reader: CommissionReader,
    private readonly clock: Clock,
  ) {}

  /** Throws `commission.terms_invalid`: what cannot be read says nothing that could be compared. */
  async run({ programId, terms: input, effectiveFrom, termsId }: TermsDraft): Promise<Comparison> {
    const findings = checkTerms(input);
    mustBeReadable(findings);
    const versions = await this.reader.termsVersions(programId);
    const own = versions.find((version) => version.termsId === termsId)?.version ?? Infinity;
    const earlier = versions.filter(({ version }) => version < own);
    const before = termsInForce(earlier, latest(effectiveFrom, this.clock.now()));
    return { before, differences: findings.terms === undefined ? [] : diffTerms(before?.terms, findings.terms) };
  }
}
