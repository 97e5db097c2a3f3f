import { expect } from 'chai';
import { LookAgain } from '../../../../src/modules/commission/application/reckoning/look-again.ts';
import { ReckonAgain } from '../../../../src/modules/commission/application/reckoning/reckon-again.ts';
import { RateQueries } from '../../../../src/modules/commission/application/rate-queries.ts';
import {
  type ExchangeRate,
  exchangeBy,
  mustBeUsable,
  sameRate,
} from '../../../../src/modules/commission/domain/rates/exchange-rates.ts';
import type { RateTaken } from '../../../../src/modules/commission/domain/rates/taken-rates.ts';
import { readRateSheet } from '../../../../src/modules/commission/domain/rates/read-rates.ts';
import type { Terms } from '../../../../src/modules/commission/domain/terms/terms.ts';
import { instant } from '../../../../src/shared/instant.ts';
import { aCredit, aPart } from '../../../support/builders.ts';
import { at, idOf } from '../../../support/clock.ts';
import { exchangeRatesContract, type RateStores } from '../../../support/contracts/exchange-rates-contract.ts';
import { CountedOrders, countingTerms } from '../../../support/counted-orders.ts';
import { FakeCommissionTransaction } from '../../../support/fakes/fake-commission.ts';
import { FakeExchangeRates } from '../../../support/fakes/fake-exchange-rates.ts';
import { FakeTransaction, Table } from '../../../support/fakes/fake-transaction.ts';
import { rejects } from '../../../support/rejects.ts';

const day = instant('2018-01-08T15:00:00Z');
const quoted = (currency: string, rate: string, when = day): ExchangeRate => ({
  source: 'ecb',
  base: 'EUR',
  currency,
  at: when,
  rate,
});
const asked = { source: 'ecb', from: 'BRL', to: 'USD', at: instant('2018-01-09T00:00:00Z') };

describe('an exchange rate', () => {
  it('is the pair’s own, or the quotient of two in one base, exactly, and as old as the older of them', () => {
    const [brl, usd] = [quoted('BRL', '3.8757', instant('2018-01-05T15:00:00Z')), quoted('USD', '1.1973')];

    expect(exchangeBy(asked, { from: brl, to: usd })).to.deep.equal({
      from: 'BRL',
      to: 'USD',
      rate: '1.1973/3.8757',
      source: 'ecb',
      at: brl.at,
    });
    expect(exchangeBy(asked, { from: quoted('BRL', '3.8757'), to: { ...usd, at: brl.at } })?.at).to.equal(brl.at);
    expect(exchangeBy({ ...asked, to: 'EUR' }, { from: brl })).to.deep.include({ rate: '1/3.8757', at: brl.at });
    expect(exchangeBy({ ...asked, from: 'EUR' }, { direct: usd, from: brl })).to.deep.equal({
      from: 'EUR',
      to: 'USD',
      rate: '1.1973',
      source: 'ecb',
      at: day,
    });
    expect(exchangeBy(asked, { to: usd })).to.equal(undefined);
    expect(exchangeBy(asked, { from: brl })).to.equal(undefined);
    expect(exchangeBy(asked, {})).to.equal(undefined);
  });
});

