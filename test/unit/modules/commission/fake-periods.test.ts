import { periodsContract, type PeriodStores } from '../../../support/contracts/periods-contract.ts';
import { FakeOrderQueue, FakePeriods, periodTables, queueTables } from '../../../support/fakes/fake-periods.ts';
import { FakeTransaction, Table } from '../../../support/fakes/fake-transaction.ts';
import type { Commission } from '../../../../src/modules/commission/domain/life-cycle/commission.ts';

describe('the fake store of periods', () => {
  periodsContract(() => {
    const [periods, queue] = [periodTables(), queueTables()];
    return Promise.resolve(
      new FakeTransaction<PeriodStores>({
        schema: 'commission',
        tables: [periods.periods, periods.kept, queue.aside, queue.queue] as Table<unknown>[],
        stores: () => ({
          periods: new FakePeriods(periods),
          queue: new FakeOrderQueue(queue, new Table<Commission>()),
        }),
      }),
    );
  });
});
