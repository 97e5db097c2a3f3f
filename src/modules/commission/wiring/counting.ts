import { ContainerModule } from 'inversify';
import { Database } from '../../../infrastructure/postgres/database.ts';
import { observeBacklog } from '../../../infrastructure/telemetry/backlog.ts';
import { observeDrift } from '../../../infrastructure/telemetry/drift.ts';
import { Clock, WallClock } from '../../../shared/clock.ts';
import { CreditReasonsPort } from '../../attribution/index.ts';
import { OrdersPort, PlacedOrdersPort } from '../../orders/index.ts';
import { PartnersPort } from '../../partners/index.ts';
import { PostgresDriftLog } from '../adapters/postgres/postgres-drift-log.ts';
import { PostgresOrderLists } from '../adapters/postgres/postgres-order-lists.ts';
import { PostgresOutcomeReader } from '../adapters/postgres/postgres-outcome-reader.ts';
import { CheckPeriods } from '../application/reckoning/check-periods.ts';
import { LookAgain } from '../application/reckoning/look-again.ts';
import { OrderOutcomes } from '../application/reckoning/order-outcomes.ts';
import { ReckonAgain } from '../application/reckoning/reckon-again.ts';
import { ReckonCommissions } from '../application/reckoning/reckon-commissions.ts';
import { WatchDrift } from '../application/reckoning/watch-drift.ts';
import { OutcomesPort, UncalculatedPort } from '../index.ts';
import { CommissionReader } from '../ports/commission-reader.ts';
import { CommissionTransaction } from '../ports/commissions.ts';
import { OrderLists } from '../ports/order-lists.ts';

export const observeWaiting = (lists: OrderLists): void => {
  observeBacklog(
    {
      commission_orders_to_reckon: 'Orders lined up to be reckoned again',
      commission_periods_to_check: 'Periods in which some orders may have been judged by figures that no longer hold',
      commission_orders_uncalculated: 'Orders that nobody can calculate as they are',
    },
    async () => {
      const { orders, periods, setAside } = await lists.backlog();
      return {
        commission_orders_to_reckon: orders,
        commission_periods_to_check: periods,
        commission_orders_uncalculated: setAside,
      };
    },
  );
};

const watchDrift = (
  { knex }: Database,
  reader: CommissionReader,
  lists: OrderLists,
  again: ReckonAgain,
  wallClock: WallClock,
): WatchDrift => {
  const watch = new WatchDrift(new PostgresDriftLog(knex), reader, lists, again, wallClock);
  observeDrift('commission', () => watch.found());
  return watch;
};

/** Orders that count together, and those that wait. */
export const counting = new ContainerModule(({ bind }) => {
  bind(OrderLists).toResolvedValue(({ knex }) => new PostgresOrderLists(knex), [Database]);
  bind(UncalculatedPort).toResolvedValue((lists) => lists, [OrderLists]);
  bind(OutcomesPort).toResolvedValue(
    (orders, credits, { knex }) => new OrderOutcomes(orders, credits, new PostgresOutcomeReader(knex)),
    [PlacedOrdersPort, CreditReasonsPort, Database],
  );
  bind(CheckPeriods).toResolvedValue(
    (tx, reckon, lists, clock) => new CheckPeriods(tx, reckon, lists, clock),
    [CommissionTransaction, ReckonCommissions, OrderLists, Clock],
  );
  bind(ReckonAgain).toResolvedValue(
    (tx, orders, partners, clock) => new ReckonAgain(tx, orders, partners, clock),
    [CommissionTransaction, OrdersPort, PartnersPort, Clock],
  );
  bind(WatchDrift).toResolvedValue(watchDrift, [Database, CommissionReader, OrderLists, ReckonAgain, WallClock]);
  bind(LookAgain).toResolvedValue(
    (tx, partners, clock) => new LookAgain(tx, partners, clock),
    [CommissionTransaction, PartnersPort, Clock],
  );
});
