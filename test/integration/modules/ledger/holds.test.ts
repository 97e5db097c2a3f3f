import { expect } from 'chai';
import type { HoldPosting, NewHold } from '../../../../src/modules/ledger/domain/hold.ts';
import type { NewAccount } from '../../../../src/modules/ledger/index.ts';
import { accountIdOf } from '../../../../src/modules/ledger/domain/account.ts';
import { instant } from '../../../../src/shared/instant.ts';
import { idOf } from '../../../support/clock.ts';
import { anAccount, aTransaction, shortly } from '../../../support/contracts/ledger-contract.ts';
import { withDatabase } from '../../../support/database.ts';
import { ledgerOn } from '../../../support/ledger.ts';
import { rejects } from '../../../support/rejects.ts';

const bank = anAccount('bank');
const wallet = anAccount('wallet', { normalSide: 'credit', bound: 'no_overdraft' });
const shop = anAccount('shop', { normalSide: 'credit', bound: 'no_overdraft' });
const dollars = anAccount('dollars', { currency: 'USD' });

const aHold = (n: number, minor: string, overrides: Partial<NewHold> = {}): NewHold => ({
  ...{ id: idOf('hld', n), debit: wallet.code, credit: shop.code, minor, purpose: 'order' },
  ...overrides,
});
const aPart = (n: number, overrides: Partial<HoldPosting> = {}): HoldPosting => ({
  ...{ id: idOf('txn', n), effectiveAt: instant('2018-01-20T00:00:00Z') },
  ...overrides,
});

describe('a hold', () => {
  const database = withDatabase();

  const setUp = async () => {
    const parts = ledgerOn(database());
    const { ledger, reports, auditor } = parts;
    await ledger.openAccounts([bank, wallet, shop, dollars]);
    await ledger.post([aTransaction(1, 100n, [bank, wallet])]);
    return {
      ...parts,
      spend: async (n: number, minor: bigint) =>
        shortly(await ledger.post([aTransaction(n, minor, [wallet, bank])])).join(),
      standing: async ({ code }: NewAccount) => {
        const { minor, held } = (await reports.standing(accountIdOf(code))) ?? {};
        expect(await auditor.wrongHolds()).to.be.empty;
        expect(await auditor.wrongBalances()).to.be.empty;
        return { minor, held };
      },
    };
  };

  it('keeps what it promises from everybody else', async () => {
    const { holds, spend, standing } = await setUp();

    await holds.place(aHold(1, '60'));

    expect(await standing(wallet)).to.deep.equal({ minor: 100n, held: 60n });
    expect(await spend(2, 41n)).to.equal('ledger.overdraft');
    expect(await spend(3, 40n)).to.equal('posted');
    await rejects(holds.place(aHold(2, '1')), 'ledger.overdraft');
  });

  it('is posted in parts, and whole', async () => {
    const { holds, standing } = await setUp();
    await holds.place(aHold(1, '60'));

    expect(await holds.post(idOf('hld', 1), aPart(10, { minor: '25' }))).to.deep.include({ verdict: 'posted' });
    expect(await standing(wallet)).to.deep.equal({ minor: 75n, held: 35n });
    await rejects(holds.post(idOf('hld', 1), aPart(11, { minor: '36' })), 'ledger.hold_exceeded');
    await holds.post(idOf('hld', 1), aPart(12));

    expect(await standing(wallet)).to.deep.equal({ minor: 40n, held: 0n });
    expect(await standing(shop)).to.deep.equal({ minor: 60n, held: 0n });
    await rejects(holds.post(idOf('hld', 1), aPart(13, { minor: '1' })), 'ledger.hold_not_open');
  });

  it('lets go of the rest when a part is final', async () => {
    const { holds, standing, reader } = await setUp();
    await holds.place(aHold(1, '60'));

    await holds.post(idOf('hld', 1), aPart(10, { minor: '25', final: true }));

    expect(await standing(wallet)).to.deep.equal({ minor: 75n, held: 0n });
    expect(await reader.hold(idOf('hld', 1))).to.deep.include({ state: 'posted', remaining: '35' });
  });

  it('is placed, posted and voided once, however often it is asked', async () => {
    const { holds, standing } = await setUp();

    await holds.place(aHold(1, '60'));
    await holds.place(aHold(1, '60'));
    await rejects(holds.place(aHold(1, '61')), 'ledger.id_reused');
    await holds.post(idOf('hld', 1), aPart(10, { minor: '25' }));
    expect(await holds.post(idOf('hld', 1), aPart(10, { minor: '25' }))).to.deep.include({ verdict: 'exists' });
    await rejects(holds.post(idOf('hld', 1), aPart(10, { minor: '26' })), 'ledger.id_reused');
    await holds.void(idOf('hld', 1));
    expect(await holds.void(idOf('hld', 1))).to.deep.include({ state: 'voided', remaining: '35' });

    expect(await standing(wallet)).to.deep.equal({ minor: 75n, held: 0n });
    await rejects(holds.void(idOf('hld', 2)), 'ledger.hold_not_found');
  });

  it('expires when its time has come, and frees what it held', async () => {
    const { holds, standing, clock, reader } = await setUp();
    await holds.place(aHold(1, '60', { expiresAt: instant('2018-02-02T00:00:00Z') }));
    await holds.place(aHold(2, '10'));

    await holds.expire();
    expect(await standing(wallet)).to.deep.equal({ minor: 100n, held: 70n });
    clock.moveTo('2018-02-02T00:00:00Z');
    expect(await reader.hasExpired(clock.now())).to.equal(true);
    await holds.expire();

    expect(await standing(wallet)).to.deep.equal({ minor: 100n, held: 10n });
    expect(await reader.hold(idOf('hld', 1))).to.deep.include({ state: 'expired' });
    expect(await reader.hasExpired(clock.now())).to.equal(false);
    await rejects(holds.post(idOf('hld', 1), aPart(10)), 'ledger.hold_not_open');
  });

  it('promises nothing that could not be posted', async () => {
    const { holds, changeAccount } = await setUp();

    await rejects(holds.place(aHold(1, '0')), 'ledger.malformed_hold');
    await rejects(holds.place(aHold(1, '5', { credit: wallet.code })), 'ledger.malformed_hold');
    await rejects(holds.place(aHold(1, '5', { credit: 'nobody' })), 'ledger.unknown_account');
    await rejects(holds.place(aHold(1, '5', { credit: dollars.code })), 'ledger.currency_mismatch');
    await changeAccount.run(accountIdOf(shop.code), { move: 'freeze' }, 'x', 'tester');
    await rejects(holds.place(aHold(1, '5')), 'ledger.account_frozen');
  });

  it('promises no more than there is, however many ask at once', async () => {
    const { holds, standing } = await setUp();

    const placed = await Promise.allSettled(Array.from({ length: 30 }, (_, n) => holds.place(aHold(n + 1, '30'))));

    expect(placed.filter(({ status }) => status === 'fulfilled')).to.have.length(3);
    expect(await standing(wallet)).to.deep.equal({ minor: 100n, held: 90n });
  });

  it('is posted once of many that post it at once', async () => {
    const { holds, standing } = await setUp();
    await holds.place(aHold(1, '60'));

    const posted = await Promise.allSettled(
      Array.from({ length: 10 }, (_, n) => holds.post(idOf('hld', 1), aPart(10 + n, { minor: '50' }))),
    );

    expect(posted.filter(({ status }) => status === 'fulfilled')).to.have.length(1);
    expect(await standing(wallet)).to.deep.equal({ minor: 50n, held: 10n });
  });
});
