import { payoutControlContract } from '../../../support/contracts/payout-control-contract.ts';
import { FakeSettlementTransaction } from '../../../support/fakes/fake-settlement.ts';

describe('the fake stores that control payouts', () => {
  payoutControlContract(() => Promise.resolve(new FakeSettlementTransaction()));
});
