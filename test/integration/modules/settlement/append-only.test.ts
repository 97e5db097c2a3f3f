import { expect } from 'chai';
import type { Knex } from 'knex';
import { rowsOf } from '../../../../src/infrastructure/postgres/database.ts';
import { cloneDatabase, type TestDatabase } from '../../../support/database.ts';
import { refusalOf } from '../../../support/refusal-of.ts';

/** Of which some columns move on, and nothing else ever does. */
const MOVING_IN_PART: Readonly<Record<string, readonly string[]>> = {
  bookings: ['posted_at', 'refused'],
  books: ['closed_through', 'last_number'],
  dispute_resolutions: ['adjusted_at'],
  fx_trades: ['state', 'decided_at', 'decided_by'],
  payout_rulings: ['state', 'decided_at', 'decided_by'],
  receivables: ['left_minor'],
  reserve_slices: ['left_minor'],
  setting_changes: ['state', 'decided_at', 'decided_by'],
  tax_remittances: ['state', 'decided_at', 'decided_by'],
};

/** Whose rows move on. What of an issued invoice stays, and what of a payment that is sent, is for triggers of their own. */
const MOVING: readonly string[] = [
  ...['balance_waivers', 'bank_accounts', 'billing_profiles', 'breaks', 'csv_layouts', 'dispute_terms', 'disputes'],
  ...['fraud_cases', 'fx_positions', 'fx_settings', 'invoice_refusals', 'invoice_runs', 'invoice_series', 'invoices'],
  ...['issue_refusals', 'issue_runs'],
  ...['matches', 'negative_balances', 'payout_batches', 'payout_freezes', 'payout_requests', 'payouts', 'periods'],
  ...['profile_changes', 'rail_payments', 'reconciliation_settings', 'refused_methods', 'self_billing_agreements'],
  ...['simulated_accounts', 'simulated_items', 'simulated_payments', 'statement_receptions', 'suspense'],
  ...['payouts_under_way', 'watched_promises'],
];

/** What is of now alone, and goes when it is over. */
const PASSING: readonly string[] = ['invoice_refusals', 'issue_refusals', 'negative_balances', 'payouts_under_way'];

const INSUFFICIENT_PRIVILEGE = '42501';
const RESTRICT_VIOLATION = '23001';

interface TableRow {
  readonly name: string;
  readonly column: string;
}

/** Whatever table is not named above is append-only, also one that nobody has thought of yet. */
describe('what settlement has written', () => {
  let database: TestDatabase;
  let own: Knex;
  let owner: Knex;
  let tables: readonly TableRow[] = [];

  before(async () => {
    database = await cloneDatabase();
    [own, owner] = [database.as('settlement').knex, database.owner.knex];
    tables = await rowsOf<TableRow>(
      owner,
      String.raw`select relname as name, attname as column
       from pg_class
       cross join lateral (
         select attname from pg_attribute where attrelid = pg_class.oid and attnum > 0 and attidentity = '' limit 1
       ) as first
       where relnamespace = 'settlement'::regnamespace and relkind in ('r', 'p')
         and relname !~ '^(inbox|outbox|parked)(_|$)'
       order by relname`,
    );
  });
  after(() => database.drop());

  const appendOnly = () => tables.filter(({ name }) => !MOVING.includes(name) && !(name in MOVING_IN_PART));
  const changesOf = ({ name, column }: TableRow): readonly string[] => [
    `update settlement.${name} set ${column} = ${column}`,
    `delete from settlement.${name}`,
    `truncate settlement.${name} cascade`,
  ];

  it('stays in every table that is not named as one that moves: for the module, and for the owner', async () => {
    expect(appendOnly().length).to.be.greaterThan(15);
    for (const change of appendOnly().flatMap(changesOf)) {
      expect(await refusalOf(own, change), change).to.equal(INSUFFICIENT_PRIVILEGE);
      expect(await refusalOf(owner, change), change).to.equal(RESTRICT_VIOLATION);
    }
  });

  it('goes from the tables of what is of now alone, and from no other', async () => {
    for (const { name } of tables) {
      const refusals = await Promise.all([
        refusalOf(own, `delete from settlement.${name} where false`),
        refusalOf(own, `truncate settlement.${name} cascade`),
      ]);
      const deleting = PASSING.includes(name) ? 'done' : INSUFFICIENT_PRIVILEGE;
      expect(refusals, name).to.deep.equal([deleting, INSUFFICIENT_PRIVILEGE]);
    }
  });

  it('moves on in the columns that are named here, and in no others', async () => {
    const rows = await rowsOf<{ name: string; columns: readonly string[] }>(
      owner,
      `select relname as name, array_agg(attname::text order by attname = 'state' desc, attname) as columns
       from pg_class join pg_attribute on attrelid = pg_class.oid and attnum > 0 and not attisdropped
       where relnamespace = 'settlement'::regnamespace and relkind in ('r', 'p')
         and not has_table_privilege('mod_settlement', pg_class.oid, 'UPDATE')
         and has_column_privilege('mod_settlement', pg_class.oid, attnum, 'UPDATE')
       group by relname`,
    );

    expect(Object.fromEntries(rows.map(({ name, columns }) => [name, columns]))).to.deep.equal(MOVING_IN_PART);
  });

  it('is open to no role of another module', async () => {
    const others = await rowsOf(
      owner,
      String.raw`select rolname, relname
       from pg_roles, pg_class, unnest(array['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) as privilege
       where rolname like 'mod\_%' and rolname <> 'mod_settlement' and relnamespace = 'settlement'::regnamespace
         and relkind in ('r', 'p') and relname !~ '^(inbox|outbox|parked)(_|$)'
         and has_table_privilege(rolname, pg_class.oid, privilege)`,
    );

    expect(others).to.be.empty;
  });
});
