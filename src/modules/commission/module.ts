import { ContainerModule } from 'inversify';
import type { Module } from '../../infrastructure/module.ts';
import { Database } from '../../infrastructure/postgres/database.ts';
import { PostgresTransaction, TransactionParts } from '../../infrastructure/postgres/transaction.ts';
import { Clock } from '../../shared/clock.ts';
import { contractsIn } from '../../shared/events.ts';
import { Ids } from '../../shared/ids.ts';
import { AttributionPort } from '../attribution/index.ts';
import { OrdersPort, PlacedOrdersPort } from '../orders/index.ts';
import { PartnersPort } from '../partners/index.ts';
import { adjustmentLimitRoutes } from './adapters/http/adjustment-limit-routes.ts';
import { adjustmentRoutes } from './adapters/http/adjustment-routes.ts';
import { countingRoutes } from './adapters/http/counting-routes.ts';
import { backtestRoutes } from './adapters/http/backtest-routes.ts';
import { draftRoutes } from './adapters/http/draft-routes.ts';
import { explanationRoutes } from './adapters/http/explanation-routes.ts';
import { lifeCycleRoutes } from './adapters/http/life-cycle-routes.ts';
import { commissionRoutes } from './adapters/http/routes.ts';
import { schemaRoute } from './adapters/http/schema-route.ts';
import { termsRoutes } from './adapters/http/terms-routes.ts';
import { commissionConsumers } from './adapters/messaging/consumers.ts';
import { commissionStores } from './adapters/postgres/commission-stores.ts';
import { PostgresBacktests } from './adapters/postgres/postgres-backtests.ts';
import { PostgresBudgets } from './adapters/postgres/postgres-budgets.ts';
import { PostgresCommissionReader } from './adapters/postgres/postgres-commission-reader.ts';
import { PostgresTermsDraftReader } from './adapters/postgres/postgres-terms-drafts.ts';
import { AdjustmentLimits } from './application/adjustments/adjustment-limits.ts';
import { BudgetQueries } from './application/budget-queries.ts';
import { CheckPeriods } from './application/reckoning/check-periods.ts';
import { AskBacktest } from './application/backtests/ask-backtest.ts';
import { CommissionQueries } from './application/commission-queries.ts';
import { CheckDraft } from './application/terms/check-draft.ts';
import { CompareDraft } from './application/terms/compare-draft.ts';
import { DecideAdjustment } from './application/adjustments/decide-adjustment.ts';
import { DraftTerms } from './application/terms/draft-terms.ts';
import { HoldCommission, ReleaseCommission } from './application/reckoning/hold-commission.ts';
import { HoldForReview } from './application/reckoning/hold-for-review.ts';
import { LockDue } from './application/reckoning/lock-due.ts';
import { LookAtCommission } from './application/explaining/look-at-commission.ts';
import { LookAgain } from './application/reckoning/look-again.ts';
import { MakeAdjustment } from './application/adjustments/make-adjustment.ts';
import { PublishTerms } from './application/terms/publish-terms.ts';
import { RateQueries } from './application/rate-queries.ts';
import { ReckonCommissions } from './application/reckoning/reckon-commissions.ts';
import { RecruitAudit } from './application/reckoning/recruit-audit.ts';
import { ReviewCommission } from './application/reckoning/review-commission.ts';
import { SettleCommissions } from './application/reckoning/settle-commissions.ts';
import { WatchDrift } from './application/reckoning/watch-drift.ts';
import { WhyInWords, WhyOrder } from './application/explaining/why-order.ts';
import * as events from './events.ts';
import { AdjustmentReader } from './ports/adjustment-reader.ts';
import {
  AdjustmentsPort,
  BudgetPort,
  CommissionPort,
  EvidencePort,
  OutcomesPort,
  RatesPort,
  UncalculatedPort,
  WhyPort,
} from './index.ts';
import { RunBacktests } from './application/backtests/run-backtests.ts';
import { Backtests } from './ports/backtests.ts';
import { Budgets } from './ports/budgets.ts';
import { CommissionReader } from './ports/commission-reader.ts';
import { type CommissionStores, CommissionTransaction } from './ports/commissions.ts';
import { OrderLists } from './ports/order-lists.ts';
import { TermsDraftReader } from './ports/terms-drafts.ts';
import { counting, observeWaiting } from './wiring/counting.ts';
import { forDisputes } from './wiring/for-disputes.ts';
import { lifeCycle } from './wiring/life-cycle.ts';

const LOCK_EVERY_MS = 500;
const BACKTEST_EVERY_MS = 500;
const CHECK_EVERY_MS = 250;
const REVIEW_EVERY_MS = 60_000;
const WATCH_EVERY_MS = 60_000;

