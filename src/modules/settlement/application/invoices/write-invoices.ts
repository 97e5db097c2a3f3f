import { boundsOf, dayOf } from '../../../../shared/calendar.ts';
import type { Clock } from '../../../../shared/clock.ts';
import { AppError } from '../../../../shared/errors.ts';
import { plusMs } from '../../../../shared/instant.ts';
import { published } from '../../../../shared/outbox.ts';
import type { PartnersPort } from '../../../partners/index.ts';
import {
  contentOf,
  creditIdOf,
  creditOf,
  type Invoice,
  invoiceIdOf,
  invoiceNumber,
  issued,
  moveInvoice,
} from '../../domain/invoices/invoice.ts';
import type { BillingParty, VatProfile } from '../../domain/invoices/vat.ts';
import type { Statement } from '../../domain/statements/statement.ts';
import { InvoiceIssuedV1 } from '../../events.ts';
import type { InvoiceId } from '../../index.ts';
import type { Invoices } from '../../ports/invoices.ts';
import type { SettlementStores, SettlementTransaction } from '../../ports/settlement-stores.ts';

/** Writes a partner's invoices in its name: drafted from a statement, issued for good, answered, taken back. */
export class WriteInvoices {
  constructor(
    private readonly transaction: SettlementTransaction,
    private readonly partners: PartnersPort,
    private readonly clock: Clock,
  ) {}

  /**
   * Anew, as long as it is a draft; what is issued stays as it is. Throws `settlement.not_agreed`,
   * `settlement.no_billing_profile`, `settlement.nothing_to_invoice`, `settlement.buyer_without_vat_id`.
   */
  async draft(statement: Statement): Promise<Invoice> {
    const { id: statementId, programId, partnerId, period } = statement;
    const program = await this.partners.program(programId);
    const zone = program?.timeZone ?? 'UTC';
    const day = dayOf(plusMs(boundsOf(period, zone).until, -1), zone);
    return this.transaction.run(async ({ invoices }) => {
      const all = await invoices.ofStatement(statementId);
      const current = all.at(-1);
      if (current !== undefined && current.state !== 'draft' && current.state !== 'voided') return current;
      const parties = await partiesOf(invoices, statement);
      const last = await invoices.lastIssued(programId, partnerId);
      const content = contentOf({ statement, supplied: await invoices.supplied(statement), ...parties, day, last });
      const nth = all.filter(({ state }) => state === 'voided').length + 1;
      const id = invoiceIdOf(statementId, nth);
      const drafted: Invoice = { id, state: 'draft', content, draftedAt: this.clock.now() };
      await invoices.draft(drafted);
      return drafted;
    });
  }

  /** Throws `settlement.invoice_not_found`, `settlement.illegal_move`, `settlement.not_agreed`. */
  issue(id: InvoiceId): Promise<Invoice> {
    return this.transaction.run(async (stores) => this.issueIn(stores, await stores.invoices.invoice(id)));
  }

  /**
   * In a transaction that is under way, where the draft is held. Whoever is refused has written nothing yet. Throws
   * `settlement.illegal_move`, `settlement.not_agreed`.
   */
  async issueIn(stores: SettlementStores, draft: Invoice): Promise<Invoice> {
    moveInvoice(draft.state, 'issue');
    await mustStillAgree(stores.invoices, draft);
    return this.numbered(stores, draft);
  }

  /** Throws `settlement.invoice_not_found`, `settlement.illegal_move`. */
  answer(id: InvoiceId, answer: 'accept' | 'dispute', reason?: string): Promise<Invoice> {
    return this.transaction.run(async ({ invoices }) => {
      const before = await invoices.invoice(id);
      const state = moveInvoice(before.state, answer);
      const after: Invoice = { ...before, state, answeredAt: this.clock.now(), reason };
      await invoices.save(after);
      return after;
    });
  }

  /** By a credit note, which it answers. Throws `settlement.invoice_not_found`, `settlement.illegal_move`. */
  void(id: InvoiceId, reason: string): Promise<Invoice> {
    return this.transaction.run(async (stores) => {
      const before = await stores.invoices.invoice(id);
      const voided: Invoice = { ...before, state: moveInvoice(before.state, 'void'), reason };
      await stores.invoices.save(voided);
      const content = creditOf(before);
      const credit: Invoice = { id: creditIdOf(id), state: 'draft', content, draftedAt: this.clock.now() };
      await stores.invoices.draft(credit, id);
      return this.numbered(stores, credit);
    });
  }

  private async numbered({ invoices, outbox }: SettlementStores, draft: Invoice): Promise<Invoice> {
    const now = this.clock.now();
    const after = issued(draft, await invoices.nextNumber(draft.content.partnerId), now);
    await invoices.save(after);
    outbox.publish(published(InvoiceIssuedV1, { aggregate: after.id, occurredAt: now }, told(after)));
    return after;
  }
}

const told = ({ id, content, number = 0, digest = '', issuedAt, draftedAt }: Invoice): InvoiceIssuedV1 => {
  const { kind, programId, partnerId, statementId, net, gross } = content;
  const about = { invoiceId: id, number: invoiceNumber(number), kind, programId, partnerId, statementId };
  return { ...about, net: net.toJSON(), gross: gross.toJSON(), digest, issuedAt: issuedAt ?? draftedAt };
};

/** It may have taken back its word since the draft. */
const mustStillAgree = async (invoices: Invoices, { content }: Invoice): Promise<void> => {
  const { programId, partnerId } = content;
  const agreement = await invoices.agreement(programId, partnerId);
  if (agreement !== undefined && agreement.endedAt === undefined) return;
  const detail = `${partnerId} no longer agrees that the program writes its invoices; ask it to agree again, and issue then`;
  throw new AppError('refused', 'settlement.not_agreed', detail);
};

/** Asked in the order in which one would put them right. */
const partiesOf = async (
  invoices: Invoices,
  { programId, partnerId }: Statement,
): Promise<{ readonly supplier: VatProfile; readonly buyer: BillingParty }> => {
  const agreement = await invoices.agreement(programId, partnerId);
  if (agreement === undefined || agreement.endedAt !== undefined) {
    const detail = `${partnerId} has not agreed that its invoices are written by the program`;
    throw new AppError('refused', 'settlement.not_agreed', detail);
  }
  const [supplier, buyer] = [await invoices.supplier(partnerId), await invoices.buyer(programId)];
  if (supplier === undefined || buyer === undefined) {
    const detail = `${supplier === undefined ? partnerId : programId} has no billing profile yet`;
    throw new AppError('refused', 'settlement.no_billing_profile', detail);
  }
  return { supplier, buyer };
};
