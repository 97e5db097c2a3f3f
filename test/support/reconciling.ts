/** Reconciliation on a test's database, with what it needs around it. */
import { Iso20022Files } from '../../src/modules/settlement/adapters/iso20022/iso-20022-files.ts';
import { CsvParseBankCsv } from '../../src/modules/settlement/adapters/csv/read-csv.ts';
import { PostgresReconciliationReader } from '../../src/modules/settlement/adapters/postgres/reconciliation/postgres-reconciliation-reader.ts';
import { settlementStores } from '../../src/modules/settlement/adapters/postgres/settlement-stores.ts';
import { PostBookings } from '../../src/modules/settlement/application/books/post-bookings.ts';
import { AccountMarks } from '../../src/modules/settlement/application/reconciliation/account-marks.ts';
import { FindOverdue } from '../../src/modules/settlement/application/reconciliation/find-overdue.ts';
import { FixBreaks } from '../../src/modules/settlement/application/reconciliation/fix-breaks.ts';
import { ImportBankStatement } from '../../src/modules/settlement/application/reconciliation/import-bank-statement.ts';
import { ImportCsv } from '../../src/modules/settlement/application/reconciliation/import-csv.ts';
import { DecideMatch, MatchByHand } from '../../src/modules/settlement/application/reconciliation/match-by-hand.ts';
import { MatchOpenLines } from '../../src/modules/settlement/application/reconciliation/match-open-lines.ts';
import { SuggestMatches } from '../../src/modules/settlement/application/reconciliation/suggest-matches.ts';
import { UndoMatch } from '../../src/modules/settlement/application/reconciliation/undo-match.ts';
import { at } from './clock.ts';
import type { TestDatabase } from './database.ts';
import { ledgerOn } from './ledger.ts';
import { GlassVault } from './settlement-story.ts';
import { SettlingPartners } from './settling-partners.ts';
import { postgresTransaction } from './transaction.ts';

export const reconcilingOn = (database: Pick<TestDatabase, 'as'>, now: string) => {
  const clock = at(now);
  const settlement = database.as('settlement');
  const transaction = postgresTransaction(settlement, settlementStores);
  const reader = new PostgresReconciliationReader(settlement.knex);
  const partners = new SettlingPartners();
  const marks = new AccountMarks(new GlassVault());
  const { ledger } = ledgerOn(database, now);
  const imports = new ImportBankStatement(transaction, new Iso20022Files(), reader, partners, marks, clock);
  return {
    transaction,
    reader,
    ledger,
    imports,
    csv: new ImportCsv(transaction, reader, new CsvParseBankCsv(), imports),
    match: new MatchOpenLines(transaction, reader, partners, marks, clock),
    suggest: new SuggestMatches(reader, partners, marks),
    byHand: new MatchByHand(transaction, clock),
    decide: new DecideMatch(transaction, clock),
    undo: new UndoMatch(transaction, clock),
    fixes: new FixBreaks(transaction, clock),
    overdue: new FindOverdue(transaction, reader, clock),
    post: new PostBookings(transaction, ledger, clock),
  };
};
