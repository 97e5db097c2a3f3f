import { ledgerContract } from '../../../support/contracts/ledger-contract.ts';
import { FakeLedger } from '../../../support/fakes/fake-ledger.ts';

describe('the fake ledger', () => {
  ledgerContract(() => Promise.resolve(new FakeLedger()));
});
