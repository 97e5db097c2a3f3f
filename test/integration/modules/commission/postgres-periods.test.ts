import { PostgresOrderQueue } from '../../../../src/modules/commission/adapters/postgres/postgres-order-queue.ts';
import { PostgresPeriods } from '../../../../src/modules/commission/adapters/postgres/postgres-periods.ts';
import { type PeriodStores, periodsContract } from '../../../support/contracts/periods-contract.ts';
import { withDatabase } from '../../../support/database.ts';
import { postgresTransaction } from '../../../support/transaction.ts';

describe('the PostgreSQL store of periods', () => {
  const database = withDatabase();

  periodsContract(() =>
    Promise.resolve(
      postgresTransaction<PeriodStores>(database().as('commission'), (trx) => ({
        periods: new PostgresPeriods(trx),
        queue: new PostgresOrderQueue(trx),
      })),
    ),
  );
});
