import { AppError, invalid } from '../../../../shared/errors.ts';
import type { Id } from '../../../../shared/ids.ts';
import { Money } from '../../../../shared/money.ts';
import type { PartnersPort } from '../../../partners/index.ts';
import { DEFAULT_DISPUTE_TERMS, MOST_CLAIMED, type ProgramDisputeTerms } from '../../domain/disputes/dispute-terms.ts';
import type { DisputeReader } from '../../ports/disputes.ts';
import type { NewBooks, SettlementTransaction } from '../../ports/settlement-stores.ts';
import { booksToOpen, knownProgram } from '../books/open-books.ts';

interface Party {
  readonly programId: Id<'prg'>;
  readonly partnerId: Id<'par'>;
}

/** What programs' contracts say of disputes. Those that are open go by what was said when they were opened. */
export class DisputeContracts {
  constructor(
    private readonly transaction: SettlementTransaction,
    private readonly reader: Pick<DisputeReader, 'terms'>,
    private readonly partners: PartnersPort,
  ) {}

  /** Throws `settlement.unknown_program`. */
  async of(programId: Id<'prg'>): Promise<ProgramDisputeTerms> {
    const { currency } = await knownProgram(this.partners, programId);
    const said = await this.reader.terms(programId);
    return said ?? { ...DEFAULT_DISPUTE_TERMS, programId, mostClaimed: Money.of(MOST_CLAIMED, currency) };
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

  /** Throws `settlement.unknown_program`, `settlement.dispute_claim`. */
  async set(terms: ProgramDisputeTerms): Promise<ProgramDisputeTerms> {
    const { currency } = await knownProgram(this.partners, terms.programId);
    const { mostClaimed } = terms;
    if (mostClaimed.currency !== currency || mostClaimed.minor <= 0n) {
      const detail = `must be more than 0, in ${currency}`;
      throw invalid('settlement.dispute_claim', `mostClaimed ${detail}`, [
        { pointer: '/mostClaimed', code: 'settlement.dispute_claim', detail },
      ]);
    }
    return this.transaction.run(async ({ disputes }) => {
      await disputes.setTerms(terms);
      return terms;
    });
  }
}
