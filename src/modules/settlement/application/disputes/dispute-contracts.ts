import { AppError } from '../../../../shared/errors.ts';
import type { Id } from '../../../../shared/ids.ts';
import type { PartnersPort } from '../../../partners/index.ts';
import { type ProgramDisputeTerms, usualTerms } from '../../domain/disputes/dispute-terms.ts';
import type { DisputeReader } from '../../ports/disputes.ts';
import type { NewBooks } from '../../ports/settlement-stores.ts';
import { booksToOpen, knownProgram } from '../books/open-books.ts';

interface Party {
  readonly programId: Id<'prg'>;
  readonly partnerId: Id<'par'>;
}

/** What programs' contracts say of disputes. Those that are open go by what was said when they were opened. */
export class DisputeContracts {
  constructor(
    private readonly reader: Pick<DisputeReader, 'terms'>,
    private readonly partners: PartnersPort,
  ) {}

  /** Throws `settlement.unknown_program`. */
  async of(programId: Id<'prg'>): Promise<ProgramDisputeTerms> {
    const { currency } = await knownProgram(this.partners, programId);
    return (await this.reader.terms(programId)) ?? usualTerms(programId, currency);
  }

  /** Of a program that is not there nobody is a partner. Throws `settlement.dispute_not_enrolled`. */
  async between({
    programId,
    partnerId,
  }: Party): Promise<{ readonly terms: ProgramDisputeTerms; readonly books: NewBooks }> {
    const [enrolment] = await this.partners.enrolments(programId, [partnerId]);
    if (enrolment === undefined)
      throw new AppError(
        'refused',
        'settlement.dispute_not_enrolled',
        `the partner is not enrolled in program ${programId}`,
      );
    return { terms: await this.of(programId), books: await booksToOpen(this.partners, programId) };
  }
}
