import { expect } from 'chai';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rowsOf } from '../../../../src/infrastructure/postgres/database.ts';
import { isSignedBy } from '../../../../src/modules/ledger/adapters/postgres/ed25519-seal-signer.ts';
import { BeancountWriter, toHledger } from '../../../../src/modules/ledger/adapters/plain-text-books.ts';
import { checkPieces, type Piece } from '../../../../src/modules/ledger/application/ledger-books.ts';
import { leafOf, rootByProof } from '../../../../src/modules/ledger/domain/seal.ts';
import { toUuid } from '../../../../src/shared/ids.ts';
import { askTool } from '../../../support/accounting-tools.ts';
import { idOf } from '../../../support/clock.ts';
import { anAccount, aTransaction } from '../../../support/contracts/ledger-contract.ts';
import { withDatabase } from '../../../support/database.ts';
import { temporaryFolder } from '../../../support/folder.ts';
import { ledgerOn } from '../../../support/ledger.ts';
import { rejects } from '../../../support/rejects.ts';

const bank = anAccount('bank:main');
const odd = anAccount('wallet:(a)_b', { normalSide: 'credit', bound: 'no_overdraft' });
const yen = anAccount('bank:jpy', { currency: 'JPY' });
const yenOut = anAccount('out:jpy', { currency: 'JPY' });

