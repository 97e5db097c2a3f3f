import { commissionStores } from '../../src/modules/commission/adapters/postgres/commission-stores.ts';
import { AdjustForOthers } from '../../src/modules/commission/application/adjustments/adjust-for-others.ts';
import { PostgresDisputeReader } from '../../src/modules/settlement/adapters/postgres/disputes/postgres-dispute-reader.ts';
import { PostgresPayoutReader } from '../../src/modules/settlement/adapters/postgres/postgres-payout-reader.ts';
import { PostgresStatementReader } from '../../src/modules/settlement/adapters/postgres/postgres-statement-reader.ts';
import { settlementStores } from '../../src/modules/settlement/adapters/postgres/settlement-stores.ts';
import { DisputeContracts } from '../../src/modules/settlement/application/disputes/dispute-contracts.ts';
import { GatherFacts } from '../../src/modules/settlement/application/disputes/gather-facts.ts';
import { OpenDispute } from '../../src/modules/settlement/application/disputes/open-dispute.ts';
import { RunDisputes } from '../../src/modules/settlement/application/disputes/run-disputes.ts';
import { WorkDispute } from '../../src/modules/settlement/application/disputes/work-dispute.ts';
import { Money } from '../../src/shared/money.ts';
import { at, CountingIds } from './clock.ts';
import type { TestDatabase } from './database.ts';
import { ToldEvidence } from './dispute-story.ts';
import { SettlingPartners } from './settling-partners.ts';
import { postgresTransaction } from './transaction.ts';

/** Disputes and commission's adjustments on a test's database, about orders that nobody has heard of. */
export const disputesOn = (database: Pick<TestDatabase, 'as'>, now: string) => {
  const clock = at(now);
  const { knex } = database.as('settlement');
  const transaction = postgresTransaction(database.as('settlement'), settlementStores);
  const partners = new SettlingPartners();
  const limits = { of: () => Promise.resolve(Money.of(2_000n, 'BRL')) };
  const inCommission = postgresTransaction(database.as('commission'), commissionStores);
  const adjustments = new AdjustForOthers(inCommission, limits, partners, clock);
  const reader = new PostgresDisputeReader(knex);
  const statements = new PostgresStatementReader(knex);
  const gather = new GatherFacts(new ToldEvidence(), statements, new PostgresPayoutReader(knex), reader);
  const contracts = new DisputeContracts(reader, partners);
  return {
    clock,
    reader,
    open: new OpenDispute(transaction, gather, contracts, adjustments, new CountingIds(), clock),
    work: new WorkDispute(transaction, reader, gather, adjustments, clock),
    run: new RunDisputes(transaction, reader, adjustments, clock),
  };
};
