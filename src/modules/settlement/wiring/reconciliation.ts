import { ContainerModule, type ContainerModuleLoadOptions } from 'inversify';
import { Database } from '../../../infrastructure/postgres/database.ts';
import { Clock } from '../../../shared/clock.ts';
import { Ids } from '../../../shared/ids.ts';
import { Vault } from '../../../shared/vault.ts';
import { OutcomesPort } from '../../commission/index.ts';
import { LedgerPort } from '../../ledger/index.ts';
import { PartnersPort } from '../../partners/index.ts';
import { CsvParseBankCsv } from '../adapters/csv/read-csv.ts';
import { bankRoutes } from '../adapters/http/bank-routes.ts';
import { breakRoutes } from '../adapters/http/break-routes.ts';
import { importRoutes } from '../adapters/http/import-routes.ts';
import { lineRoutes, matchRoutes } from '../adapters/http/match-routes.ts';
import { reconciliationSettingsRoutes } from '../adapters/http/reconciliation-settings-routes.ts';
import { threeWayRoutes } from '../adapters/http/three-way-routes.ts';
import { PostgresReconciliationReader } from '../adapters/postgres/reconciliation/postgres-reconciliation-reader.ts';
import { SetBankAccount } from '../application/rails/bank-accounts.ts';
import { AccountMarks } from '../application/reconciliation/account-marks.ts';
import { FindOverdue } from '../application/reconciliation/find-overdue.ts';
import { FixBreaks } from '../application/reconciliation/fix-breaks.ts';
import { ImportBankStatement } from '../application/reconciliation/import-bank-statement.ts';
import { ImportCsv } from '../application/reconciliation/import-csv.ts';
import { ReconciliationSettingsKeeper } from '../application/reconciliation/keep-settings.ts';
import { DecideMatch, MatchByHand } from '../application/reconciliation/match-by-hand.ts';
import { MatchOpenLines } from '../application/reconciliation/match-open-lines.ts';
import { ReconciliationAudits } from '../application/reconciliation/reconciliation-audits.ts';
import { SuggestMatches } from '../application/reconciliation/suggest-matches.ts';
import { ThreeWay } from '../application/reconciliation/three-way.ts';
import { UndoMatch } from '../application/reconciliation/undo-match.ts';
import { PaymentFiles } from '../ports/payment-files.ts';
import { ReconciliationReader } from '../ports/reconciliation-reader.ts';
import { SettingChangeReader } from '../ports/setting-changes.ts';
import { SettlementTransaction } from '../ports/settlement-stores.ts';
import { StatementReader } from '../ports/statement-reader.ts';
import { bellOf, MATCH_JOB, type Part, POST_JOB, ringBoth } from './part.ts';

const OVERDUE_JOB = 'settlement.overdue';

const bindImports = ({ bind }: ContainerModuleLoadOptions): void => {
  bind(ReconciliationReader).toResolvedValue(({ knex }) => new PostgresReconciliationReader(knex), [Database]);
  bind(AccountMarks).toResolvedValue((vault) => new AccountMarks(vault), [Vault]);
  bind(ImportBankStatement).toResolvedValue(
    (transaction, files, reader, partners, marks, clock) =>
      new ImportBankStatement(transaction, files, reader, partners, marks, clock),
    [SettlementTransaction, PaymentFiles, ReconciliationReader, PartnersPort, AccountMarks, Clock],
  );
  bind(ImportCsv).toResolvedValue(
    (transaction, reader, imports) => new ImportCsv(transaction, reader, new CsvParseBankCsv(), imports),
    [SettlementTransaction, ReconciliationReader, ImportBankStatement],
  );
  bind(ReconciliationSettingsKeeper).toResolvedValue(
    (transaction, reader, partners, ids, clock) =>
      new ReconciliationSettingsKeeper(transaction, reader, partners, ids, clock),
    [SettlementTransaction, ReconciliationReader, PartnersPort, Ids, Clock],
  );
};

