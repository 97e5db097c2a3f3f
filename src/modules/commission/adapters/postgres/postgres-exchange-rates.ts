import type { Knex } from 'knex';
import { rowsOf } from '../../../../infrastructure/postgres/database.ts';
import { AppError } from '../../../../shared/errors.ts';
import { fromUuid, type Id, toUuid } from '../../../../shared/ids.ts';
import { type Instant, instantAt } from '../../../../shared/instant.ts';
import { type ExchangeRate, type Quotes, sameRate } from '../../domain/rates/exchange-rates.ts';
import type { RateTaken } from '../../domain/rates/taken-rates.ts';
import type { RateAsked } from '../../domain/terms/version-for.ts';
import type { ExchangeRates } from '../../ports/exchange-rates.ts';

const ASKED = 'index integer, source text, "from" text, "to" text, at timestamptz';

/** Of what moment a rate was wanted, and of what moment the one is that was found. */
interface TakenRow {
  readonly order_id: string;
  readonly source: string;
  readonly from_currency: string;
  readonly to_currency: string;
  readonly wanted_at: Instant;
  readonly rate: string;
  readonly rate_at: Instant;
}

const toTakenRow = ({ wanted, exchange }: RateTaken): TakenRow => ({
  order_id: toUuid(wanted.orderId),
  source: wanted.source,
  from_currency: wanted.from,
  to_currency: wanted.to,
  wanted_at: wanted.at,
  rate: exchange.rate,
  rate_at: exchange.at,
});

const toTaken = (row: TakenRow): RateTaken => {
  const pair = { source: row.source, from: row.from_currency, to: row.to_currency };
  return {
    wanted: { orderId: fromUuid('ord', row.order_id), ...pair, at: row.wanted_at },
    exchange: { ...pair, rate: row.rate, at: row.rate_at },
  };
};

const LATEST = 'select source, base, currency, at, rate::text as rate from commission.exchange_rates as r';

export class PostgresExchangeRates implements ExchangeRates {
  constructor(private readonly db: Knex) {}

  async add(rates: readonly ExchangeRate[], at: Instant): Promise<number> {
    await this.lock('pg_advisory_xact_lock');
    const rows = JSON.stringify(rates.map((rate) => ({ ...rate, recorded_at: at })));
    const added = await rowsOf(
      this.db,
      `insert into commission.exchange_rates (source, base, currency, at, rate, recorded_at)
       select source, base, currency, at, rate, recorded_at
       from jsonb_populate_recordset(null::commission.exchange_rates, :rows::jsonb)
       order by source, base, currency, at
       on conflict do nothing
       returning 1`,
      { rows },
    );
    if (added.length < rates.length) await this.mustBeKnown(rates, rows);
    return added.length;
  }

  async quotes(asked: readonly RateAsked[]): Promise<readonly Quotes[]> {
    if (asked.length === 0) return [];
    await this.lock('pg_advisory_xact_lock_shared');
    const rows = await rowsOf<{ direct: ExchangeRate | null; of: ExchangeRate | null; wanted: ExchangeRate | null }>(
      this.db,
      `select to_jsonb(direct) as direct, to_jsonb(of) as of, to_jsonb(wanted) as wanted
       from jsonb_to_recordset(:asked::jsonb) as a (${ASKED})
       left join lateral (
         ${LATEST} where r.source = a.source and base = a."from" and currency = a."to" and r.at <= a.at
         order by r.at desc limit 1) as direct on true
       left join lateral (
         ${LATEST} where r.source = a.source and currency = a."from" and r.at <= a.at
         order by r.at desc, base limit 1) as of on true
       left join lateral (
         ${LATEST} where r.source = a.source and base = of.base and currency = a."to" and r.at <= a.at
         order by r.at desc limit 1) as wanted on true
       order by index`,
      { asked: JSON.stringify(asked.map((each, index) => ({ index, ...each }))) },
    );
    return rows.map(({ direct, of, wanted }) => ({
      direct: quoted(direct),
      from: quoted(of),
      to: quoted(wanted),
    }));
  }

  async taken(orderIds: readonly Id<'ord'>[]): Promise<readonly RateTaken[]> {
    if (orderIds.length === 0) return [];
    const rows = await rowsOf<TakenRow>(
      this.db,
      `select order_id, source, from_currency, to_currency, wanted_at, rate, rate_at
       from commission.rates_taken where order_id = any(:ids)`,
      { ids: orderIds.map(toUuid) },
    );
    return rows.map(toTaken);
  }

  async take(rates: readonly RateTaken[], at: Instant): Promise<void> {
    if (rates.length === 0) return;
    const rows = rates.map((rate) => ({ ...toTakenRow(rate), taken_at: at }));
    await rowsOf(
      this.db,
      `insert into commission.rates_taken
         (order_id, source, from_currency, to_currency, wanted_at, rate, rate_at, taken_at)
       select order_id, source, from_currency, to_currency, wanted_at, rate, rate_at, taken_at
       from jsonb_populate_recordset(null::commission.rates_taken, :rows::jsonb)
       order by order_id, source, from_currency, to_currency, wanted_at
       on conflict do nothing`,
      { rows: JSON.stringify(rows) },
    );
  }

  /** Whoever finds no rate is done before one arrives, or finds it: so nobody is left waiting for what is there. */
  private async lock(how: 'pg_advisory_xact_lock' | 'pg_advisory_xact_lock_shared'): Promise<void> {
    await rowsOf(this.db, `select ${how}(hashtextextended('commission exchange rates', 0))`);
  }

  /** The same again is nothing new; another one would change what was calculated by the first. */
  private async mustBeKnown(rates: readonly ExchangeRate[], rows: string): Promise<void> {
    const known = await rowsOf<ExchangeRate>(
      this.db,
      `${LATEST} where (source, base, currency, at) in (
         select source, base, currency, at from jsonb_populate_recordset(null::commission.exchange_rates, :rows::jsonb))`,
      { rows },
    );
    const byName = new Map(known.map((rate) => [nameOf(rate), rate]));
    const other = rates.find((rate) => !sameRate(byName.get(nameOf(rate))?.rate ?? '0', rate.rate));
    if (other === undefined) return;
    const { source, base, currency, at } = other;
    throw new AppError(
      'conflict',
      'commission.rate_differs',
      `${source} is known to have quoted ${base} in ${currency} otherwise at ${at}; a correction counts from a later moment`,
    );
  }
}

const nameOf = ({ source, base, currency, at }: ExchangeRate): string => [source, base, currency, at].join('/');

/** Within JSON a moment is written as PostgreSQL writes it. */
const quoted = (rate: ExchangeRate | null): ExchangeRate | undefined =>
  rate === null ? undefined : { ...rate, at: instantAt(Date.parse(rate.at)) };
