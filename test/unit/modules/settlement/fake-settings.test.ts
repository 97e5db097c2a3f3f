import { settingsContract } from '../../../support/contracts/settings-contract.ts';
import { FakeSettlementTransaction } from '../../../support/fakes/fake-settlement.ts';

describe('the fake stores of settings', () => {
  settingsContract(() => Promise.resolve(new FakeSettlementTransaction()));
});
