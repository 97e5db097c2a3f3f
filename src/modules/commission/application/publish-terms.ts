import type { Clock } from '../../../shared/clock.ts';
import { digest } from '../../../shared/digest.ts';
import { AppError } from '../../../shared/errors.ts';
import type { Id, Ids } from '../../../shared/ids.ts';
import type { Instant } from '../../../shared/instant.ts';
import type { PartnersPort } from '../../partners/index.ts';
import { readTerms } from '../domain/read-terms.ts';
import { termsInForce, type TermsVersion } from '../domain/terms.ts';
import type { CommissionTransaction } from '../ports/commissions.ts';
import { knownProgram } from './known-program.ts';

export interface TermsDraft {
  readonly programId: Id<'prg'>;
  readonly terms: unknown;
  readonly effectiveFrom: Instant;
}

export interface Published {
  readonly version: TermsVersion;
  /** False when it was the newest already. */
  readonly isNew: boolean;
}

/** Publishes a program's next version of terms. What is published never changes; a change is another version. */
export class PublishTerms {
  constructor(
    private readonly transaction: CommissionTransaction,
    private readonly partners: PartnersPort,
    private readonly ids: Ids,
    private readonly clock: Clock,
  ) {}

  /**
   * The same terms from the same moment, sent again, are the version they were. Throws `commission.terms_invalid` with
   * every fault at once, `commission.unknown_program`, and `commission.terms_back_dated` where orders may have been
   * judged by another version already: what an order earns would depend on when somebody looked at it.
   */
  async run({ programId, terms: input, effectiveFrom }: TermsDraft): Promise<Published> {
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
    await knownProgram(this.partners, programId);
    const hash = digest(reading.terms);
    return this.transaction.run(async ({ terms }) => {
      const versions = await terms.ofPrograms([programId]);
      const newest = versions.toSorted((a, b) => a.version - b.version).at(-1);
      if (newest?.hash === hash && newest.effectiveFrom === effectiveFrom) return { version: newest, isNew: false };
      const now = this.clock.now();
      const before = effectiveFrom < now ? termsInForce(versions, effectiveFrom) : undefined;
      if (before !== undefined) throw backDated(before, now);
      const version: TermsVersion = {
        termsId: this.ids.next('trm'),
        programId,
        version: (newest?.version ?? 0) + 1,
        terms: reading.terms,
        hash,
        effectiveFrom,
        publishedAt: now,
      };
      await terms.add(version);
      return { version, isNew: true };
    });
  }
}

const backDated = ({ version }: TermsVersion, now: Instant): AppError => {
  const detail = `must not lie before now (${now}): by then version ${version} is in force, and orders are judged by it`;
  const fault = { pointer: '/effectiveFrom', code: 'commission.terms_back_dated', detail };
  return new AppError('refused', 'commission.terms_back_dated', `effectiveFrom ${detail}`, { faults: [fault] });
};