describe('a rate that is sent', () => {
  const now = instant('2018-01-08T16:00:00Z');
  const usable = (...rates: readonly ExchangeRate[]) => {
    mustBeUsable(rates, now);
  };
  const brl = quoted('BRL', '3.8757');

  for (const [of, rate, pointer, detail] of [
    ['a currency to itself', { ...brl, base: 'BRL' }, '', 'is of a currency to itself'],
    ['too many', { ...brl, rate: '10000000.1' }, '/rate', 'must be from 0.0000001 to 10000000'],
    ['nothing', { ...brl, rate: '0' }, '/rate', 'must be from 0.0000001 to 10000000'],
    [
      'a moment to come',
      { ...brl, at: instant('2018-01-08T16:00:00.001Z') },
      '/at',
      'must not be in the future: nobody knows the rate of then',
    ],
    [
      'another at the same moment',
      { ...brl, rate: '3.8758' },
      '',
      'differs from another of the same moment in this list',
    ],
  ] as const)
    it(`is refused with where it is wrong, and why: ${of}`, async () => {
      const { message, details } = await rejects(() => {
        usable(brl, rate);
      }, 'commission.rate_unusable');

      expect(message).to.equal('some rates cannot be used; see each');
      expect(details.faults).to.deep.equal([
        { pointer: `/rates/1${pointer}`, code: 'commission.rate_unusable', detail },
      ]);
    });

  it('is taken up to the last moment, and again, however many zeros it is written with', () => {
    usable(brl, { ...brl, rate: '3.875700' }, { ...brl, at: now }, { ...brl, base: 'CHF', rate: '9' });
    usable({ ...brl, rate: '0.0000001' }, quoted('USD', '10000000'));

    expect([sameRate('4', '4.00'), sameRate('4', '4.01'), sameRate('0.3', '0.30')]).to.deep.equal([true, false, true]);
  });

  it('is refused with no more than a hundred like it', async () => {
    const { details } = await rejects(() => {
      usable(...Array.from({ length: 101 }, () => quoted('BRL', '0')));
    }, 'commission.rate_unusable');

    expect(details.faults).to.have.length(100);
  });
});

describe('asking commission for a rate', () => {
  it('gives the latest that counted by then, or nothing', async () => {
    const transaction = new FakeCommissionTransaction();
    await transaction.run(({ rates }) =>
      rates.add([quoted('BRL', '3.8757'), quoted('USD', '1.1973'), quoted('USD', '1.2', asked.at)], day),
    );
    const rates = new RateQueries(transaction);

    expect(await rates.rate({ ...asked, from: 'EUR' })).to.deep.equal({
      source: 'ecb',
      from: 'EUR',
      to: 'USD',
      rate: '1.2',
      at: asked.at,
    });
    expect((await rates.rate({ ...asked, at: day }))?.rate).to.equal('1.1973/3.8757');
    expect(await rates.rate({ ...asked, source: 'fed' })).to.equal(undefined);
  });
});

describe('the fake store of exchange rates', () => {
  exchangeRatesContract(() => {
    const [rows, taken] = [new Table<ExchangeRate>(), new Table<RateTaken>()];
    return Promise.resolve(
      new FakeTransaction<RateStores>({
        schema: 'commission',
        tables: [rows, taken] as Table<unknown>[],
        stores: () => ({ rates: new FakeExchangeRates(rows, taken) }),
      }),
    );
  });
});