const bindings = new ContainerModule(({ bind }) => {
  bind(CommissionTransaction).toResolvedValue(
    (parts) => new PostgresTransaction<CommissionStores>(parts, commissionStores),
    [TransactionParts],
  );
  bind(CommissionReader).toResolvedValue(({ knex }) => new PostgresCommissionReader(knex), [Database]);
  bind(ReckonCommissions).toResolvedValue(
    (orders, partners, clock) => new ReckonCommissions(orders, partners, clock),
    [OrdersPort, PartnersPort, Clock],
  );
  bind(SettleCommissions).toResolvedValue((clock) => new SettleCommissions(clock), [Clock]);
  bind(PublishTerms).toResolvedValue(
    (tx, partners, ids, clock) => new PublishTerms(tx, partners, ids, clock),
    [CommissionTransaction, PartnersPort, Ids, Clock],
  );
  bind(TermsDraftReader).toResolvedValue(({ knex }) => new PostgresTermsDraftReader(knex), [Database]);
  bind(DraftTerms).toResolvedValue(
    (tx, partners, ids, clock) => new DraftTerms(tx, partners, ids, clock),
    [CommissionTransaction, PartnersPort, Ids, Clock],
  );
  bind(CheckDraft).toResolvedValue((partners) => new CheckDraft(partners), [PartnersPort]);
  bind(CompareDraft).toResolvedValue((reader, clock) => new CompareDraft(reader, clock), [CommissionReader, Clock]);
  bind(CommissionQueries).toResolvedValue(
    (reader, partners) => new CommissionQueries(reader, partners),
    [CommissionReader, PartnersPort],
  );
  bind(Backtests).toResolvedValue(({ knex }) => new PostgresBacktests(knex), [Database]);
  bind(AskBacktest).toResolvedValue(
    (backtests, drafts, reader, partners, ids, clock) =>
      new AskBacktest(backtests, drafts, reader, partners, ids, clock),
    [Backtests, TermsDraftReader, CommissionReader, PartnersPort, Ids, Clock],
  );
  bind(RunBacktests).toResolvedValue(
    (backtests, orders, partners, reader, clock) => new RunBacktests(backtests, orders, partners, reader, clock),
    [Backtests, PlacedOrdersPort, PartnersPort, CommissionReader, Clock],
  );
  bind(WhyOrder).toResolvedValue(
    (orders, partners, attribution, reader, lists) => new WhyOrder(orders, partners, attribution, reader, lists),
    [OrdersPort, PartnersPort, AttributionPort, CommissionReader, OrderLists],
  );
  bind(Budgets).toResolvedValue(({ knex }) => new PostgresBudgets(knex), [Database]);
  bind(BudgetPort).toResolvedValue(
    (reader, used, clock) => new BudgetQueries(reader, used, clock),
    [CommissionReader, Budgets, Clock],
  );
  bind(WhyPort).toResolvedValue(
    (reader, why, look) => new WhyInWords(reader, why, look),
    [CommissionReader, WhyOrder, LookAtCommission],
  );
  bind(CommissionPort).toResolvedValue((queries) => queries, [CommissionQueries]);
  bind(RatesPort).toResolvedValue((transaction) => new RateQueries(transaction), [CommissionTransaction]);
});

export const commission: Module = {
  name: 'commission',
  tells: contractsIn(events),
  bindings: [bindings, lifeCycle, counting, forDisputes],
  offers: [
    AdjustmentsPort,
    BudgetPort,
    CommissionPort,
    EvidencePort,
    OutcomesPort,
    RatesPort,
    WhyPort,
    UncalculatedPort,
  ],
  routes: (own) => [
    ...commissionRoutes(own.get(CommissionReader)),
    ...lifeCycleRoutes(own.get(CommissionReader), {
      look: own.get(LookAtCommission),
      review: own.get(ReviewCommission),
      hold: own.get(HoldCommission),
      release: own.get(ReleaseCommission),
    }),
    ...adjustmentRoutes(own.get(AdjustmentReader), {
      make: own.get(MakeAdjustment),
      decide: own.get(DecideAdjustment),
    }),
    ...adjustmentLimitRoutes(own.get(AdjustmentLimits)),
    ...countingRoutes(own.get(OrderLists), own.get(LookAgain)),
    schemaRoute,
    ...explanationRoutes(own.get(CommissionReader), own.get(WhyOrder), own.get(LookAtCommission)),
    ...termsRoutes(own.get(CommissionReader), own.get(PartnersPort), own.get(PublishTerms)),
    ...backtestRoutes(own.get(Backtests), own.get(AskBacktest), own.get(TermsDraftReader)),
    ...draftRoutes(own.get(TermsDraftReader), {
      draft: own.get(DraftTerms),
      check: own.get(CheckDraft),
      publish: own.get(PublishTerms),
      compare: own.get(CompareDraft),
    }),
  ],
  consumers: (own) =>
    commissionConsumers(own.get(CommissionTransaction), {
      reckon: own.get(ReckonCommissions),
      settle: own.get(SettleCommissions),
      lookAgain: own.get(LookAgain),
    }),
  jobs: (own) => {
    const [lockDue, review, check] = [own.get(LockDue), own.get(HoldForReview), own.get(CheckPeriods)];
    const watch = own.get(WatchDrift);
    observeWaiting(own.get(OrderLists));
    return [
      {
        name: 'commission.check_periods',
        everyMs: CHECK_EVERY_MS,
        run: () => check.run(),
        due: () => check.isDue(),
      },
      {
        name: 'commission.review_due',
        everyMs: REVIEW_EVERY_MS,
        run: () => review.run(),
        due: () => review.isDue(),
      },
      { name: 'commission.watch_drift', everyMs: WATCH_EVERY_MS, run: () => watch.run(), due: () => watch.due() },
      {
        name: 'commission.backtest',
        everyMs: BACKTEST_EVERY_MS,
        run: () => own.get(RunBacktests).run(),
        due: () => own.get(RunBacktests).due(),
      },
      { name: 'commission.lock_due', everyMs: LOCK_EVERY_MS, run: () => lockDue.run(), due: () => lockDue.isDue() },
    ];
  },
  audits: (own) => [
    {
      promise: 'every commission has an explanation that comes to the same cents',
      run: () => own.get(CommissionQueries).unexplained(),
    },
    {
      promise: 'every commission would be what it is by the facts of its order',
      run: () => own.get(WatchDrift).findings(),
    },
    {
      promise: 'every recruit commission is its percentage of its parent',
      run: () => own.get(RecruitAudit).strays(),
    },
  ],
};
