import { expect } from 'chai';
import { booked } from '../../../src/modules/settlement/domain/books/booking.ts';
import { usedRate } from '../../../src/modules/settlement/domain/fx/exchange.ts';
import type { Trade } from '../../../src/modules/settlement/domain/fx/trade.ts';
import type { Remittance } from '../../../src/modules/settlement/domain/tax/remittance.ts';
import type { SettlementTransaction } from '../../../src/modules/settlement/ports/settlement-stores.ts';
import { instant } from '../../../src/shared/instant.ts';
import { Money } from '../../../src/shared/money.ts';
import { idOf } from '../clock.ts';
import { rejects } from '../rejects.ts';
import { aFact, noonOf, programId } from '../settlement-story.ts';

const now = instant('2018-02-05T00:00:00Z');
const books = { programId, currency: 'BRL', timeZone: 'America/Sao_Paulo', lastNumber: 0 };
const brl = (minor: bigint) => Money.of(minor, 'BRL');
const eur = (minor: bigint) => Money.of(minor, 'EUR');
const rate = usedRate({ source: 'ecb', from: 'EUR', to: 'BRL', rate: '5.25', at: now });

const aTrade = (n: number, overrides: Partial<Trade> = {}): Trade => ({
  ...{ id: idOf('fxt', n), programId, reference: `FX ${n}`, sold: brl(500n), bought: eur(100n), tradedAt: now },
  ...{ state: 'proposed', madeBy: 'treasurer', madeAt: now },
  ...overrides,
});

const aRemittance: Remittance = {
  ...{ id: idOf('rmt', 1), programId, jurisdiction: 'US', amount: brl(40n), reference: '945' },
  ...{ state: 'asked', askedBy: 'finance', askedAt: now },
};