describe('a sheet of exchange rates', () => {
  it('is read a rate a line', () => {
    const text =
      'base,currency,at,rate\r\nUSD,BRL,2018-01-08T12:00:00Z,3.24\n\nUSD, CNY,2018-01-08T12:00:00+08:00, 6.5';

    expect(readRateSheet(text)).to.deep.equal([
      { base: 'USD', currency: 'BRL', at: '2018-01-08T12:00:00.000Z', rate: '3.24' },
      { base: 'USD', currency: 'CNY', at: '2018-01-08T04:00:00.000Z', rate: '6.5' },
    ]);
  });

  it('is read as the European Central Bank writes it, by the clocks of Frankfurt, without what was not quoted', () => {
    const text = 'Date,USD,CYP,BRL,\n2018-01-08,1.1973,N/A,3.8757,\n2018-07-09,1.1789,N/A,4.5474,\n';

    expect(readRateSheet(text)).to.deep.equal([
      { base: 'EUR', currency: 'USD', at: '2018-01-08T15:00:00.000Z', rate: '1.1973' },
      { base: 'EUR', currency: 'BRL', at: '2018-01-08T15:00:00.000Z', rate: '3.8757' },
      { base: 'EUR', currency: 'USD', at: '2018-07-09T14:00:00.000Z', rate: '1.1789' },
      { base: 'EUR', currency: 'BRL', at: '2018-07-09T14:00:00.000Z', rate: '4.5474' },
    ]);
  });

  it('is read whatever a spreadsheet leaves around it', () => {
    const text = '\n  \n Base ,CURRENCY,at, rate \r\n\t\nUSD,BRL,2018-01-08T12:00:00Z,3.24\n \n';

    expect(readRateSheet(text)).to.have.length(1);
    expect(readRateSheet('\uFEFFDATE,USD\n2018-01-08,1.1973\n  \n')).to.have.length(1);
    expect(readRateSheet('base,currency,at,rate')).to.deep.equal([]);
  });

  const [A_RATE, A_DAY] = ['is not base,currency,at,rate', 'is not a day and its rates'];
  const AT = '2018-01-08T12:00:00Z';
  for (const [of, text, line, says] of [
    ['nothing at all', '', 1, 'must be base,currency,at,rate, or Date and currencies'],
    ['no header', `EUR,USD,${AT},1.1`, 1, 'must be base,currency,at,rate, or Date and currencies'],
    ['less than nothing', `base,currency,at,rate\nEUR,USD,${AT},-1`, 2, A_RATE],
    ['a currency of no three letters', `base,currency,at,rate\neur,USD,${AT},1`, 2, A_RATE],
    ['another currency of no three letters', `base,currency,at,rate\nEUR,EURO,${AT},1`, 2, A_RATE],
    ['no moment', 'base,currency,at,rate\nEUR,USD,yesterday,1', 2, A_RATE],
    ['too little', 'base,currency,at,rate\nEUR', 2, A_RATE],
    ['too much', `base,currency,at,rate\nEUR,USD,${AT},1,1`, 2, A_RATE],
    ['a later line', `\nbase,currency,at,rate\n\nEUR,USD,${AT},1\n\nEUR,USD,${AT},x`, 6, A_RATE],
    ['a day that never was', 'Date,USD\n2018-02-30,1.1', 2, A_DAY],
    ['a day of no such form', 'Date,USD\n20180220,1.1', 2, A_DAY],
    ['a moment for a day', 'Date,USD\n2018-02-20T00:00:00Z,1.1', 2, A_DAY],
    ['no number of a day', 'Date,USD,BRL\n2018-02-20,1.1,3.9\n2018-02-21,1.1.1,3.9', 3, A_DAY],
    ['a column of no currency', 'Date,dollar\n2018-02-20,1.1', 2, A_DAY],
    ['a rate of a column without a name', 'Date,USD,,BRL\n2018-02-20,1.1,9,3.9', 2, A_DAY],
    ['a rate beyond all columns', 'Date,USD\n2018-02-20,1.1,3.9', 2, A_DAY],
  ] as const)
    it(`is refused with the line that is no rate, counted as an editor does: ${of}`, async () => {
      const { message, details } = await rejects(() => readRateSheet(text), 'commission.rates_unreadable');

      expect(message).to.equal(`line ${line} ${says}`);
      expect(details.faults?.map((fault) => fault.detail)).to.deep.equal([says]);
    });

  it('is refused with which of its rates it is', async () => {
    const text = `base,currency,at,rate\nEUR,USD,${AT},1\n\nEUR,USD,${AT},x`;
    const pointer = async (of: string) => {
      const { details } = await rejects(() => readRateSheet(of), 'commission.rates_unreadable');
      return details.faults?.[0]?.pointer;
    };

    expect([await pointer(text), await pointer('')]).to.deep.equal(['/rates/1', '/rates/0']);
  });

  it('keeps each rate in its column, where one has no name and nothing in it', () => {
    expect(readRateSheet('Date,,USD,BRL\n2018-01-08,,N/A,3.8757').map(({ currency }) => currency)).to.deep.equal([
      'BRL',
    ]);
  });
});

