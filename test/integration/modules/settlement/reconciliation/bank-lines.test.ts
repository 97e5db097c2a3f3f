import { expect } from 'chai';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rowsOf } from '../../../../../src/infrastructure/postgres/database.ts';
import {
  bankCode,
  clearingCode,
  suspenseCode,
} from '../../../../../src/modules/settlement/domain/books/chart-of-accounts.ts';
import type { Break } from '../../../../../src/modules/settlement/domain/reconciliation/break.ts';
import { Money } from '../../../../../src/shared/money.ts';
import { idOf } from '../../../../support/clock.ts';
import { cloneDatabase, type TestDatabase } from '../../../../support/database.ts';
import { endOf } from '../../../../support/process.ts';
import { temporaryFolder } from '../../../../support/folder.ts';
import { reconcilingOn } from '../../../../support/reconciling.ts';
import { rejects } from '../../../../support/rejects.ts';
import { type SentPayout, storeSent } from '../../../../support/sent-payouts.ts';
import { programId } from '../../../../support/settlement-story.ts';

const NOW = '2018-03-05T00:00:00Z';
const ACCOUNT = 'SHOP-1';
const batchId = idOf('bat', 1);
const pay = (n: number) => idOf('pay', n);
const sent = (n: number, minor: bigint): SentPayout => ({
  id: pay(n),
  partnerId: idOf('par', n),
  batchId,
  minor,
  submittedAt: '2018-03-02T09:00:00Z',
});
const PAYOUTS = [sent(1, 5_000n), sent(2, 3_000n), sent(3, 2_000n)];

const HEADER = 'bookedOn,amount,ref,endToEndId,remittance,charges,isCharge,returnReason';
/** What leaves is negative; the words are the columns of our own layout. */
const csvOf = (...rows: readonly string[]): string => [HEADER, ...rows.map((row) => `2018-03-03,${row}`)].join('\n');

const camtOf = (rows: readonly (readonly [ref: string, minor: bigint, endToEndId?: string])[]): string => {
  const text = (minor: bigint): string => `${minor / 100n}.${String(minor % 100n).padStart(2, '0')}`;
  const closing = 1_000_000n - rows.reduce((sum, [, minor]) => sum + minor, 0n);
  const balance = (code: string, minor: bigint): string =>
    `<Bal><Tp><CdOrPrtry><Cd>${code}</Cd></CdOrPrtry></Tp><Amt Ccy="BRL">${text(minor)}</Amt><CdtDbtInd>CRDT</CdtDbtInd></Bal>`;
  const entry = ([ref, minor, endToEndId = '']: (typeof rows)[number]): string =>
    `<Ntry><Amt Ccy="BRL">${text(minor)}</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>` +
    `<BookgDt><Dt>2018-03-03</Dt></BookgDt><AcctSvcrRef>${ref}</AcctSvcrRef>` +
    `<NtryDtls><TxDtls><Refs><EndToEndId>${endToEndId}</EndToEndId></Refs></TxDtls></NtryDtls></Ntry>`;
  return (
    `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt><Id>S1</Id>` +
    `<Acct><Id><Othr><Id>${ACCOUNT}</Id></Othr></Id></Acct>${balance('OPBD', 1_000_000n)}${balance('CLBD', closing)}` +
    `${rows.map(entry).join('\n')}</Stmt></BkToCstmrStmt></Document>`
  );
};

const ROWS = [
  ['R1', 5_000n, pay(1)],
  ['R2', 3_007n, pay(2)],
  ['R3', 1_999n, 'RENT'],
] as const;
const CSV = csvOf(`-50.00,R1,${pay(1)},,,,`, `-30.07,R2,${pay(2)},,,,`, '-19.99,R3,RENT,,,,');

