import { ContainerModule } from 'inversify';
import { Database } from '../../../infrastructure/postgres/database.ts';
import { Clock } from '../../../shared/clock.ts';
import { Ids } from '../../../shared/ids.ts';
import { AdjustmentsPort, EvidencePort } from '../../commission/index.ts';
import { LedgerPort } from '../../ledger/index.ts';
import { PartnersPort } from '../../partners/index.ts';
import { disputeRoutes } from '../adapters/http/dispute-routes.ts';
import { disputeTermsRoutes } from '../adapters/http/dispute-terms-routes.ts';
import { PostgresDisputeReader } from '../adapters/postgres/disputes/postgres-dispute-reader.ts';
import { DisputeAudits } from '../application/disputes/dispute-audits.ts';
import { DisputeContracts } from '../application/disputes/dispute-contracts.ts';
import { GatherFacts } from '../application/disputes/gather-facts.ts';
import { OpenDispute } from '../application/disputes/open-dispute.ts';
import { RunDisputes } from '../application/disputes/run-disputes.ts';
import { SetDisputeTerms } from '../application/disputes/set-dispute-terms.ts';
import { WorkDispute } from '../application/disputes/work-dispute.ts';
import { DisputeReader } from '../ports/disputes.ts';
import { PayoutReader } from '../ports/payout-reader.ts';
import { SettingChangeReader } from '../ports/setting-changes.ts';
import { SettlementTransaction } from '../ports/settlement-stores.ts';
import { StatementReader } from '../ports/statement-reader.ts';
import { bellOf, type Part, POST_JOB } from './part.ts';

const DISPUTES_JOB = 'settlement.disputes';

/** What partners say is wrong, and what comes of it. */
export const disputes: Part = {
  bindings: new ContainerModule(({ bind }) => {
    bind(DisputeReader).toResolvedValue(({ knex }) => new PostgresDisputeReader(knex), [Database]);
    bind(GatherFacts).toResolvedValue(
      (evidence, statements, payouts, reader) => new GatherFacts(evidence, statements, payouts, reader),
      [EvidencePort, StatementReader, PayoutReader, DisputeReader],
    );
    bind(SetDisputeTerms).toResolvedValue(
      (transaction, partners, ids, clock) => new SetDisputeTerms(transaction, partners, ids, clock),
      [SettlementTransaction, PartnersPort, Ids, Clock],
    );
    bind(DisputeContracts).toResolvedValue(
      (reader, partners) => new DisputeContracts(reader, partners),
      [DisputeReader, PartnersPort],
    );
    bind(OpenDispute).toResolvedValue(
      (transaction, gather, contracts, adjustments, ids, clock) =>
        new OpenDispute(transaction, gather, contracts, adjustments, ids, clock),
      [SettlementTransaction, GatherFacts, DisputeContracts, AdjustmentsPort, Ids, Clock],
    );
    bind(WorkDispute).toResolvedValue(
      (transaction, reader, gather, adjustments, clock) =>
        new WorkDispute(transaction, reader, gather, adjustments, clock),
      [SettlementTransaction, DisputeReader, GatherFacts, AdjustmentsPort, Clock],
    );
    bind(RunDisputes).toResolvedValue(
      (transaction, reader, adjustments, clock) => new RunDisputes(transaction, reader, adjustments, clock),
      [SettlementTransaction, DisputeReader, AdjustmentsPort, Clock],
    );
    bind(DisputeAudits).toResolvedValue(
      (reader, ledger) => new DisputeAudits(reader, ledger),
      [DisputeReader, LedgerPort],
    );
  }),
  routes: (own) => {
    const bells = [bellOf(own, DISPUTES_JOB), bellOf(own, POST_JOB)];
    const ring = (): void => {
      for (const each of bells) each();
    };
    const cases = {
      open: own.get(OpenDispute),
      work: own.get(WorkDispute),
      ring,
    };
    return [
      ...disputeRoutes(own.get(DisputeReader), cases),
      ...disputeTermsRoutes(own.get(DisputeContracts), own.get(SettingChangeReader), own.get(SetDisputeTerms)),
    ];
  },
  jobs: (own) => {
    const run = own.get(RunDisputes);
    return [{ name: DISPUTES_JOB, everyMs: 1_000, run: () => run.run(), due: () => run.isDue() }];
  },
  audits: (own) => [
    {
      promise: 'every open dispute reserves what it claims, and no other reserves anything',
      run: () => own.get(DisputeAudits).reserves(),
    },
  ],
};
