import type { Knex } from 'knex';
import { rowsOf } from '../../../../../infrastructure/postgres/database.ts';
import { AppError } from '../../../../../shared/errors.ts';
import { type Id, toUuid } from '../../../../../shared/ids.ts';
import type { Instant } from '../../../../../shared/instant.ts';
import { FLOWS, OUTSIDE, PURPOSES, type Purpose } from '../../../domain/books/purpose.ts';
import type { FxSettings } from '../../../domain/fx/settings.ts';
import type { Trade, TradeId } from '../../../domain/fx/trade.ts';
import type { Position, Valuation } from '../../../domain/fx/valuation.ts';
import type { FxStore, HeldThen } from '../../../ports/fx.ts';
import { saveDecision } from '../proposal-rows.ts';
import { type PositionRow, type SettingsRow, toPosition, toSettings, toTrade, type TradeRow } from './fx-rows.ts';

const listed = (purposes: readonly Purpose[]): string => purposes.map((purpose) => `'${purpose}'`).join(', ');
const isOutside = (purpose: Purpose, side: 'debit' | 'credit'): boolean => OUTSIDE.includes(FLOWS[purpose][side]);
/** What comes from the other side of the position, and what goes there. */
const COMES = listed(PURPOSES.filter((each) => isOutside(each, 'debit') && !isOutside(each, 'credit')));
const GOES = listed(PURPOSES.filter((each) => !isOutside(each, 'debit') && isOutside(each, 'credit')));

export class PostgresFx implements FxStore {
  constructor(private readonly db: Knex) {}

  settings(programId: Id<'prg'>): Promise<FxSettings | undefined> {
    return fxSettingsOf(this.db, programId);
  }

  async saveSettings(settings: FxSettings): Promise<void> {
    await rowsOf(
      this.db,
      `insert into settlement.fx_settings
         (program_id, source, spread_basis_points, oldest_rate_hours, four_eyes_above_minor, set_by, set_at)
       values (:program, :source, :spreadBasisPoints, :oldestRateHours, :above, :setBy, :setAt)
       on conflict (program_id) do update
       set source = excluded.source, spread_basis_points = excluded.spread_basis_points,
           oldest_rate_hours = excluded.oldest_rate_hours, four_eyes_above_minor = excluded.four_eyes_above_minor,
           set_by = excluded.set_by, set_at = excluded.set_at`,
      { ...settings, program: toUuid(settings.programId), above: settings.fourEyesAbove.toString() },
    );
  }

  async hold(programId: Id<'prg'>, currencies: readonly string[]): Promise<readonly Position[]> {
    const asked = { id: toUuid(programId), currencies: currencies.toSorted() };
    await rowsOf(
      this.db,
      `insert into settlement.fx_positions (program_id, currency, quantity_minor, cost_minor, realised_minor)
       select :id, currency, 0, 0, 0 from unnest(:currencies::text[]) with ordinality as asked (currency, n) order by n
       on conflict do nothing`,
      asked,
    );
    const rows = await rowsOf<PositionRow>(
      this.db,
      `select * from settlement.fx_positions
       where program_id = :id and currency = any(:currencies) order by currency for update`,
      asked,
    );
    return rows.map(toPosition);
  }

  async savePositions(positions: readonly Position[]): Promise<void> {
    await rowsOf(
      this.db,
      `update settlement.fx_positions
       set quantity_minor = new.quantity, cost_minor = new.cost, realised_minor = new.realised
       from unnest(:programs::uuid[], :currencies::text[], :quantities::bigint[], :costs::bigint[], :realised::bigint[])
         as new (program_id, currency, quantity, cost, realised)
       where fx_positions.program_id = new.program_id and fx_positions.currency = new.currency`,
      {
        programs: positions.map(({ programId }) => toUuid(programId)),
        currencies: positions.map(({ currency }) => currency),
        quantities: positions.map(({ quantity }) => quantity.toString()),
        costs: positions.map(({ cost }) => cost.toString()),
        realised: positions.map(({ realised }) => realised.toString()),
      },
    );
  }

  async heldBefore(programId: Id<'prg'>, until: Instant): Promise<readonly HeldThen[]> {
    const rows = await rowsOf<{ currency: string; quantity: string; cost: string }>(
      this.db,
      `with flows as (
         select counter_currency as currency, counter_minor, amount_minor, coalesce(spread_minor, 0) as spread_minor, purpose,
           case when purpose in (${COMES}) then 1 when purpose in (${GOES}) then -1 else 0 end
             * case when mirrored then -1 else 1 end as sign
         from settlement.bookings
         where program_id = :id and counter_currency is not null and counter_currency <> currency and effective_at < :until
       )
       select currency, sum(sign * counter_minor)::text as quantity,
         sum(sign * (amount_minor - spread_minor)
           + case purpose when 'fx_gain' then amount_minor when 'fx_loss' then -amount_minor else 0 end)::text as cost
       from flows
       group by currency
       having sum(sign * counter_minor) <> 0
       order by currency`,
      { id: toUuid(programId), until },
    );
    return rows.map(({ currency, quantity, cost }) => ({ currency, quantity: BigInt(quantity), cost: BigInt(cost) }));
  }

  async addTrade(trade: Trade): Promise<void> {
    const added = await rowsOf(
      this.db,
      `insert into settlement.fx_trades
         (id, program_id, reference, sold_minor, sold_currency, bought_minor, bought_currency, traded_at, state, made_by,
          made_at)
       values (:id, :program, :reference, :sold, :soldCurrency, :bought, :boughtCurrency, :tradedAt, :state, :madeBy,
         :madeAt)
       on conflict do nothing
       returning 1`,
      {
        ...trade,
        id: toUuid(trade.id),
        program: toUuid(trade.programId),
        sold: trade.sold.minor.toString(),
        soldCurrency: trade.sold.currency,
        bought: trade.bought.minor.toString(),
        boughtCurrency: trade.bought.currency,
      },
    );
    if (added.length > 0) return;
    const detail = `the program has told of the trade ${trade.reference} already; look it up before you tell of it again`;
    throw new AppError('conflict', 'settlement.trade_known', detail);
  }

  async trade(id: TradeId): Promise<Trade> {
    const [row] = await rowsOf<TradeRow>(this.db, `select * from settlement.fx_trades where id = :id for update`, {
      id: toUuid(id),
    });
    if (row === undefined) throw new AppError('not_found', 'settlement.trade_not_found', `there is no trade ${id}`);
    return toTrade(row);
  }

  saveTrade(trade: Trade): Promise<void> {
    return saveDecision(this.db, 'fx_trades', trade);
  }

  async addValuations(valuations: readonly Valuation[]): Promise<void> {
    for (const { programId, quantity, cost, market, rate, ...valuation } of valuations) {
      await rowsOf(
        this.db,
        `insert into settlement.fx_valuations
           (program_id, period, currency, quantity_minor, cost_minor, market_minor, rate, valued_at)
         values (:program, :period, :currency, :quantity, :cost, :market, :rate::jsonb, :valuedAt)`,
        {
          ...valuation,
          program: toUuid(programId),
          quantity: quantity.toString(),
          cost: cost.toString(),
          market: market.toString(),
          rate: JSON.stringify(rate),
        },
      );
    }
  }
}

export const fxSettingsOf = async (db: Knex, programId: Id<'prg'>): Promise<FxSettings | undefined> => {
  const [row] = await rowsOf<SettingsRow>(db, `select * from settlement.fx_settings where program_id = :id`, {
    id: toUuid(programId),
  });
  return row && toSettings(row);
};