describe('the lines of a bank', () => {
  const folder = temporaryFolder();
  const databases: TestDatabase[] = [];

  const aWorld = async () => {
    const database = await cloneDatabase();
    databases.push(database);
    await storeSent(database, ACCOUNT, PAYOUTS);
    const world = reconcilingOn(database, NOW);
    const brl = (minor: bigint) => Money.of(minor, 'BRL');
    const positions = async () => {
      while (await world.post.run());
      const codes = [clearingCode(programId, batchId), bankCode(programId), suspenseCode(programId)];
      const balances = await world.ledger.balances(codes);
      return codes.map((code) => Number(balances.find(({ account }) => account === code)?.minor ?? 0));
    };
    const breaks = async (): Promise<readonly Break[]> => (await world.reader.breaks({ limit: 50 }, {})).data;
    const csv = (text: string, words: { opening?: bigint; id?: string } = {}) => {
      const { opening = 1_000_000n, id = 'S1' } = words;
      const moved = text
        .split('\n')
        .slice(1)
        .map((row) => BigInt((row.split(',')[1] ?? '').replace('.', '')));
      const closing = opening + moved.reduce((sum, minor) => sum + minor, 0n);
      return world.csv.run(programId, { statementId: id, opening: brl(opening), closing: brl(closing), csv: text });
    };
    const outcome = () =>
      Promise.all(
        ['bank_lines', 'suspense', 'matches', 'breaks', 'bookings', 'payouts'].map((table) =>
          rowsOf<object>(
            database.owner.knex,
            `select * from settlement.${table} order by ${table === 'suspense' ? 'line_id' : table === 'bank_lines' ? 'ref' : 'id'}`,
          ).then((rows) => rows.map((row) => ({ ...row, seq: null, recorded_at: null, posted_at: null }))),
        ),
      );
    return { ...world, database, positions, breaks, fromCsv: csv, outcome };
  };

  after(async () => {
    folder.remove();
    await Promise.all(databases.map((database) => database.drop()));
  });

  it('are all in the bank’s account at once: what fits clears its batch, the rest stands in suspense', async () => {
    const world = await aWorld();

    const [imported] = await world.imports.run(camtOf(ROWS));

    expect(imported).to.include({ lines: 3, settled: 1, breaks: 2 });
    expect(await world.positions()).to.deep.equal([-5_000, -10_006, -5_006]);
    expect((await world.breaks()).map(({ kind }) => kind)).to.have.members(['amount_over', 'unknown_reference']);
    const [position] = await world.reader.positions();
    expect(position).to.include({ bank: -10_006n, ours: 0n, suspense: -5_006n });
  });

  it('come to the same as CSV and as camt, and twice is once', async () => {
    const [asCamt, asCsv] = [await aWorld(), await aWorld()];
    await asCamt.imports.run(camtOf(ROWS));

    const first = await asCsv.fromCsv(CSV);
    const second = await asCsv.fromCsv(CSV);
    const third = await asCsv.imports.run(camtOf(ROWS));

    expect([second, ...third]).to.deep.equal([first, first]);
    expect(await asCsv.outcome()).to.deep.equal(await asCamt.outcome());
  });

  it('are refused whole, with the line, and can be sent again', async () => {
    const world = await aWorld();

    const early = await rejects(
      world.csv.run(programId, {
        statementId: 'S1',
        opening: Money.of(1_000_000n, 'BRL'),
        closing: Money.of(0n, 'BRL'),
        csv: CSV.replace('-30.07', 'thirty'),
      }),
      'settlement.malformed_bank_statement',
    );

    expect(early.details.faults?.[0]?.detail).to.match(/^line 3: "thirty"/);
    expect((await world.fromCsv(CSV)).lines).to.equal(3);
  });

  it('are matched by hand by two people, and unmatched to where they stood', async () => {
    const world = await aWorld();
    await world.imports.run(camtOf(ROWS));
    const { data: open } = await world.reader.lines({ limit: 10 }, { state: 'open' });
    const line = open.find(({ line: { ref } }) => ref === 'R2')?.line;
    const before = await world.positions();
    const [best] = await world.suggest.run(line!.id);

    const proposed = await world.byHand.run({ lineIds: best!.lineIds, payoutIds: best!.payoutIds, by: 'ana' });
    await rejects(world.decide.approve(proposed.id, 'ana'), 'settlement.four_eyes');
    await world.decide.approve(proposed.id, 'bob');

    expect(best).to.include({ confidence: 75 });
    expect(proposed.state).to.equal('proposed');
    expect(await world.positions()).to.deep.equal([-8_000, -10_006, -1_999]);
    expect((await world.breaks()).find(({ kind }) => kind === 'amount_over')?.state).to.equal('closed');
    await world.undo.run(proposed.id, 'ana');
    await rejects(world.undo.approve(proposed.id, 'ana'), 'settlement.four_eyes');
    await world.undo.approve(proposed.id, 'bob');
    expect(await world.positions()).to.deep.equal(before);
    expect((await world.byHand.run({ lineIds: best!.lineIds, payoutIds: best!.payoutIds, by: 'ana' })).id).to.not.equal(
      proposed.id,
    );
  });

  it('that have our reference can be unmatched, too, and stand in suspense then', async () => {
    const world = await aWorld();
    await world.imports.run(camtOf(ROWS));
    const [match] = (await world.reader.matches({ limit: 10 }, {})).data;

    await world.undo.run(match!.id, 'ana');
    await world.undo.approve(match!.id, 'bob');

    expect(await world.positions()).to.deep.equal([0, -10_006, -10_006]);
    const { rows } = await world.database.owner.knex.raw<{ rows: unknown[] }>(
      `select 1 from settlement.payouts where state = 'in_transit'`,
    );
    expect(rows).to.have.length(1);
  });

  it('leave suspense by a fix that one proposes and another approves', async () => {
    const world = await aWorld();
    await world.imports.run(camtOf(ROWS));
    const [over, rent] = ['amount_over', 'unknown_reference'].map(async (kind) =>
      (await world.breaks()).find((each) => each.kind === kind),
    );
    const ids = [(await over)!.id, (await rent)!.id] as const;

    for (const breakId of ids) {
      await world.fixes.propose({ breakId, by: 'ana' });
      await rejects(world.fixes.approve(breakId, 'ana'), 'settlement.four_eyes');
      await world.fixes.approve(breakId, 'bob');
      await rejects(world.fixes.approve(breakId, 'bob'), 'settlement.illegal_move');
    }

    expect((await world.breaks()).map(({ state }) => state)).to.deep.equal(['fixed', 'fixed']);
    expect(await world.positions()).to.deep.equal([-8_000, -10_006, 0]);
  });

  it('that never come make a payout late, then missing, and it is given back by two', async () => {
    const world = await aWorld();
    const later = reconcilingOn(world.database, '2018-03-20T00:00:00Z');
    await reconcilingOn(world.database, '2018-03-06T00:00:00Z').overdue.run();
    expect((await world.breaks()).map(({ kind }) => kind)).to.deep.equal(['timing', 'timing', 'timing']);

    while (await later.overdue.run());
    const [missing] = await world.breaks();
    await later.fixes.propose({ breakId: missing!.id, by: 'ana' });
    await later.fixes.approve(missing!.id, 'bob');

    expect((await world.breaks()).map(({ kind }) => kind)).to.deep.equal(Array(3).fill('missing_at_bank'));
    expect(await later.overdue.due()).to.equal(false);
    const states = await rowsOf<{ state: string }>(
      world.database.owner.knex,
      'select state from settlement.payouts order by state',
    );
    expect(states.map(({ state }) => state)).to.deep.equal(['rejected', 'submitted', 'submitted']);
  });

  it('leave a break while a statement before them is missing', async () => {
    const world = await aWorld();
    await world.fromCsv(csvOf(`-50.00,R1,${pay(1)},,,,`));

    await rejects(
      world.fromCsv(csvOf(`-20.00,R3,${pay(3)},,,,`), { opening: 965_000n, id: 'S3' }),
      'settlement.bank_statement_gap',
    );
    expect((await world.breaks()).map(({ kind, state }) => [kind, state])).to.deep.equal([['statement_gap', 'open']]);
    await world.fromCsv(csvOf(`-30.00,R2,${pay(2)},,,,`), { opening: 995_000n, id: 'S2' });

    expect((await world.breaks()).map(({ kind, state }) => [kind, state])).to.deep.equal([['statement_gap', 'closed']]);
  });

  for (const fault of ['before_commit@settlement:1', 'after_commit@settlement:1']) {
    it(`come to the same when the import was killed ${fault.startsWith('before') ? 'before' : 'after'} it was on disk`, async () => {
      const [killed, whole] = [await aWorld(), await aWorld()];
      const file = join(folder.path, 'statement.xml');
      writeFileSync(file, camtOf(ROWS));
      await whole.imports.run(camtOf(ROWS));

      const ends = [await importIn(killed.database, file, fault), await importIn(killed.database, file)];

      expect(ends).to.deep.equal(['SIGKILL', 0]);
      expect(await killed.outcome()).to.deep.equal(await whole.outcome());
    });
  }
});

const importIn = ({ url }: TestDatabase, file: string, fault = ''): Promise<string | number> =>
  endOf('test/support/import-in-a-process.ts', url, NOW, file, fault);
