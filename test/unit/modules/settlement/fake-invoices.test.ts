import { invoiceContract } from '../../../support/contracts/invoice-contract.ts';
import { FakeSettlementTransaction } from '../../../support/fakes/fake-settlement.ts';

describe('the fake store of invoices', () => {
  invoiceContract(() => Promise.resolve(new FakeSettlementTransaction()));
});
