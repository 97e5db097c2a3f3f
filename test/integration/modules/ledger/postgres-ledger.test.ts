import { ledgerContract } from '../../../support/contracts/ledger-contract.ts';
import { withDatabase } from '../../../support/database.ts';
import { ledgerOn } from '../../../support/ledger.ts';

describe('the ledger on PostgreSQL', () => {
  const database = withDatabase();

  ledgerContract(() => Promise.resolve(ledgerOn(database()).ledger));
});
