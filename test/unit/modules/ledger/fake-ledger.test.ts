import { at } from '../../../support/clock.ts';
import { ledgerContract } from '../../../support/contracts/ledger-contract.ts';
import { FakeLedger } from '../../../support/fakes/fake-ledger.ts';
import { FakeLedgerTransaction, ledgerOnFakes } from '../../../support/fakes/fake-ledger-stores.ts';

describe('the fake ledger', () => {
  ledgerContract(() => Promise.resolve(new FakeLedger()));
});

describe('the ledger on fake stores', () => {
  ledgerContract(() => {
    const transaction = new FakeLedgerTransaction();
    return Promise.resolve(ledgerOnFakes(transaction, transaction, at('2018-02-01T00:00:00Z')));
  });
});
