import { ContainerModule } from 'inversify';
import { Database } from '../../../infrastructure/postgres/database.ts';
import { TransactionParts } from '../../../infrastructure/postgres/transaction.ts';
import { Clock } from '../../../shared/clock.ts';
import { PartnersPort } from '../../partners/index.ts';
import { payoutApprovalRoutes } from '../adapters/http/payout-approval-routes.ts';
import { payoutControlRoutes } from '../adapters/http/payout-control-routes.ts';
import { payoutPolicyRoutes } from '../adapters/http/payout-policy-routes.ts';
import { payoutConsumers } from '../adapters/messaging/payout-consumers.ts';
import { PostgresPayoutControlReader } from '../adapters/postgres/payouts/postgres-payout-control-reader.ts';
import { AskPartners } from '../application/payouts/circumstances.ts';
import { TakeOutPayout } from '../application/payouts/decide-batch.ts';
import { FreezePayouts, LiftFreeze } from '../application/payouts/freeze-payouts.ts';
import { RequestPayout } from '../application/payouts/request-payout.ts';
import { SetPayoutPolicy } from '../application/payouts/set-payout-policy.ts';
import { ShowBalance } from '../application/payouts/show-balance.ts';
import { TendBalances } from '../application/payouts/tend-balances.ts';
import { AskWaiver, DecideWaiver } from '../application/payouts/waive-balance.ts';
import { BatchReader } from '../ports/batch-reader.ts';
import { PayoutControlReader } from '../ports/payout-control-reader.ts';
import { SettingChangeReader } from '../ports/setting-changes.ts';
import { Rails } from '../ports/rails.ts';
import { SettlementTransaction } from '../ports/settlement-stores.ts';
import { TaxClearance } from '../ports/tax-clearance.ts';
import { bellOf, type Part, POST_JOB } from './part.ts';

const TEND_JOB = 'settlement.balances';

/** What decides whether, when and how much is paid, and what is kept beside balances. */
export const payoutControl: Part = {
  bindings: new ContainerModule(({ bind }) => {
    bind(AskPartners).toResolvedValue(
      (partners, tax, rails) => new AskPartners(partners, tax, rails),
      [PartnersPort, TaxClearance, Rails],
    );
    bind(PayoutControlReader).toResolvedValue(({ knex }) => new PostgresPayoutControlReader(knex), [Database]);
    bind(SetPayoutPolicy).toResolvedValue(
      (transaction, partners, { ids }, clock) => new SetPayoutPolicy(transaction, partners, ids, clock),
      [SettlementTransaction, PartnersPort, TransactionParts, Clock],
    );
    bind(ShowBalance).toResolvedValue(
      (transaction, partners, clock) => new ShowBalance(transaction, partners, clock),
      [SettlementTransaction, AskPartners, Clock],
    );
    bind(RequestPayout).toResolvedValue(
      (transaction, partners, { ids }, clock) => new RequestPayout(transaction, partners, ids, clock),
      [SettlementTransaction, PartnersPort, TransactionParts, Clock],
    );
    bind(FreezePayouts).toResolvedValue(
      (transaction, partners, { ids }, clock) => new FreezePayouts(transaction, partners, ids, clock),
      [SettlementTransaction, PartnersPort, TransactionParts, Clock],
    );
    bind(LiftFreeze).toResolvedValue(
      (transaction, clock) => new LiftFreeze(transaction, clock),
      [SettlementTransaction, Clock],
    );
    bind(AskWaiver).toResolvedValue(
      (transaction, partners, { ids }, clock) => new AskWaiver(transaction, partners, ids, clock),
      [SettlementTransaction, PartnersPort, TransactionParts, Clock],
    );
    bind(DecideWaiver).toResolvedValue(
      (transaction, partners, clock) => new DecideWaiver(transaction, partners, clock),
      [SettlementTransaction, PartnersPort, Clock],
    );
    bind(TakeOutPayout).toResolvedValue(
      (transaction, batches, clock) => new TakeOutPayout(transaction, batches, clock),
      [SettlementTransaction, BatchReader, Clock],
    );
    bind(TendBalances).toResolvedValue(
      (transaction, clock) => new TendBalances(transaction, clock),
      [SettlementTransaction, Clock],
    );
  }),
  routes: (own) => {
    const [reader, ring] = [own.get(PayoutControlReader), bellOf(own, POST_JOB)];
    const cases = {
      balance: own.get(ShowBalance),
      request: own.get(RequestPayout),
      freeze: own.get(FreezePayouts),
      lift: own.get(LiftFreeze),
      askWaiver: own.get(AskWaiver),
      decideWaiver: own.get(DecideWaiver),
    };
    return [
      ...payoutControlRoutes(reader, cases, ring),
      ...payoutApprovalRoutes(reader, own.get(TakeOutPayout)),
      ...payoutPolicyRoutes(reader, own.get(SettingChangeReader), own.get(SetPayoutPolicy), ring),
    ];
  },
  consumers: (own) => payoutConsumers(own.get(SettlementTransaction)),
  jobs: (own) => {
    const tend = own.get(TendBalances);
    return [{ name: TEND_JOB, everyMs: 10_000, run: () => tend.run(), due: () => tend.isDue() }];
  },
};
