import { expect } from 'chai';
import { booked, bookingId, type Books } from '../../../../src/modules/settlement/domain/books/booking.ts';
import {
  accountsOf,
  effectOnAvailable,
  transactionOf,
} from '../../../../src/modules/settlement/domain/books/chart-of-accounts.ts';
import { type Purpose, PURPOSES } from '../../../../src/modules/settlement/domain/books/purpose.ts';
import { instant } from '../../../../src/shared/instant.ts';
import { Money } from '../../../../src/shared/money.ts';
import { idOf } from '../../../support/clock.ts';
import { rejects } from '../../../support/rejects.ts';
import { aFact, programId } from '../../../support/settlement-story.ts';

const books: Books = { programId, currency: 'BRL', timeZone: 'America/Sao_Paulo', lastNumber: 0 };

describe('booking a fact', () => {
  it('counts it when it happened, in the month of the program’s own time zone', () => {
    const lastNight = aFact('lock', { occurredAt: instant('2018-02-01T01:59:59Z') }); // 23:59:59 in São Paulo

    const booking = booked(lastNight, books);

    expect(booking).to.include({ effectiveAt: lastNight.occurredAt, period: '2018-01' });
  });

  it('counts the first moment of a month in that month', () => {
    expect(booked(aFact('lock', { occurredAt: instant('2018-02-01T02:00:00Z') }), books).period).to.equal('2018-02');
  });

  it('counts a late fact at the start of the earliest open period, and remembers when it was', () => {
    const late = aFact('claw_back', { on: '01-10' });

    const booking = booked(late, { ...books, closedThrough: '2018-02' });

    expect(booking).to.include({
      effectiveAt: '2018-03-01T03:00:00.000Z',
      period: '2018-03',
      occurredAt: late.occurredAt,
    });
    expect(transactionOf(booking).metadata).to.include({ occurredAt: late.occurredAt });
  });

  it('refuses another currency than that of the books', () =>
    rejects(() => booked(aFact('lock', { amount: Money.of(1n, 'EUR') }), books), 'money.currency_mismatch'));

  it('has the same id whenever it is told, and another for each thing that can happen again', () => {
    const reduced = (nth: string) => bookingId(aFact('reduce', { nth }));

    expect(bookingId(aFact('lock'))).to.equal(bookingId(aFact('lock')));
    expect(bookingId(aFact('lock'))).to.not.equal(bookingId(aFact('accrue')));
    expect(reduced('2')).to.equal(reduced('2')).and.to.not.equal(reduced('3'));
  });
});

/** Purposes whose effect of nothing is worth saying. */
const BEFORE: readonly Purpose[] = ['accrue', 'raise', 'reduce', 'reverse', 'settle', 'return'];

describe('the chart of accounts', () => {
  const bookingOf = (purpose: Purpose) =>
    booked(
      {
        ...aFact(purpose),
        ...(purpose.startsWith('fx_') && { counter: Money.of(900n, 'USD'), pots: { bank: 'USD' } }),
      },
      books,
    );

  for (const purpose of PURPOSES) {
    it(`moves money for ${purpose} between accounts that are open, and makes none`, () => {
      const booking = bookingOf(purpose);

      const { postings } = transactionOf(booking);

      const currencies = new Map(accountsOf([booking]).map(({ code, currency }) => [code, currency]));
      const sums = new Map<string | undefined, bigint>();
      for (const { account, minor } of postings) {
        const currency = currencies.get(account);
        sums.set(currency, (sums.get(currency) ?? 0n) + BigInt(minor));
      }

      expect([...sums.values()].every((sum) => sum === 0n)).to.equal(true);
      expect([...currencies.keys()]).to.have.members(postings.map(({ account }) => account));
    });
  }

  it('knows what each purpose does to the available balance', () => {
    const effects = Object.fromEntries(
      PURPOSES.map((purpose) => [purpose, effectOnAvailable(bookingOf(purpose))] as const).filter(
        ([purpose, effect]) => effect !== 0n || BEFORE.includes(purpose),
      ),
    );

    expect(effects).to.deep.equal({
      accrue: 0n,
      raise: 0n,
      reduce: 0n,
      reverse: 0n,
      lock: 5_000n,
      claw_back: -5_000n,
      adjust_up: 5_000n,
      adjust_down: -5_000n,
      submit: -5_000n,
      settle: 0n,
      return: 0n,
      restore: 5_000n,
      hold: -5_000n,
      release: 5_000n,
      reserve: -5_000n,
      release_reserve: 5_000n,
      raise_receivable: 5_000n,
      recover: -5_000n,
      forfeit: -5_000n,
      withhold: -5_000n,
      restore_tax: 5_000n,
    });
  });

  it('names a partner’s accounts by the program too, for it may earn in several', () => {
    const codes = accountsOf([bookingOf('lock')]).map(({ code }) => code);

    expect(codes).to.have.members([
      `payable:${idOf('par', 1)}:${programId}:pending`,
      `payable:${idOf('par', 1)}:${programId}:available`,
    ]);
  });
});
