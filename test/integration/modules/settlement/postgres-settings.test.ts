import { settlementStores } from '../../../../src/modules/settlement/adapters/postgres/settlement-stores.ts';
import type { SettlementStores } from '../../../../src/modules/settlement/ports/settlement-stores.ts';
import { settingsContract } from '../../../support/contracts/settings-contract.ts';
import { withDatabase } from '../../../support/database.ts';
import { postgresTransaction } from '../../../support/transaction.ts';

describe('the PostgreSQL stores of settings', () => {
  const database = withDatabase();

  settingsContract(() =>
    Promise.resolve(postgresTransaction<SettlementStores>(database().as('settlement'), settlementStores)),
  );
});
