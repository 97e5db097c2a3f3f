import type { Month } from '../../../../../shared/calendar.ts';
import { fromUuid } from '../../../../../shared/ids.ts';
import type { Instant } from '../../../../../shared/instant.ts';
import { Money } from '../../../../../shared/money.ts';
import type { UsedRate } from '../../../domain/fx/exchange.ts';
import type { FxSettings } from '../../../domain/fx/settings.ts';
import type { Trade, TradeState } from '../../../domain/fx/trade.ts';
import type { Position, Valuation } from '../../../domain/fx/valuation.ts';

export interface SettingsRow {
  readonly program_id: string;
  readonly source: string;
  readonly spread_basis_points: number;
  readonly oldest_rate_hours: number;
  readonly four_eyes_above_minor: bigint;
  readonly set_by: string;
  readonly set_at: Instant;
}

export const toSettings = (row: SettingsRow): FxSettings => ({
  programId: fromUuid('prg', row.program_id),
  source: row.source,
  spreadBasisPoints: row.spread_basis_points,
  oldestRateHours: row.oldest_rate_hours,
  fourEyesAbove: row.four_eyes_above_minor,
  setBy: row.set_by,
  setAt: row.set_at,
});

export interface PositionRow {
  readonly program_id: string;
  readonly currency: string;
  readonly quantity_minor: bigint;
  readonly cost_minor: bigint;
  readonly realised_minor: bigint;
}

export const toPosition = (row: PositionRow): Position => ({
  programId: fromUuid('prg', row.program_id),
  currency: row.currency,
  quantity: row.quantity_minor,
  cost: row.cost_minor,
  realised: row.realised_minor,
});

export interface TradeRow {
  readonly id: string;
  readonly program_id: string;
  readonly reference: string;
  readonly sold_minor: bigint;
  readonly sold_currency: string;
  readonly bought_minor: bigint;
  readonly bought_currency: string;
  readonly traded_at: Instant;
  readonly state: TradeState;
  readonly made_by: string;
  readonly made_at: Instant;
  readonly decided_by: string | null;
  readonly decided_at: Instant | null;
}

export const toTrade = (row: TradeRow): Trade => ({
  id: fromUuid('fxt', row.id),
  programId: fromUuid('prg', row.program_id),
  reference: row.reference,
  sold: Money.of(row.sold_minor, row.sold_currency),
  bought: Money.of(row.bought_minor, row.bought_currency),
  tradedAt: row.traded_at,
  state: row.state,
  madeBy: row.made_by,
  madeAt: row.made_at,
  ...(row.decided_by !== null && { decidedBy: row.decided_by }),
  ...(row.decided_at !== null && { decidedAt: row.decided_at }),
});

export interface ValuationRow {
  readonly program_id: string;
  readonly period: Month;
  readonly currency: string;
  readonly quantity_minor: bigint;
  readonly cost_minor: bigint;
  readonly market_minor: bigint;
  readonly rate: UsedRate;
  readonly valued_at: Instant;
}

export const toValuation = (row: ValuationRow): Valuation => ({
  programId: fromUuid('prg', row.program_id),
  period: row.period,
  currency: row.currency,
  quantity: row.quantity_minor,
  cost: row.cost_minor,
  market: row.market_minor,
  rate: row.rate,
  valuedAt: row.valued_at,
});
