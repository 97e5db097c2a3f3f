import type { Clock } from '../../../shared/clock.ts';
import { digest } from '../../../shared/digest.ts';
import { AppError } from '../../../shared/errors.ts';
import type { Id, Ids } from '../../../shared/ids.ts';
import type { Instant } from '../../../shared/instant.ts';
import { readTerms } from '../domain/read-terms.ts';
import { termsInForce, type TermsVersion } from '../domain/terms.ts';
import type { CommissionTransaction } from '../ports/commissions.ts';

export interface TermsDraft {
  readonly programId: Id<'prg'>;
  readonly terms: unknown;
  readonly effectiveFrom: Instant;
}

/** Publishes a program's next version of terms. What is published never changes; a change is another version. */
export class PublishTerms {
  constructor(
    private readonly transaction: CommissionTransaction,
    private readonly ids: Ids,
    private readonly clock: Clock,
  ) {}

  /**
   * Throws `commission.terms_invalid` with every fault at once, `commission.terms_back_dated` where orders may have been
   * judged by another version already: what an order earns would depend on when somebody looked at it.
   */
  run({ programId, terms: input, effectiveFrom }: TermsDraft): Promise<TermsVersion> {
    const reading = readTerms(input);
    if ('faults' in reading) {
      const faults = reading.faults.map((fault) => ({ ...fault, pointer: `/terms${fault.pointer}` }));
      throw new AppError(
        'invalid',
        'commission.terms_invalid',
        faults.map(({ pointer, detail }) => `${pointer} ${detail}`).join('; '),
        { faults },
      );
    }
    return this.transaction.run(async ({ terms }) => {
      const versions = await terms.ofPrograms([programId]);
      const now = this.clock.now();
      const before = effectiveFrom < now ? termsInForce(versions, effectiveFrom) : undefined;
      if (before !== undefined) throw backDated(before, now);
      const published: TermsVersion = {
        termsId: this.ids.next('trm'),
        programId,
        version: Math.max(0, ...versions.map(({ version }) => version)) + 1,
        terms: reading.terms,
        hash: digest(reading.terms),
        effectiveFrom,
        publishedAt: now,
      };
      await terms.add(published);
      return published;
    });
  }
}

const backDated = ({ version }: TermsVersion, now: Instant): AppError => {
  const detail = `must not lie before now (${now}): by then version ${version} is in force, and orders are judged by it`;
  const fault = { pointer: '/effectiveFrom', code: 'commission.terms_back_dated', detail };
  return new AppError('refused', 'commission.terms_back_dated', `effectiveFrom ${detail}`, { faults: [fault] });
};
