import type { Clock } from '../../../../shared/clock.ts';
import { AppError } from '../../../../shared/errors.ts';
import type { Id, Ids } from '../../../../shared/ids.ts';
import type { PartnersPort } from '../../../partners/index.ts';
import { decided, type ProposalAction } from '../../domain/proposals/proposal.ts';
import { mustBeWithheld, type Remittance, remittanceFact, type RemittanceId } from '../../domain/tax/remittance.ts';
import { sideOf } from '../../domain/reconciliation/expected.ts';
import type { SettlementStores, SettlementTransaction } from '../../ports/settlement-stores.ts';
import { book } from '../books/book-commissions.ts';
import { booksToOpen } from '../books/open-books.ts';
import { heldBooks } from '../statements/close-period.ts';

export interface AskedRemittance extends Pick<Remittance, 'jurisdiction' | 'amount' | 'reference'> {
  readonly programId: Id<'prg'>;
  readonly by: string;
}

/** Somebody wants what was withheld to be paid to its tax office. */
export class AskRemittance {
  constructor(
    private readonly transaction: SettlementTransaction,
    private readonly partners: PartnersPort,
    private readonly ids: Ids,
    private readonly clock: Clock,
  ) {}

  /** Throws `settlement.unknown_program`, `settlement.nothing_to_remit`, `money.currency_mismatch`. */
  async run({ by, ...asked }: AskedRemittance): Promise<Remittance> {
    const newBooks = await booksToOpen(this.partners, asked.programId);
    const askedAt = this.clock.now();
    const remittance: Remittance = { id: this.ids.next('rmt'), ...asked, state: 'asked', askedBy: by, askedAt };
    return this.transaction.run(async (stores) => {
      await stores.books.open([newBooks], askedAt);
      await mustBePossible(stores, remittance);
      await stores.remittances.add(remittance);
      return remittance;
    });
  }
}

/** Another person decides; what is approved has left the bank. */
export class DecideRemittance {
  constructor(
    private readonly transaction: SettlementTransaction,
    private readonly clock: Clock,
  ) {}

  /**
   * Throws `settlement.remittance_not_found`, `settlement.four_eyes`, `settlement.illegal_move`,
   * `settlement.nothing_to_remit`.
   */
  run(id: RemittanceId, action: ProposalAction, by: string): Promise<Remittance> {
    const now = this.clock.now();
    return this.transaction.run(async (stores) => {
      const remittance = decided(await stores.remittances.get(id), action, by, now);
      await stores.reconciliations.lookAgain(remittance.programId, sideOf(remittance)); // before the books are held
      if (action === 'approve') {
        await mustBePossible(stores, remittance);
        await book(stores, [remittanceFact(remittance, now)]);
      }
      await stores.remittances.save(remittance);
      return remittance;
    });
  }
}

/** Alone with the books, so that what is counted stays as it is. */
const mustBePossible = async (stores: SettlementStores, remittance: Remittance): Promise<void> => {
  const { programId, jurisdiction, amount } = remittance;
  const { currency } = await heldBooks(stores, programId);
  if (amount.currency !== currency) {
    throw new AppError('invalid', 'money.currency_mismatch', `what is withheld is in ${currency}`);
  }
  const totals = await stores.remittances.withheld(programId);
  mustBeWithheld(
    remittance,
    totals.find((each) => each.jurisdiction === jurisdiction),
  );
};