const bindChecks = ({ bind }: ContainerModuleLoadOptions): void => {
  bind(ThreeWay).toResolvedValue(
    (outcomes, reader, partners) => new ThreeWay(outcomes, reader, partners),
    [OutcomesPort, ReconciliationReader, PartnersPort],
  );
  bind(ReconciliationAudits).toResolvedValue(
    (reader, ledger, outcomes, partners) => new ReconciliationAudits(reader, ledger, outcomes, partners),
    [ReconciliationReader, LedgerPort, OutcomesPort, PartnersPort],
  );
};

const bindMatching = ({ bind }: ContainerModuleLoadOptions): void => {
  bind(MatchOpenLines).toResolvedValue(
    (transaction, reader, partners, marks, clock) => new MatchOpenLines(transaction, reader, partners, marks, clock),
    [SettlementTransaction, ReconciliationReader, PartnersPort, AccountMarks, Clock],
  );
  bind(SuggestMatches).toResolvedValue(
    (reader, partners, marks) => new SuggestMatches(reader, partners, marks),
    [ReconciliationReader, PartnersPort, AccountMarks],
  );
  const parts = [SettlementTransaction, Clock] as const;
  bind(MatchByHand).toResolvedValue((transaction, clock) => new MatchByHand(transaction, clock), [...parts]);
  bind(DecideMatch).toResolvedValue((transaction, clock) => new DecideMatch(transaction, clock), [...parts]);
  bind(UndoMatch).toResolvedValue((transaction, clock) => new UndoMatch(transaction, clock), [...parts]);
  bind(FixBreaks).toResolvedValue((transaction, clock) => new FixBreaks(transaction, clock), [...parts]);
  bind(FindOverdue).toResolvedValue(
    (transaction, reader, clock) => new FindOverdue(transaction, reader, clock),
    [SettlementTransaction, ReconciliationReader, Clock],
  );
};

/** What the bank says, held against what we sent. */
export const reconciliation: Part = {
  bindings: new ContainerModule((options) => {
    bindImports(options);
    bindMatching(options);
    bindChecks(options);
  }),
  routes: (own) => {
    const reader = own.get(ReconciliationReader);
    const post = bellOf(own, POST_JOB);
    const matching = {
      suggest: own.get(SuggestMatches),
      byHand: own.get(MatchByHand),
      decide: own.get(DecideMatch),
      undo: own.get(UndoMatch),
    };
    return [
      ...bankRoutes(own.get(StatementReader), own.get(SettingChangeReader), own.get(SetBankAccount)),
      ...importRoutes(own.get(ImportBankStatement), own.get(ImportCsv), ringBoth(own)),
      ...lineRoutes(reader, matching),
      ...matchRoutes(reader, matching, post),
      ...breakRoutes(reader, own.get(FixBreaks), own.get(Clock), post),
      ...reconciliationSettingsRoutes(own.get(ReconciliationSettingsKeeper), own.get(SettingChangeReader)),
      ...threeWayRoutes(own.get(ThreeWay)),
    ];
  },
  audits: (own) => [
    {
      promise: "the bank's account in the ledger is what the bank's lines make, and suspense what nobody has explained",
      run: () => own.get(ReconciliationAudits).bank(),
    },
    {
      promise: 'every settled payout is on a line of the bank, or its rail has said so',
      run: () => own.get(ReconciliationAudits).payouts(),
    },
    {
      promise:
        'every delivered order has a commission or a reason, and what it earned is booked, posted and paid as it says',
      about: 'progress',
      run: () => own.get(ReconciliationAudits).threeWays(),
    },
  ],
  jobs: (own) => {
    const [match, overdue] = [own.get(MatchOpenLines), own.get(FindOverdue)];
    return [
      { name: MATCH_JOB, everyMs: 60_000, run: () => match.run(), due: () => match.due() },
      { name: OVERDUE_JOB, everyMs: 60_000, run: () => overdue.run(), due: () => overdue.due() },
    ];
  },
};
