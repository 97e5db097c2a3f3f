import type { Knex } from 'knex';
import { rowsOf } from '../../../../../infrastructure/postgres/database.ts';
import { type Id, parseId, toUuid } from '../../../../../shared/ids.ts';
import { type Page, pageOf, type PageRequest } from '../../../../../shared/page.ts';
import type { FxSettings } from '../../../domain/fx/settings.ts';
import type { Trade } from '../../../domain/fx/trade.ts';
import type { Position, Valuation } from '../../../domain/fx/valuation.ts';
import type { FxReader } from '../../../ports/fx.ts';
import { type PositionRow, toPosition, toTrade, toValuation, type TradeRow, type ValuationRow } from './fx-rows.ts';
import { fxSettingsOf } from './postgres-fx.ts';

export class PostgresFxReader implements FxReader {
  constructor(private readonly db: Knex) {}

  settings(programId: Id<'prg'>): Promise<FxSettings | undefined> {
    return fxSettingsOf(this.db, programId);
  }

  async positions(programId: Id<'prg'>): Promise<readonly Position[]> {
    const rows = await rowsOf<PositionRow>(
      this.db,
      `select * from settlement.fx_positions where program_id = :id order by currency`,
      { id: toUuid(programId) },
    );
    return rows.map(toPosition);
  }

  async valuations(programId: Id<'prg'>): Promise<readonly Valuation[]> {
    const rows = await rowsOf<ValuationRow>(
      this.db,
      `select distinct on (currency) * from settlement.fx_valuations
       where program_id = :id order by currency, period desc`,
      { id: toUuid(programId) },
    );
    return rows.map(toValuation);
  }

  async trades(programId: Id<'prg'>, request: PageRequest): Promise<Page<Trade>> {
    const [after] = request.after ?? [];
    const rows = await rowsOf<TradeRow>(
      this.db,
      `select * from settlement.fx_trades
       where program_id = :id ${after === undefined ? '' : 'and id > :after'}
       order by id
       limit :limit`,
      {
        id: toUuid(programId),
        limit: request.limit + 1,
        ...(after !== undefined && { after: toUuid(parseId('fxt', after)) }),
      },
    );
    return pageOf(rows.map(toTrade), request, ({ id }) => [id]);
  }
}
