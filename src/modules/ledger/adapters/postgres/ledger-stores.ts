import type { Knex } from 'knex';
import type { Outbox } from '../../../../shared/outbox.ts';
import type { LedgerStores } from '../../ports/ledger-stores.ts';
import { PostgresAccounts } from './postgres-accounts.ts';
import { PostgresClosings } from './postgres-closings.ts';
import { PostgresHolds } from './postgres-holds.ts';
import { PostgresJournal } from './postgres-journal.ts';
import { PostgresSeals } from './postgres-seals.ts';
import { PostgresTemplates } from './postgres-templates.ts';

export const ledgerStores = (trx: Knex, outbox: Outbox): LedgerStores => ({
  accounts: new PostgresAccounts(trx),
  journal: new PostgresJournal(trx),
  closings: new PostgresClosings(trx),
  holds: new PostgresHolds(trx),
  templates: new PostgresTemplates(trx),
  seals: new PostgresSeals(trx),
  outbox,
});