describe('the books under seal', function () {
  this.timeout(120_000);
  const database = withDatabase();

  const setUp = async () => {
    const parts = ledgerOn(database());
    const { ledger, seal } = parts;
    await ledger.openAccounts([bank, odd, yen, yenOut]);
    await ledger.post([1, 2, 3, 4, 5].map((n) => aTransaction(n, BigInt(n * 100), [bank, odd])));
    await seal.run();
    await ledger.post([6, 7, 8].map((n) => aTransaction(n, BigInt(n), [odd, bank])));
    await seal.run();
    await ledger.post([aTransaction(9, 7n, [yen, yenOut], { currency: 'JPY', purpose: 'a "quoted"; one' })]);
    return { ...parts, behind: behindTheTriggers };
  };

  /** As somebody who owns the tables could. */
  const behindTheTriggers = async (...statements: readonly string[]) => {
    const { knex } = database().owner;
    for (const table of ['journal', 'entries', 'seals'])
      await rowsOf(knex, `alter table ledger.${table} disable trigger all`);
    for (const statement of statements) await rowsOf(knex, statement, { id: toUuid(idOf('txn', 3)) });
  };

  it('are as they were sealed, whole, from a seal on, and what is not sealed yet is counted', async () => {
    const { books } = await setUp();

    expect(await books.verify()).to.deep.include({ seals: 2, transactions: 8, unsealed: 1 });
    expect(await books.verify(2)).to.deep.include({ seals: 1, transactions: 3, unsealed: 1 });
    expect(await books.verify(3)).to.deep.include({ seals: 0, transactions: 0, unsealed: 1 });
    await rejects(books.verify(4), 'ledger.unknown_seal');
  });

  it('are sealed once, and not while there is nothing new', async () => {
    const { seal, seals } = await setUp();

    expect(await seal.isDue()).to.equal(true);
    await Promise.all([seal.run(), seal.run()]);
    expect(await seal.isDue()).to.equal(false);
    expect(await seal.run()).to.equal(false);

    expect(await seals.seals(1, 10)).to.have.length(3);
  });

  it('wait for who writes with an earlier number, and seal nobody out', async () => {
    const { seal, books, ledger } = await setUp();
    await seal.run();
    let sealed: Promise<boolean> | undefined;
    await database().owner.knex.transaction(async (trx) => {
      await rowsOf(trx, 'lock table ledger.journal in row exclusive mode');
      await rowsOf(trx, `select nextval('ledger.journal_number_seq')`);
      await ledger.post([aTransaction(20, 5n, [bank, odd])]);
      sealed = seal.run();
      await new Promise((resolve) => setImmediate(resolve));
    });
    await sealed;
    await seal.run();

    expect(await books.verify()).to.deep.include({ transactions: 10, unsealed: 0 });
  });

  const third = `(select number from ledger.journal where id = :id)`;
  for (const [what, statement, named] of [
    [
      'an amount',
      `update ledger.entries set minor = minor + 1 where position = (${third} << 10) + 1`,
      'is not as it was sealed',
    ],
    ['a purpose', `update ledger.journal set purpose = 'other' where id = :id`, 'is not as it was sealed'],
    [
      'a moment',
      `update ledger.entries set effective_at = effective_at + interval '1 day' where position >> 10 = ${third}`,
      'is not as it was sealed',
    ],
    [
      'an account',
      `update ledger.entries set account = (select min(number) from ledger.account_numbers) where position >> 10 = ${third}`,
      'is not as it was sealed',
    ],
    ['metadata', `update ledger.journal set metadata = '{"order": "A-2"}' where id = :id`, 'is not as it was sealed'],
  ] as const) {
    it(`name the first row of which somebody changed ${what}`, async () => {
      const { books, behind } = await setUp();

      await behind(statement);

      const { fault } = await books.verify();
      expect(fault).to.match(new RegExp(`^seal 1: transaction ${idOf('txn', 3)} \\(number \\d+\\) ${named}`));
    });
  }

  it('tell where a transaction is gone, was put in, or a seal was changed', async () => {
    const { books, behind } = await setUp();

    await behind(`delete from ledger.journal where id = :id`);
    expect((await books.verify()).fault).to.match(
      new RegExp(`^seal 1: the transaction after ${idOf('txn', 2)} .* is gone$`),
    );
    await behind(
      `insert into ledger.journal (number, recorded_at, id, count, digest, purpose)
       select number + 1, recorded_at, :id, count, digest, purpose from ledger.journal order by number limit 1 offset 1`,
    );
    expect((await books.verify()).fault).to.match(
      new RegExp(`^seal 1: transaction ${idOf('txn', 3)} .* is not as it was sealed$`),
    );
  });

  it('tell when a seal itself was changed', async () => {
    const { books, behind } = await setUp();

    await behind(`update ledger.seals set signature = decode(repeat('00', 64), 'hex') where number = 2`);

    expect((await books.verify()).fault).to.equal('seal 2: its signature is not of its key');
  });

  it('prove that a transaction is under a signed head, with a few hashes', async () => {
    const { books, reader, seals } = await setUp();
    const transaction = await reader.transaction(idOf('txn', 3));
    if (transaction === undefined) throw new Error('not posted');

    const { leaf, steps, seal } = await books.proof(idOf('txn', 3));
    const [key] = await seals.keys();

    expect(leaf).to.equal(leafOf(transaction));
    expect(rootByProof(leaf, steps)).to.equal(seal.root);
    expect(rootByProof(leafOf({ ...transaction, purpose: 'other' }), steps)).not.to.equal(seal.root);
    expect(isSignedBy(seal.head, seal.signature, key ?? { id: '', publicKey: '' })).to.equal(true);
    await rejects(books.proof(idOf('txn', 9)), 'ledger.transaction_not_sealed');
  });

  it('are checked from an export alone, which names the row that somebody changed in it', async () => {
    const { books } = await setUp();
    const pieces: Piece[] = [];
    for await (const piece of books.pieces()) pieces.push(piece);
    const check = (all: readonly Piece[]) => checkPieces(stream(all), isSignedBy);

    expect(await check(pieces)).to.deep.include({ seals: 2, transactions: 8, unsealed: 1 });
    const changed = pieces.map((piece) =>
      piece.kind === 'transaction' && piece.transaction.id === idOf('txn', 7)
        ? { ...piece, transaction: { ...piece.transaction, purpose: 'other' } }
        : piece,
    );
    expect((await check(changed)).fault).to.match(new RegExp(`^seal 2: transaction ${idOf('txn', 7)}`));
    expect((await check(pieces.filter((piece) => piece.kind !== 'key'))).fault).to.equal(
      'seal 1: its signature is not of its key',
    );
  });

  it('add up in hledger and in beancount to what they add up to here', async () => {
    const { books, ledger } = await setUp();
    const folder = temporaryFolder();
    const [hledgerFile, beanFile] = [join(folder.path, 'books.journal'), join(folder.path, 'books.beancount')];
    const beancount = new BeancountWriter();
    let [plain, bean] = ['', ''];
    for await (const piece of books.pieces()) {
      if (piece.kind !== 'transaction') continue;
      plain += toHledger(piece.transaction);
      bean += beancount.write(piece.transaction);
    }
    writeFileSync(hledgerFile, plain);
    writeFileSync(beanFile, bean);
    const debits = async ({ code, normalSide }: typeof bank) => {
      const minor = BigInt((await ledger.balances([code]))[0]?.minor ?? '');
      return normalSide === 'debit' ? minor : -minor;
    };

    expect(askTool('bean-check', [beanFile])).to.equal('');
    const csv = askTool('hledger', ['-f', hledgerFile, 'balance', '--flat', '-O', 'csv', '--no-total']);
    expect(csv).to.include('"bank:main","14.79 BRL"');
    expect(csv).to.include('"bank:jpy","7 JPY"');
    expect([await debits(bank), await debits(odd)]).to.deep.equal([1479n, -1479n]);
    expect(askTool('hledger', ['-f', hledgerFile, 'check'])).to.equal('');
    expect(askTool('bean-query', [beanFile, 'select account, sum(position) group by account'])).to.match(
      /0bank:0main +14\.79 BRL/,
    );
    folder.remove();
  });
});

const stream = async function* (pieces: readonly Piece[]): AsyncGenerator<Piece> {
  await Promise.resolve();
  yield* pieces;
};
