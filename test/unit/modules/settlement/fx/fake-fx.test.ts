import { fxContract } from '../../../../support/contracts/fx-contract.ts';
import { FakeSettlementTransaction } from '../../../../support/fakes/fake-settlement.ts';

describe('the fake stores of exchange', () => {
  fxContract(() => Promise.resolve(new FakeSettlementTransaction()));
});
