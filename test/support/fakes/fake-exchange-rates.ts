import {
  type ExchangeRate,
  type Quotes,
  sameRate,
} from '../../../src/modules/commission/domain/rates/exchange-rates.ts';
import { type RateTaken, wantedName } from '../../../src/modules/commission/domain/rates/taken-rates.ts';
import type { RateAsked } from '../../../src/modules/commission/domain/terms/version-for.ts';
import { ExchangeRates } from '../../../src/modules/commission/ports/exchange-rates.ts';
import { AppError } from '../../../src/shared/errors.ts';
import type { Id } from '../../../src/shared/ids.ts';
import type { Table } from './fake-transaction.ts';

const nameOf = ({ source, base, currency, at }: ExchangeRate): string => [source, base, currency, at].join('/');

export class FakeExchangeRates extends ExchangeRates {
  constructor(
    private readonly rows: Table<ExchangeRate>,
    private readonly ofOrders: Table<RateTaken>,
  ) {
    super();
  }

  add(rates: readonly ExchangeRate[]): Promise<number> {
    const known = rates.filter((rate) => this.rows.has(nameOf(rate)));
    for (const rate of known)
      if (!sameRate(this.rows.get(nameOf(rate))?.rate ?? '0', rate.rate))
        return Promise.reject(new AppError('conflict', 'commission.rate_differs', 'known otherwise'));
    for (const rate of rates) if (!this.rows.has(nameOf(rate))) this.rows.set(nameOf(rate), rate);
    return Promise.resolve(rates.length - known.length);
  }

  taken(orderIds: readonly Id<'ord'>[]): Promise<readonly RateTaken[]> {
    return Promise.resolve(this.ofOrders.values().filter(({ wanted }) => orderIds.includes(wanted.orderId)));
  }

  take(rates: readonly RateTaken[]): Promise<void> {
    for (const rate of rates)
      if (!this.ofOrders.has(wantedName(rate.wanted))) this.ofOrders.set(wantedName(rate.wanted), rate);
    return Promise.resolve();
  }

  quotes(asked: readonly RateAsked[]): Promise<readonly Quotes[]> {
    return Promise.resolve(
      asked.map(({ source, from, to, at }) => {
        const latest = (wanted: Partial<ExchangeRate>): ExchangeRate | undefined =>
          this.rows
            .values()
            .filter((rate) => rate.source === source && rate.at <= at)
            .filter((rate) => Object.entries(wanted).every(([name, value]) => rate[name as 'base'] === value))
            .toSorted((a, b) => (a.at === b.at ? (a.base < b.base ? -1 : 1) : a.at > b.at ? -1 : 1))[0];
        const of = latest({ currency: from });
        return {
          direct: latest({ base: from, currency: to }),
          from: of,
          to: of && latest({ base: of.base, currency: to }),
        };
      }),
    );
  }
}
