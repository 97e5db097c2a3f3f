import { FakeSettlementTransaction } from '../../../../support/fakes/fake-settlement.ts';
import { railsContract } from '../../../../support/contracts/rails-contract.ts';
import { paidByRails } from '../../../../support/rails-on.ts';

describe('the fake store of payments on rails', () => {
  railsContract(async () => {
    const db = new FakeSettlementTransaction();
    await paidByRails(db, 'ach');
    return db;
  });
});