/** What the stores of exchange and of withheld taxes promise; the fakes and the real ones run through it. */
export const fxContract = (make: () => Promise<SettlementTransaction>): void => {
  const opened = async (): Promise<SettlementTransaction> => {
    const db = await make();
    await db.run((stores) => stores.books.open([books], now));
    return db;
  };

  describe('how a program exchanges', () => {
    it('is unknown until it is said, and then what was said last', async () => {
      const db = await opened();
      const terms = { programId, source: 'ecb', spreadBasisPoints: 50, oldestRateHours: 96, fourEyesAbove: 10n ** 15n };
      const settings = { ...terms, setBy: 'treasurer', setAt: now };
      expect(await db.run(({ fx }) => fx.settings(programId))).to.equal(undefined);

      await db.run(({ fx }) => fx.saveSettings({ ...settings, source: 'fed' }));
      await db.run(({ fx }) => fx.saveSettings(settings));

      expect(await db.run(({ fx }) => fx.settings(programId))).to.deep.equal(settings);
    });
  });

  describe('what is held of currencies', () => {
    it('is nothing at first, and then what was saved', async () => {
      const db = await opened();

      const before = await db.run(({ fx }) => fx.hold(programId, ['USD', 'EUR']));
      const held = { programId, currency: 'EUR', quantity: -200n, cost: -1_000n, realised: 30n };
      await db.run(({ fx }) => fx.savePositions([held]));

      expect(
        before.map(({ currency, quantity, cost, realised }) => [currency, quantity, cost, realised]),
      ).to.deep.equal([
        ['EUR', 0n, 0n, 0n],
        ['USD', 0n, 0n, 0n],
      ]);
      expect(await db.run(({ fx }) => fx.hold(programId, ['EUR']))).to.deep.equal([held]);
    });

    it('was, at any time, what the bookings that count before then make of it', async () => {
      const db = await opened();
      const payout = { commissionId: undefined, payoutId: idOf('pay', 1), pots: { bank: 'EUR' } };
      const trade = { commissionId: undefined, partnerId: undefined, pots: { bank: 'EUR' } };
      const result = { commissionId: undefined, partnerId: undefined, counter: eur(0n) };
      const facts = [
        { ...aFact('fx_buy', { minor: 1_000n, on: '01-10' }), ...trade, counter: eur(200n), subject: 'a' },
        { ...aFact('submit', { minor: 600n, on: '01-12' }), ...payout, counter: eur(100n), spread: brl(20n) },
        { ...aFact('fx_gain', { minor: 80n, on: '01-12' }), ...result, subject: 'b' },
        { ...aFact('settle', { minor: 600n, on: '01-13' }), ...payout, counter: eur(100n) },
        { ...aFact('restore', { minor: 600n, on: '01-20' }), ...payout, counter: eur(100n), spread: brl(20n) },
        { ...aFact('fx_unrealised_gain', { minor: 7n, on: '01-21' }), ...result, subject: 'c' },
        { ...aFact('fx_sell', { minor: 5n, on: '01-22' }), ...trade, counter: Money.of(1n, 'USD'), subject: 'd' },
      ];
      await db.run((stores) => stores.bookings.add(facts.map((fact) => booked(fact, books))));
      const heldOn = (day: string) => db.run(({ fx }) => fx.heldBefore(programId, noonOf(day)));

      expect(await heldOn('01-10')).to.deep.equal([]);
      expect(await heldOn('01-11')).to.deep.equal([{ currency: 'EUR', quantity: 200n, cost: 1_000n }]);
      expect(await heldOn('01-14')).to.deep.equal([{ currency: 'EUR', quantity: 100n, cost: 500n }]);
      expect(await heldOn('01-23')).to.deep.equal([
        { currency: 'EUR', quantity: 200n, cost: 1_080n },
        { currency: 'USD', quantity: -1n, cost: -5n },
      ]);
    });

    it('is valued once a period', async () => {
      const db = await opened();
      const valuation = { programId, period: '2018-01' as const, currency: 'EUR', quantity: 100n, cost: 500n };
      const valued = { ...valuation, market: 525n, rate, valuedAt: now };

      await db.run(({ fx }) => fx.addValuations([valued]));

      const again = await db.run(({ fx }) => fx.addValuations([valued])).catch((error: unknown) => error);
      expect(again).to.be.instanceOf(Error);
    });
  });

  describe('trades', () => {
    it('are found again, decided, and known by their reference unless they were declined', async () => {
      const db = await opened();
      const decided: Trade = { ...aTrade(1), state: 'declined', decidedBy: 'boss', decidedAt: now };
      await db.run(({ fx }) => fx.addTrade(aTrade(1)));

      await rejects(
        db.run(({ fx }) => fx.addTrade(aTrade(2, { reference: 'FX 1' }))),
        'settlement.trade_known',
      );
      expect(await db.run(({ fx }) => fx.trade(idOf('fxt', 1)))).to.deep.equal(aTrade(1));
      await db.run(({ fx }) => fx.saveTrade(decided));
      await db.run(({ fx }) => fx.addTrade(aTrade(3, { reference: 'FX 1' })));
      expect(await db.run(({ fx }) => fx.trade(idOf('fxt', 1)))).to.deep.equal(decided);
      await rejects(
        db.run(({ fx }) => fx.trade(idOf('fxt', 9))),
        'settlement.trade_not_found',
      );
    });
  });

  describe('what is withheld for tax offices', () => {
    it('is what the bookings make of it, office by office', async () => {
      const db = await opened();
      const about = { commissionId: undefined, payoutId: idOf('pay', 1) };
      const us = { pots: { tax: 'US' } };
      const facts = [
        { ...aFact('withhold', { minor: 100n }), ...about, ...us },
        { ...aFact('withhold', { minor: 50n, nth: 'again' }), ...about, ...us },
        { ...aFact('restore_tax', { minor: 50n }), ...about, ...us },
        { ...aFact('withhold', { minor: 7n }), ...about, payoutId: idOf('pay', 2), pots: { tax: 'EU' } },
        { ...aFact('remit_tax', { minor: 40n }), commissionId: undefined, partnerId: undefined, subject: 'rmt', ...us },
      ];
      await db.run((stores) => stores.bookings.add(facts.map((fact) => booked(fact, books))));

      expect(await db.run(({ remittances }) => remittances.withheld(programId))).to.deep.equal([
        { jurisdiction: 'EU', withheld: 7n, remitted: 0n },
        { jurisdiction: 'US', withheld: 100n, remitted: 40n },
      ]);
    });

    it('is paid by remittances, which are found again and decided', async () => {
      const db = await opened();
      const decided: Remittance = { ...aRemittance, state: 'approved', decidedBy: 'boss', decidedAt: now };

      await db.run(({ remittances }) => remittances.add(aRemittance));
      expect(await db.run(({ remittances }) => remittances.get(aRemittance.id))).to.deep.equal(aRemittance);
      await db.run(({ remittances }) => remittances.save(decided));

      expect(await db.run(({ remittances }) => remittances.get(aRemittance.id))).to.deep.equal(decided);
      await rejects(
        db.run(({ remittances }) => remittances.get(idOf('rmt', 9))),
        'settlement.remittance_not_found',
      );
    });
  });

  describe('the accounts that are paid from', () => {
    it('are one for the books’ currency and one for each other, and each replaces its own alone', async () => {
      const db = await opened();
      const account = (number: string, paysIn?: string) => ({
        ...{ programId, holder: 'Shop', town: 'São Paulo', country: 'BR' },
        account: { scheme: 'domestic' as const, number },
        bank: { scheme: 'domestic' as const, code: '1' },
        ...(paysIn !== undefined && { paysIn }),
      });
      for (const each of [account('1'), account('2', 'EUR'), account('3', 'EUR'), account('4')]) {
        await db.run(({ bank }) => bank.saveAccount(each));
      }

      expect(await db.run(({ bank }) => bank.accountOf(programId))).to.deep.equal(account('4'));
      expect(await db.run(({ bank }) => bank.accountOf(programId, 'EUR'))).to.deep.equal(account('3', 'EUR'));
      expect(await db.run(({ bank }) => bank.accountOf(programId, 'USD'))).to.equal(undefined);
      expect(await db.run(({ bank }) => bank.ownerOf('2'))).to.equal(programId);
    });
  });
};
