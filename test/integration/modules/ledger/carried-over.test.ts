import { expect } from 'chai';
import { join } from 'node:path';
import { rowsOf } from '../../../../src/infrastructure/postgres/database.ts';
import { PHASES, readMigrations } from '../../../../src/infrastructure/postgres/migration-file.ts';
import { Migrator } from '../../../../src/infrastructure/postgres/migrator.ts';
import { projectRoot } from '../../../../src/infrastructure/system/root.ts';
import { accountIdOf } from '../../../../src/modules/ledger/domain/account.ts';
import { contentDigest } from '../../../../src/modules/ledger/domain/judge.ts';
import type { NewTransaction } from '../../../../src/modules/ledger/index.ts';
import { toUuid } from '../../../../src/shared/ids.ts';
import { anAccount, aTransaction, shortly } from '../../../support/contracts/ledger-contract.ts';
import { emptyDatabase, type TestDatabase } from '../../../support/database.ts';
import { ledgerOn } from '../../../support/ledger.ts';

const bank = anAccount('bank');
const wallet = anAccount('wallet', { normalSide: 'credit', bound: 'no_overdraft' });
const FIRST_OF_OURS = '202611211230';

describe('what was posted before the journal', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await emptyDatabase();
  });
  afterEach(() => database.drop());

  /** As processes did that knew the tables before. */
  const postAsBefore = async (transaction: NewTransaction, minor: bigint) => {
    const { knex } = database.owner;
    const id = toUuid(transaction.id);
    await rowsOf(
      knex,
      `with whole as (
         insert into ledger.transactions values (:id, 'BRL', :at, :at, :purpose, :metadata, decode(:digest, 'hex'), 2)
       )
       insert into ledger.postings (transaction_id, nth, account_id, minor, effective_at)
       select :id, nth, account, amount, :at
       from unnest(array[1, 2]::smallint[], :accounts::uuid[], :minors::bigint[]) as one (nth, account, amount)`,
      {
        ...{ id, at: transaction.effectiveAt, purpose: transaction.purpose, metadata: transaction.metadata },
        digest: contentDigest(transaction).padEnd(64, '0'),
        accounts: [bank, wallet].map(({ code }) => toUuid(accountIdOf(code))),
        minors: [minor, -minor],
      },
    );
    await rowsOf(knex, 'update ledger.account_balances set minor = minor + :minor', { minor });
  };

  it('is carried over, as is what old processes post while new ones come up', async () => {
    const all = await readMigrations(join(projectRoot(), 'db/migrations'));
    const mine = all.filter(({ name }) => /platform|ledger/.test(name));
    const { knex } = database.owner;
    await new Migrator(
      knex,
      mine.filter(({ name }) => name < FIRST_OF_OURS),
    ).apply(new Set(PHASES));
    for (const { code, kind, normalSide, bound } of [bank, wallet])
      await rowsOf(
        knex,
        `insert into ledger.accounts (id, code, kind, currency, normal_side, bound, opened_at)
         values (:id, :code, :kind, 'BRL', :normalSide, :bound, now())`,
        { id: toUuid(accountIdOf(code)), code, kind, normalSide, bound },
      );
    await rowsOf(knex, 'insert into ledger.account_balances (account_id, minor) values (:id, 0)', {
      id: toUuid(accountIdOf(wallet.code)),
    });
    await postAsBefore(aTransaction(1, 500n, [bank, wallet]), 500n);

    await new Migrator(knex, mine).apply(new Set(['expand']));
    await postAsBefore(aTransaction(2, 7n, [bank, wallet]), 7n);
    const { ledger, auditor, books } = ledgerOn(database);
    const verdicts = await ledger.post([
      aTransaction(1, 500n, [bank, wallet]),
      aTransaction(2, 8n, [bank, wallet]),
      aTransaction(3, 507n, [wallet, bank]),
    ]);
    await new Migrator(knex, mine).apply(new Set(PHASES));

    expect(shortly(verdicts)).to.deep.equal(['exists', 'ledger.id_reused', 'posted']);
    expect((await ledger.balances([bank.code, wallet.code])).map(({ minor }) => minor)).to.deep.equal(['0', '0']);
    for (const found of [await auditor.unbalancedTransactions(), await auditor.wrongBalances()])
      expect(found).to.be.empty;
    expect(await books.verify()).to.deep.include({ unsealed: 3 });
  });
});
