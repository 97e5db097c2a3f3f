import type { Clock } from '../../../../shared/clock.ts';
import type { Id } from '../../../../shared/ids.ts';
import type { PartnersPort } from '../../../partners/index.ts';
import { type BillingParty, mustBeBillable, type VatProfile } from '../../domain/invoices/vat.ts';
import type { Agreement } from '../../ports/invoices.ts';
import type { SettlementTransaction } from '../../ports/settlement-stores.ts';
import { knownProgram } from '../books/open-books.ts';

/** Who stands on invoices, and whether a partner lets us write its own. */
export class Billing {
  constructor(
    private readonly transaction: SettlementTransaction,
    private readonly partners: PartnersPort,
    private readonly clock: Clock,
  ) {}

  /** Throws `settlement.unknown_program`, `settlement.malformed_billing_profile`. */
  async setBuyer(programId: Id<'prg'>, buyer: BillingParty): Promise<BillingParty> {
    mustBeBillable(buyer);
    await knownProgram(this.partners, programId);
    return this.transaction.run(async ({ invoices }) => {
      await invoices.saveBuyer(programId, buyer);
      return buyer;
    });
  }

  /** Throws `settlement.malformed_billing_profile`. */
  async setSupplier(partnerId: Id<'par'>, profile: VatProfile): Promise<VatProfile> {
    mustBeBillable(profile);
    return this.transaction.run(async ({ invoices }) => {
      await invoices.saveSupplier(partnerId, profile);
      return profile;
    });
  }

  /** Agrees, or takes it back; said again, it stays as it was. Throws `settlement.unknown_program`. */
  async agree(who: Pick<Agreement, 'programId' | 'partnerId'>, by: string, agrees: boolean): Promise<Agreement> {
    const { programId, partnerId } = who;
    await knownProgram(this.partners, programId);
    const now = this.clock.now();
    return this.transaction.run(async ({ invoices }) => {
      const before = await invoices.agreement(programId, partnerId);
      const isOpen = before !== undefined && before.endedAt === undefined;
      if (before !== undefined && isOpen === agrees) return before;
      const fresh = { programId, partnerId, agreedAt: now, agreedBy: by };
      const after: Agreement = agrees ? fresh : { ...(before ?? fresh), endedAt: now };
      await invoices.saveAgreement(after);
      return after;
    });
  }
}
