import { expect } from 'chai';
import type { Knex } from 'knex';
import { rowsOf } from '../../../../src/infrastructure/postgres/database.ts';
import { anAccount, aTransaction } from '../../../support/contracts/ledger-contract.ts';
import { cloneDatabase, type TestDatabase } from '../../../support/database.ts';
import { ledgerOn } from '../../../support/ledger.ts';
import { refusalOf } from '../../../support/refusal-of.ts';

/** Every table of the ledger whose rows stay, and a column to change. */
const APPEND_ONLY: Readonly<Record<string, string>> = {
  accounts: 'kind',
  account_numbers: 'account_id',
  account_currencies: 'currency',
  journal: 'purpose',
  entries: 'minor',
  account_changes: 'reason',
  closings: 'scope',
  templates: 'digest',
  template_runs: 'digest',
  seals: 'root',
  seal_keys: 'public_key',
  checkpoints: 'seal',
};

/** Written by functions of the database alone, which see to what a row cannot say of itself. */
const BY_FUNCTION: readonly string[] = ['account_currencies', 'journal', 'entries'];

/** Those whose rows move on, and are never gone. */
const MOVING: readonly string[] = ['account_balances', 'holds'];

/** What the kernel keeps for every module, with its partitions. */
const isKernel = (table: string): boolean => /^(inbox|outbox|parked)(_|$)/.test(table);

const INSUFFICIENT_PRIVILEGE = '42501';
const RESTRICT_VIOLATION = '23001';

/** Nothing that is tried here changes anything, so all of it is tried on one database. */
describe('what the ledger has written', () => {
  let database: TestDatabase;
  let own: Knex;
  let owner: Knex;

  before(async () => {
    database = await cloneDatabase();
    const { ledger, own: module } = ledgerOn(database);
    const [bank, wallet] = [anAccount('bank'), anAccount('wallet', { normalSide: 'credit', bound: 'no_overdraft' })];
    await ledger.openAccounts([bank, wallet]);
    await ledger.post([aTransaction(1, 500n, [bank, wallet])]);
    [own, owner] = [module.knex, database.owner.knex];
  });
  after(() => database.drop());

  it('is in tables that are all named here', async () => {
    const tables = await rowsOf<{ name: string }>(
      owner,
      `select relname as name from pg_class where relnamespace = 'ledger'::regnamespace and relkind in ('r', 'p')`,
    );

    expect(tables.map(({ name }) => name).filter((name) => !isKernel(name))).to.have.members([
      ...Object.keys(APPEND_ONLY),
      ...MOVING,
    ]);
  });

  for (const [table, column] of Object.entries(APPEND_ONLY)) {
    for (const statement of [
      `update ledger.${table} set ${column} = ${column}`,
      `delete from ledger.${table}`,
      `truncate ledger.${table} cascade`,
    ]) {
      it(`refuses "${statement}" to the module and to the owner`, async () => {
        expect(await refusalOf(own, statement)).to.equal(INSUFFICIENT_PRIVILEGE);
        expect(await refusalOf(owner, statement)).to.equal(RESTRICT_VIOLATION);
      });
    }
  }

  for (const table of MOVING) {
    for (const statement of [`delete from ledger.${table}`, `truncate ledger.${table} cascade`]) {
      it(`refuses "${statement}" to the module`, async () => {
        expect(await refusalOf(own, statement)).to.equal(INSUFFICIENT_PRIVILEGE);
      });
    }
  }

  it('is open to no role of the program beyond what it needs, whatever module it is of', async () => {
    const given = await rowsOf<{ role: string; name: string; privilege: string }>(
      owner,
      String.raw`select rolname as role, relname as name, privilege
       from pg_roles, pg_class, unnest(array['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) as privilege
       where rolname like 'mod\_%' and relnamespace = 'ledger'::regnamespace and relkind in ('r', 'p')
         and has_table_privilege(rolname, pg_class.oid, privilege)`,
    );
    const allowed = [...Object.keys(APPEND_ONLY), ...MOVING].flatMap((name) => [
      ...(BY_FUNCTION.includes(name) ? [] : [`mod_ledger INSERT ${name}`]),
      ...(MOVING.includes(name) ? [`mod_ledger UPDATE ${name}`] : []),
    ]);

    expect(
      given.filter(({ name }) => !isKernel(name)).map(({ role, name, privilege }) => `${role} ${privilege} ${name}`),
    ).to.have.members(allowed);
  });

  it('is written for nobody but the module by the functions that may', async () => {
    const callers = await rowsOf(
      owner,
      String.raw`select proname as function, rolname as role from pg_proc, pg_roles
       where pronamespace = 'ledger'::regnamespace and prosecdef and prorettype <> 'trigger'::regtype
         and rolname like 'mod\_%' and has_function_privilege(rolname, pg_proc.oid, 'EXECUTE') order by 1`,
    );

    expect(callers).to.deep.equal([
      { function: 'post_plainly', role: 'mod_ledger' },
      { function: 'write_judged', role: 'mod_ledger' },
    ]);
  });

  it('stays under a change that changes nothing, and in a replication session', async () => {
    expect(await refusalOf(owner, 'delete from ledger.entries where false')).to.equal(RESTRICT_VIOLATION);
    let asReplica = '';
    await owner
      .transaction(async (trx) => {
        await rowsOf(trx, 'set local session_replication_role = replica');
        asReplica = await refusalOf(trx, 'delete from ledger.entries');
        throw new Error('enough seen');
      })
      .catch(() => undefined);
    expect(asReplica).to.equal(RESTRICT_VIOLATION);
  });

  it('lets nobody take a kept balance below zero', async () => {
    expect(await refusalOf(own, 'update ledger.account_balances set minor = -1')).to.equal('23514');
  });
});
