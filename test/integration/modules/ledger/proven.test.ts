import { expect } from 'chai';
import { rowsOf } from '../../../../src/infrastructure/postgres/database.ts';
import { Random } from '../../../../src/shared/clock.ts';
import { toUuid } from '../../../../src/shared/ids.ts';
import { idOf } from '../../../support/clock.ts';
import { anAccount, aTransaction } from '../../../support/contracts/ledger-contract.ts';
import { withDatabase } from '../../../support/database.ts';
import { ledgerOn } from '../../../support/ledger.ts';

const bank = anAccount('bank');
const wallet = anAccount('wallet', { normalSide: 'credit', bound: 'no_overdraft' });

/** Draws what the test says. */
class Drawn extends Random {
  next = 0;
  bytes = (length: number): Uint8Array => new Uint8Array(length);
  fraction = (): number => this.next;
}

describe('how far the books are proven', () => {
  const database = withDatabase();

  const setUp = async () => {
    const random = new Drawn();
    const parts = ledgerOn(database(), undefined, random);
    const { ledger, seal } = parts;
    await ledger.openAccounts([bank, wallet]);
    let n = 0;
    const sealed = async (count: number): Promise<void> => {
      await ledger.post(Array.from({ length: count }, () => aTransaction((n += 1), 5n, [bank, wallet])));
      await seal.run();
    };
    await sealed(3);
    await sealed(2);
    /** As somebody who owns the tables could. */
    const behind = async (statement: string): Promise<void> => {
      const { knex } = database().owner;
      for (const table of ['journal', 'entries', 'seals', 'checkpoints'])
        await rowsOf(knex, `alter table ledger.${table} disable trigger all`);
      await rowsOf(knex, statement, { id: toUuid(idOf('txn', 1)) });
    };
    const remembered = async (): Promise<readonly number[]> =>
      (await rowsOf<{ seal: number }>(parts.own.knex, 'select seal from ledger.checkpoints order by nth')).map(
        ({ seal: number }) => number,
      );
    return { ...parts, random, sealed, behind, remembered };
  };
  const CHANGE = `update ledger.journal set purpose = 'other' where id = :id`;

  it('is remembered, so that only what is new is looked at, and all when it is asked for', async () => {
    const { prove, sealed, remembered } = await setUp();

    expect(await prove.run()).to.deep.include({ seals: 2, transactions: 5, before: undefined });
    await sealed(4);
    expect(await prove.run()).to.deep.include({
      ...{ seals: 1, transactions: 4 },
      before: { seals: 2, at: '2018-02-01T00:00:00.000Z', again: { from: 1, to: 1 } },
    });
    expect(await prove.run()).to.deep.include({ seals: 0, transactions: 0, unsealed: 0 });
    expect(await prove.run({ whole: true })).to.deep.include({ seals: 3, transactions: 9, before: undefined });

    expect(await remembered()).to.deep.equal([2, 3, 3]);
  });

  it('goes no further than the first fault, and is not remembered beyond it', async () => {
    const { prove, sealed, behind, remembered } = await setUp();
    await prove.run();
    await sealed(2);
    await behind(`update ledger.journal set purpose = 'other' where number = (select max(number) from ledger.journal)`);

    expect((await prove.run()).fault).to.match(/^seal 3: transaction txn_\w+ \(number \d+\) is not as it was sealed$/);
    expect((await prove.run()).fault).to.match(/^seal 3/);

    expect(await remembered()).to.deep.equal([2]);
  });

  it('shows what was changed behind it to a look that reads that part again, from then on to every one, and to the whole one', async () => {
    const { prove, behind, random } = await setUp();
    await prove.run();
    await behind(CHANGE);
    const lookAt = async (fraction: number) => {
      random.next = fraction;
      return prove.run();
    };

    expect(await lookAt(0.99)).to.deep.include({ fault: undefined, seals: 0 });
    expect((await lookAt(0.99)).before).to.deep.include({ again: { from: 2, to: 2 } });
    expect((await lookAt(0)).fault).to.match(/^seal 1: transaction/);
    expect((await lookAt(0.99)).fault).to.match(/^seal 1: transaction/);
    expect((await prove.run({ whole: true })).fault).to.match(/^seal 1: transaction/);
    await behind(`update ledger.journal set purpose = 'accrue' where id = :id`);
    expect((await lookAt(0.99)).before).to.deep.include({ again: { from: 1, to: 1 } });
    expect((await lookAt(0.99)).before).to.deep.include({ again: { from: 2, to: 2 } });
  });

  it('tells of a seal that is gone from the part that is read again', async () => {
    const { prove, behind, random, sealed } = await setUp();
    await sealed(2);
    await prove.run();
    await behind('delete from ledger.seals where number = 2');
    random.next = 0.5;

    expect((await prove.run()).fault).to.match(/^seal (2 is gone|3)/);
  });

  for (const [what, statement, fault] of [
    ['moved on by hand', 'update ledger.checkpoints set seal = 2', /^what says that all up to seal 2 is proven is not/],
    [
      'dated anew',
      `update ledger.checkpoints set proven_at = proven_at + interval '1 day'`,
      /^what says that all up to seal 1/,
    ],
    [
      'for another seal than there is now',
      `update ledger.seals set head = decode(repeat('00', 32), 'hex') where number = 1`,
      /^seal 1 is not the one that was proven on 2018-02-01/,
    ],
    ['for a seal that is gone', 'delete from ledger.seals', /^seal 1 was proven on .*, and is gone$/],
  ] as const) {
    it(`is not believed when it was ${what}`, async () => {
      const { ledger, seal, prove, behind } = { ...(await setUp()) };
      await behind('delete from ledger.seals where number = 2');
      await prove.run();
      await ledger.post([aTransaction(50, 5n, [bank, wallet])]);
      await seal.run();

      await behind(statement);

      expect((await prove.run()).fault).to.match(fault);
    });
  }
});
