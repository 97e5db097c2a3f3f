import { disputesContract } from '../../../support/contracts/disputes-contract.ts';
import { FakeDisputeReader } from '../../../support/fakes/fake-disputes.ts';
import { FakeSettlementTransaction } from '../../../support/fakes/fake-settlement.ts';

describe('the fake stores of disputes', () => {
  disputesContract(() => {
    const db = new FakeSettlementTransaction();
    const booked = () => db.tables.bookings.committed.values();
    return Promise.resolve({ db, reader: new FakeDisputeReader(db.tables.ofDisputes, booked) });
  });
});