describe('an order in another currency', () => {
  const inEuro = { currency: 'EUR', exchange: { source: 'ecb', at: 'order' as const } };
  const order = { n: 1, minor: 100_000n, placedAt: instant('2018-01-10T12:00:00Z') };

  const setUp = async (more: Partial<Terms> = {}) => {
    const transaction = new FakeCommissionTransaction();
    const orders = new CountedOrders(transaction);
    await transaction.run((stores) => stores.terms.add(countingTerms({ ...inEuro, ...more })));
    const now = at('2018-03-01T00:00:00Z');
    const lookAgain = new LookAgain(transaction, orders.partners, now);
    return { transaction, orders, lookAgain, again: new ReckonAgain(transaction, orders.orders, orders.partners, now) };
  };

  it('waits for its rate without guessing, and is calculated by itself when it arrives', async () => {
    const { transaction, orders, lookAgain } = await setUp();
    await orders.tell(order);
    expect(transaction.all()).to.be.empty;
    expect(transaction.uncalculated()[0]).to.deep.include({ orderRef: 'A-1', code: 'commission.rate_missing' });

    expect(await lookAgain.recordRates([quoted('BRL', '4')])).to.equal(1);
    await orders.settle();

    // 1,000.00 BRL are 250.00 EUR, and 5 % of that.
    expect(await orders.minors(1)).to.deep.equal([1_250n]);
    expect(transaction.uncalculated()).to.be.empty;
    const [why] = transaction.explanationsOf(transaction.all()[0]!.id);
    expect(why?.explanation.exchange).to.deep.equal({ from: 'BRL', to: 'EUR', rate: '1/4', source: 'ecb', at: day });
  });

  const late = quoted('BRL', '5', instant('2018-01-10T11:00:00Z'));

  it('stays converted by the rate it was calculated by first, though one nearer to its moment arrives later', async () => {
    const { transaction, orders, lookAgain, again } = await setUp();
    await lookAgain.recordRates([quoted('BRL', '4')]);
    await orders.tell(order);

    await lookAgain.recordRates([late]);
    await orders.settle();

    expect(await again.run([idOf('ord', 1)])).to.be.empty;
    await orders.tell(order);
    expect(await orders.minors(1)).to.deep.equal([1_250n]);
    // 400.00 BRL of it are kept: 100.00 EUR by the rate of the beginning.
    await orders.tell({ ...order, minor: 40_000n });
    expect(await orders.minors(1)).to.deep.equal([500n]);
    const rates = transaction.explanationsOf(transaction.all()[0]!.id).map(({ explanation }) => explanation.exchange);
    expect(rates.map((each) => each?.rate)).to.deep.equal(['1/4', '1/4']);
  });

  it('has one rate, whoever is credited with it later; an order that nobody had calculated takes the nearer one', async () => {
    const { orders, lookAgain } = await setUp();
    await lookAgain.recordRates([quoted('BRL', '4')]);
    await orders.tell(order);
    await lookAgain.recordRates([late]);

    const orderId = idOf('ord', 1);
    const credit = aCredit({ orderId, credits: [aPart(2)], decision: 2 });
    await orders.transaction.run((stores) => orders.reckon.run(stores, [{ orderId, credit }]));
    await orders.tell({ ...order, n: 2 });

    const commissions = await orders.commissions(1, 2);
    expect(commissions.map(({ partnerId, state, amount }) => [partnerId, state, amount.minor])).to.deep.equal([
      [idOf('par', 1), 'reversed', 1_250n],
      [idOf('par', 2), 'estimated', 1_250n],
      [idOf('par', 1), 'estimated', 1_000n],
    ]);
  });

  it('counts for those behind it what it counted, though a rate arrives later', async () => {
    const limits = [{ per: 'program', period: 'month', amount: { minor: '2000', currency: 'EUR' } }] as const;
    const { orders, lookAgain, again } = await setUp({ limits });
    await lookAgain.recordRates([quoted('BRL', '4')]);
    const second = { ...order, n: 2, placedAt: instant('2018-01-10T12:01:00Z') };
    await orders.tell(order, second);

    await lookAgain.recordRates([late]);
    await orders.tell(order, second);
    await orders.settle();

    expect(await orders.minors(1, 2)).to.deep.equal([1_250n, 750n]);
    expect(await again.run([idOf('ord', 1), idOf('ord', 2)])).to.be.empty;
  });

  it('takes another rate where the terms convert at its delivery, once, and keeps that', async () => {
    const { orders, lookAgain, again } = await setUp({ exchange: { source: 'ecb', at: 'delivery' } });
    const deliver = (text: string) => {
      const known = orders.orders.known.get(idOf('ord', 1))!;
      const milestones = { ...known.milestones, delivered: instant(text) };
      orders.orders.known.set(idOf('ord', 1), { ...known, milestones });
      return orders.transaction.run((stores) => orders.reckon.run(stores, [{ orderId: idOf('ord', 1) }]));
    };
    await lookAgain.recordRates([quoted('BRL', '4'), quoted('BRL', '8', instant('2018-01-15T12:00:00Z'))]);
    await orders.tell(order);
    expect(await orders.minors(1)).to.deep.equal([1_250n]);

    await deliver('2018-01-20T12:00:00Z');
    expect(await orders.minors(1)).to.deep.equal([625n]);
    await lookAgain.recordRates([late, quoted('BRL', '2', instant('2018-01-19T12:00:00Z'))]);
    await deliver('2018-01-20T12:00:00Z');

    expect(await orders.minors(1)).to.deep.equal([625n]);
    expect(await again.run([idOf('ord', 1)])).to.be.empty;
  });

  it('takes the rate that is known when it is calculated, if something else was missing before', async () => {
    const when = { fact: 'line.sku', equals: 'WB-11' } as const;
    const { orders, lookAgain } = await setUp({ groups: [{ name: 'one', rank: 1, when, amount: { percent: '5' } }] });
    await lookAgain.recordRates([quoted('BRL', '4')]);
    await orders.tell(order);
    await lookAgain.recordRates([late]);
    const orderId = idOf('ord', 1);
    const known = orders.orders.known.get(orderId)!;
    orders.orders.known.set(orderId, { ...known, lines: known.lines.map((line) => ({ ...line, sku: 'WB-11' })) });

    await orders.transaction.run((stores) => orders.reckon.run(stores, [{ orderId }]));

    expect(await orders.minors(1)).to.deep.equal([1_000n]);
  });

  it('comes to nothing when it ends, also if nobody can calculate it any more', async () => {
    const { transaction, orders, lookAgain } = await setUp();
    await lookAgain.recordRates([quoted('BRL', '4')]);
    await orders.tell(order);
    const orderId = idOf('ord', 1);
    const known = orders.orders.known.get(orderId)!;
    orders.orders.known.set(orderId, { ...known, currency: 'CHF', cancelledAt: known.placedAt });

    await transaction.run((stores) => orders.reckon.run(stores, [{ orderId }]));

    expect(transaction.all()[0]).to.deep.include({ state: 'reversed', endReason: 'order_cancelled' });
    expect(transaction.uncalculated()).to.be.empty;
  });

  it('is not converted by a rate of later than its moment', async () => {
    const { transaction, orders, lookAgain } = await setUp();
    await lookAgain.recordRates([quoted('BRL', '4', instant('2018-01-10T12:00:01Z'))]);

    await orders.tell(order);

    expect(transaction.uncalculated()).to.have.length(1);
  });

  it('finds no rate that nothing can be converted by', async () => {
    const { lookAgain } = await setUp();

    await rejects(lookAgain.recordRates([quoted('BRL', '0')]), 'commission.rate_unusable');
    await rejects(lookAgain.recordRates([quoted('EUR', '1')]), 'commission.rate_unusable');
    await rejects(lookAgain.recordRates([quoted('BRL', '4'), quoted('BRL', '5')]), 'commission.rate_unusable');
    for (const [rate, pointer] of [
      [quoted('BRL', '10000000.000001'), '/rates/1/rate'],
      [quoted('BRL', '0.00000009'), '/rates/1/rate'],
      [quoted('BRL', '4', instant('2018-03-01T00:00:00.001Z')), '/rates/1/at'],
    ] as const) {
      const refusal = await rejects(lookAgain.recordRates([quoted('USD', '1.1'), rate]), 'commission.rate_unusable');
      expect(refusal.details.faults?.map((fault) => fault.pointer)).to.deep.equal([pointer]);
    }
    expect(await lookAgain.recordRates([quoted('BRL', '10000000'), quoted('KWD', '0.0000001')])).to.equal(2);
  });
});
