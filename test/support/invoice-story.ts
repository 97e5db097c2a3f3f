import { Billing } from '../../src/modules/settlement/application/invoices/billing.ts';
import { WriteInvoices } from '../../src/modules/settlement/application/invoices/write-invoices.ts';
import type { BillingParty, VatProfile } from '../../src/modules/settlement/domain/invoices/vat.ts';
import type { Statement } from '../../src/modules/settlement/domain/statements/statement.ts';
import type { Month } from '../../src/shared/calendar.ts';
import { idOf } from './clock.ts';
import { FakeSettlementTransaction } from './fakes/fake-settlement.ts';
import { aStory, programId } from './settlement-story.ts';

export const aBuyer: BillingParty = {
  name: 'Aurora Mobil GmbH',
  address: ['Hafenstraße 1', '20095 Hamburg'],
  country: 'DE',
  vatId: 'DE123456789',
};

export const aSupplier = (some: Partial<VatProfile> = {}): VatProfile => ({
  name: '北京汽车推广有限公司',
  address: ['Unter den Linden 5', '10117 Berlin'],
  country: 'DE',
  vatId: 'DE987654321',
  scheme: 'domestic',
  language: 'en',
  ...some,
});

/** A story in which partners let the program write their invoices. */
export const anInvoiceStory = (now?: string, transaction = new FakeSettlementTransaction()) => {
  const story = aStory({ transaction, ...(now !== undefined && { now }) });
  const billing = new Billing(story.db, story.partners, story.clock);
  const write = new WriteInvoices(story.db, story.partners, story.clock);
  const statementOf = (period: Month, partner = 1): Statement => {
    const found = story.db
      .statements()
      .find((each) => each.period === period && each.partnerId === idOf('par', partner));
    if (found === undefined) throw new Error(`no statement of partner ${partner} in ${period}`);
    return found;
  };
  return {
    ...story,
    billing,
    write,
    statementOf,
    async billed(partner = 1, profile: Partial<VatProfile> = {}): Promise<void> {
      const partnerId = idOf('par', partner);
      await billing.setBuyer(programId, aBuyer);
      await billing.setSupplier(partnerId, aSupplier(profile));
      await billing.agree({ programId, partnerId }, 'the partner', true);
    },
    async issuedFor(period: Month, partner = 1) {
      return write.issue((await write.draft(statementOf(period, partner))).id);
    },
  };
};
