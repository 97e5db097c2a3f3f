import { expect } from 'chai';
import { LookAgain } from '../../../../src/modules/commission/application/reckoning/look-again.ts';
import { RateQueries } from '../../../../src/modules/commission/application/rate-queries.ts';
import { type ExchangeRate, exchangeBy } from '../../../../src/modules/commission/domain/rates/exchange-rates.ts';
import { readRateSheet } from '../../../../src/modules/commission/domain/rates/read-rates.ts';
import { instant } from '../../../../src/shared/instant.ts';
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
    expect(exchangeBy({ ...asked, to: 'EUR' }, { from: brl })?.rate).to.equal('1/3.8757');
    expect(exchangeBy({ ...asked, from: 'EUR' }, { direct: usd, from: undefined })?.rate).to.equal('1.1973');
    expect(exchangeBy(asked, { from: brl })).to.equal(undefined);
    expect(exchangeBy(asked, {})).to.equal(undefined);
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
    const rows = new Table<ExchangeRate>();
    return Promise.resolve(
      new FakeTransaction<RateStores>({
        schema: 'commission',
        tables: [rows],
        stores: () => ({ rates: new FakeExchangeRates(rows) }),
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

  it('is refused with the line that is no rate', async () => {
    const reading = (text: string) => Promise.resolve(text).then(readRateSheet);

    await rejects(reading(''), 'commission.rates_unreadable');
    await rejects(reading('Date,USD\n2018-02-30,1.1'), 'commission.rates_unreadable');
    await rejects(reading('Date,USD\n2018-02-20,1.1.1'), 'commission.rates_unreadable');
    const error = await reading('base,currency,at,rate\nEUR,USD,2018-01-08T12:00:00Z,-1').catch(
      (thrown: unknown) => thrown,
    );
    expect(error).to.have.property('message', 'line 2 is not base,currency,at,rate');
  });
});

describe('an order in another currency', () => {
  const inEuro = { currency: 'EUR', exchange: { source: 'ecb', at: 'order' as const } };
  const order = { n: 1, minor: 100_000n, placedAt: instant('2018-01-10T12:00:00Z') };

  const setUp = async () => {
    const transaction = new FakeCommissionTransaction();
    const orders = new CountedOrders(transaction);
    await transaction.run((stores) => stores.terms.add(countingTerms(inEuro)));
    return { transaction, orders, lookAgain: new LookAgain(transaction, orders.partners, at('2018-03-01T00:00:00Z')) };
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
