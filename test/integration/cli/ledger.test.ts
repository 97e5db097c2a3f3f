/** `tributary ledger` as it is typed, on a real database. */
import { expect } from 'chai';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rowsOf } from '../../../src/infrastructure/postgres/database.ts';
import { askTool } from '../../support/accounting-tools.ts';
import { idOf } from '../../support/clock.ts';
import { anAccount, aTransaction } from '../../support/contracts/ledger-contract.ts';
import { cloneDatabase, type TestDatabase } from '../../support/database.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { ledgerOn } from '../../support/ledger.ts';
import { withProgram } from '../../support/process.ts';
import { toUuid } from '../../../src/shared/ids.ts';

const bank = anAccount('bank:main');
const wallet = anAccount('wallet:ada', { normalSide: 'credit', bound: 'no_overdraft' });

describe('tributary ledger', function () {
  this.timeout(120_000);
  const start = withProgram();
  const folder = temporaryFolder();
  let database: TestDatabase;

  beforeEach(async () => {
    database = await cloneDatabase();
    const { ledger, seal } = ledgerOn(database);
    await ledger.openAccounts([bank, wallet]);
    for (const first of [1, 4, 7]) {
      const metadata = { after: 'noon' };
      await ledger.post([0, 1, 2].map((n) => aTransaction(first + n, 125n, [bank, wallet], { metadata })));
      if (first < 7) await seal.run();
    }
  });
  afterEach(() => database.drop());
  after(() => {
    folder.remove();
  });

  const file = (name: string): string => join(folder.path, name);
  /** What it says, and the code it ends with. */
  const tell = async (args: string, environment: Readonly<Record<string, string>> = onDatabase()) => {
    const process = start('cli/tributary', { args: ['ledger', ...args.split(' ')], environment });
    return { code: await process.ends(30_000), said: process.said };
  };
  const onDatabase = (): Readonly<Record<string, string>> => ({
    DATABASE_URL: database.url,
    MASTER_KEY: Buffer.alloc(32, 1).toString('base64'),
    DATA_DIR: file('data'),
  });
  const NOWHERE = { DATA_DIR: file('nothing') };

  /** As a superuser, with the triggers off. */
  const corrupt = async (statement: string): Promise<void> => {
    const { knex } = database.owner;
    await knex.transaction(async (trx) => {
      for (const table of ['journal', 'entries']) await rowsOf(trx, `alter table ledger.${table} disable trigger all`);
      await rowsOf(trx, statement, { id: toUuid(idOf('txn', 2)) });
      for (const table of ['journal', 'entries'])
        await rowsOf(trx, `alter table ledger.${table} enable always trigger append_only`);
    });
  };
  const SECOND = `(select number from ledger.journal where id = :id)`;
  const BAD = new RegExp(`^seal 1: transaction ${idOf('txn', 2)} \\(number \\d+\\) is not as it was sealed\n`);

  it('verify looks at all once, then at what is new, and at all again when it is told to', async () => {
    const first = await tell('verify');
    const second = await tell('verify');
    const whole = await tell('verify --whole');
    const late = await tell('verify --from 2');

    expect([first, second, whole, late].map(({ code }) => code)).to.deep.equal([0, 0, 0, 0]);
    expect(first.said).to.match(
      /^6 transactions under 2 seals are as they were sealed; 3 are not sealed yet\nseal 2 has/,
    );
    expect(second.said).to.match(/^0 transactions under 0 seals .*\n2 seals before were proven by 20/);
    expect(whole.said).to.equal(first.said);
    expect(late.said).to.match(/^3 transactions under 1 seals/);
    expect((await tell('verify --from 9')).said).to.match(
      /no seal 8 that seal 9 could follow \(ledger.unknown_seal\)\n$/,
    );
    expect((await tell('verify --from x')).code).to.equal(1);
  });

  for (const [what, statement] of [
    ['an amount', `update ledger.entries set minor = 2 * minor where position >> 10 = ${SECOND}`],
    ['a purpose', `update ledger.journal set purpose = 'other' where id = :id`],
    ['all its entries', `delete from ledger.entries where position >> 10 = ${SECOND}`],
  ] as const) {
    it(`verify names the first row of which a superuser changed ${what}, and fails`, async () => {
      await corrupt(statement);

      const told = await Promise.all(['verify', 'verify --whole', 'verify --from 1'].map((each) => tell(each)));
      for (const { code, said } of told) {
        expect(said).to.match(BAD);
        expect(code).to.equal(1);
      }
    });
  }

  it('export and verify --export need no database, and find what somebody changed in the file', async () => {
    const books = file('books.ndjson');
    expect(await tell(`export --to ${books}`)).to.deep.equal({ code: 0, said: `9 transactions in ${books}\n` });

    const sound = await tell(`verify --export ${books}`, NOWHERE);
    expect(sound.said).to.match(
      /^6 transactions under 2 seals are as they were sealed; 3 are not sealed yet\nseal 2 has/,
    );
    expect(sound.code).to.equal(0);
    expect(sound.said).to.equal((await tell('verify')).said);
    expect((await tell(`verify --export ${books} --from 2`, NOWHERE)).said).to.match(/^3 transactions under 1 seals/);

    const forged = file('forged.ndjson');
    const lines = readFileSync(books, 'utf8').split('\n');
    writeFileSync(
      forged,
      lines.map((line) => (line.includes(idOf('txn', 2)) ? line.replace('125', '126') : line)).join('\n'),
    );
    const bad = await tell(`verify --export ${forged}`, NOWHERE);
    expect(bad.said).to.match(BAD);
    expect(bad.code).to.equal(1);

    appendFileSync(books, lines[1]?.slice(0, 99) ?? '');
    const cut = await tell(`verify --export ${books}`, NOWHERE);
    expect(cut.said).to.match(
      /^tributary: .*books.ndjson, line 13 is not of an export; .* \(ledger.unreadable_export\)\n$/,
    );
    expect(cut.code).to.equal(1);
  });

  it('export finds nothing to hide from verify --export when the rows were changed before', async () => {
    await corrupt(`update ledger.journal set purpose = 'other' where id = :id`);
    await tell(`export --to ${file('changed.ndjson')}`);

    const { code, said } = await tell(`verify --export ${file('changed.ndjson')}`, NOWHERE);

    expect(said).to.match(BAD);
    expect(code).to.equal(1);
  });

  it('export writes what hledger and beancount add up to the same', async () => {
    const [hledger, bean] = [file('books.journal'), file('books.beancount')];
    expect((await tell(`export --to ${hledger} --format hledger`)).code).to.equal(0);
    expect((await tell(`export --to ${bean} --format beancount`)).code).to.equal(0);

    expect(askTool('hledger', ['-f', hledger, 'balance', '--flat', '-O', 'csv', '--no-total'])).to.include(
      '"bank:main","11.25 BRL"',
    );
    expect(askTool('bean-check', [bean])).to.equal('');
    expect(askTool('bean-query', [bean, 'select account, sum(position) group by account'])).to.match(
      /0wallet:0ada +-11\.25 BRL/,
    );
  });

  it('publish makes a product ready, once', async () => {
    const first = await tell('publish products/escrow.json');

    expect(first.said).to.match(/^(escrow\.\w+ version 1\n)+$/);
    expect(await tell('publish products/escrow.json')).to.deep.equal(first);
  });

  it('says in a line what it cannot open, write or read', async () => {
    writeFileSync(file('odd.json'), '# no JSON');
    writeFileSync(file('null.json'), 'null');

    const cases = [
      ['export --to /nowhere/books', 'ledger.no_file'],
      ['verify --export /nowhere/books', 'ledger.no_file'],
      [`verify --export ${file('odd.json')}`, 'ledger.unreadable_export'],
      [`verify --export ${file('null.json')}`, 'ledger.unreadable_export'],
      ['publish /nowhere/product.json', 'ledger.no_file'],
      [`publish ${file('odd.json')}`, 'ledger.malformed_template'],
      [`publish ${file('null.json')}`, 'ledger.malformed_template'],
    ] as const;
    const told = await Promise.all(cases.map(([args]) => tell(args)));
    for (const [nth, [args, code]] of cases.entries()) {
      const { code: ended, said } = told[nth] ?? {};
      expect(said, args).to.match(new RegExp(`^tributary: .+ \\(${code}\\)\n(  .+\n)*$`));
      expect(ended).to.equal(1);
    }
  });
});
