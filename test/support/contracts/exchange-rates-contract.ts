import { expect } from 'chai';
import type { ExchangeRate } from '../../../src/modules/commission/domain/rates/exchange-rates.ts';
import type { ExchangeRates } from '../../../src/modules/commission/ports/exchange-rates.ts';
import { instant } from '../../../src/shared/instant.ts';
import type { Transaction } from '../../../src/shared/transaction.ts';
import { idOf } from '../clock.ts';
import { rejects } from '../rejects.ts';

export interface RateStores {
  readonly rates: ExchangeRates;
}

const now = instant('2018-02-01T00:00:00Z');
const [monday, tuesday] = [instant('2018-01-08T15:00:00Z'), instant('2018-01-09T15:00:00Z')];

const rate = (currency: string, text: string, at = monday, base = 'EUR'): ExchangeRate => ({
  source: 'ecb',
  base,
  currency,
  at,
  rate: text,
});

/** What every store of exchange rates promises; the fake and the real one both run through it. */
export const exchangeRatesContract = (make: () => Promise<Transaction<RateStores>>): void => {
  it('finds the latest rate by the moment: of the pair, or of both currencies in one base', async () => {
    const transaction = await make();
    const known = [rate('USD', '1.1973'), rate('BRL', '3.8757'), rate('USD', '1.1932', tuesday)];
    await transaction.run(({ rates }) => rates.add([...known, rate('JPY', '112.5', tuesday, 'USD')], now));

    const asked = { source: 'ecb', from: 'USD', to: 'BRL', at: instant('2018-01-09T14:59:59Z') };
    const quotes = await transaction.run(({ rates }) =>
      rates.quotes([
        asked,
        { ...asked, from: 'EUR', to: 'USD', at: tuesday },
        { ...asked, from: 'USD', to: 'JPY', at: tuesday },
        { ...asked, from: 'CHF' },
        { ...asked, at: instant('2018-01-08T14:59:59Z') },
        { ...asked, source: 'fed' },
      ]),
    );

    expect(quotes[0]).to.deep.equal({ direct: undefined, from: known[0], to: known[1] });
    expect(quotes[1]?.direct).to.deep.equal(known[2]);
    expect(quotes[2]?.direct?.rate).to.equal('112.5');
    for (const none of quotes.slice(3))
      expect(none).to.deep.equal({ direct: undefined, from: undefined, to: undefined });
    expect(await transaction.run(({ rates }) => rates.quotes([]))).to.be.empty;
  });

  it('takes the same rate again for what it is, and refuses another one for that moment, with all of its batch', async () => {
    const transaction = await make();
    await transaction.run(({ rates }) => rates.add([rate('USD', '1.1973')], now));

    const again = await transaction.run(({ rates }) => rates.add([rate('USD', '1.19730'), rate('BRL', '3.9')], now));
    expect(again).to.equal(1);
    await rejects(
      transaction.run(({ rates }) => rates.add([rate('CHF', '1.17'), rate('USD', '1.2')], now)),
      'commission.rate_differs',
    );

    const asked = { source: 'ecb', from: 'EUR', to: 'CHF', at: now };
    const [none] = await transaction.run(({ rates }) => rates.quotes([asked]));
    expect(none?.direct).to.equal(undefined);
  });

  it('keeps by what an order was converted first, for each source and moment, whatever is taken later', async () => {
    const transaction = await make();
    const wanted = { orderId: idOf('ord', 1), source: 'ecb', from: 'USD', to: 'BRL', at: tuesday };
    const exchange = { from: 'USD', to: 'BRL', rate: '3.8757/1.1973', source: 'ecb', at: monday };
    const delivered = { wanted: { ...wanted, at: now }, exchange: { ...exchange, rate: '3.3', at: tuesday } };
    await transaction.run(({ rates }) => rates.take([{ wanted, exchange }], now));

    await transaction.run(({ rates }) =>
      rates.take([{ wanted, exchange: { ...exchange, rate: '3.2', at: tuesday } }, delivered, delivered], now),
    );

    const ids = [idOf('ord', 1), idOf('ord', 2)];
    expect(await transaction.run(({ rates }) => rates.taken(ids))).to.have.deep.members([
      { wanted, exchange },
      delivered,
    ]);
    expect(await transaction.run(({ rates }) => rates.taken([idOf('ord', 2)]))).to.be.empty;
    expect(await transaction.run(({ rates }) => rates.taken([]))).to.be.empty;
  });
};
