import { settlementContract } from '../../../support/contracts/settlement-contract.ts';
import { FakeSettlementTransaction } from '../../../support/fakes/fake-settlement.ts';

describe('the fake stores of settlement', () => {
  settlementContract(() => Promise.resolve(new FakeSettlementTransaction()));
});
