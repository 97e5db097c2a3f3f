import {
  IsCurrency,
  IsIdOf,
  IsInstant,
  IsMoney,
  IsMonth,
  IsNested,
  IsOneOf,
  IsText,
  IsWhole,
} from '../../../../shared/fields.ts';
import type { Id } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import { Money, type MoneyJson } from '../../../../shared/money.ts';
import type { ShownPosition } from '../../application/fx/look-at-positions.ts';
import type { UsedRate } from '../../domain/fx/exchange.ts';
import type { FxSettings } from '../../domain/fx/settings.ts';
import { type Trade, tradeLifecycle } from '../../domain/fx/trade.ts';
import type { SettingChange } from '../../domain/settings/change.ts';
import { SettingChangeView, settingChangeView } from './setting-change-views.ts';

export const SOURCE = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;

export class FxSettingsTerms {
  @IsText({ max: 40, pattern: SOURCE, description: 'Whose rates count: a source of `POST /v1/exchange-rates`' })
  readonly source!: string;
  @IsWhole({ min: 0, max: 1_000, description: 'What the house keeps of what it exchanges for partners' })
  readonly spreadBasisPoints!: number;
  @IsWhole({ min: 1, max: 2_400, description: 'An older rate is none; 96 outlives a long weekend' })
  readonly oldestRateHours!: number;
  @IsMoney({ description: 'Trades of more than that take two people; in the currency of the books' })
  readonly fourEyesAbove!: MoneyJson;
}

export class FxSettingsView extends FxSettingsTerms {
  @IsText({ max: 300 }) readonly setBy!: string;
  @IsInstant() readonly setAt!: Instant;
  @IsNested(() => SettingChangeView, { optional: true, description: 'What waits for a second person' })
  readonly pending?: SettingChangeView;
}

export const fxSettingsView = (settings: FxSettings, currency: string, pending?: SettingChange): FxSettingsView => ({
  source: settings.source,
  spreadBasisPoints: settings.spreadBasisPoints,
  oldestRateHours: settings.oldestRateHours,
  fourEyesAbove: Money.of(settings.fourEyesAbove, currency).toJSON(),
  setBy: settings.setBy,
  setAt: settings.setAt,
  ...(pending && { pending: settingChangeView(pending) }),
});

export class UsedRateView {
  @IsIdOf('fxr', { description: 'The same rate has the same id wherever it was used' }) readonly id!: string;
  @IsText({ max: 40 }) readonly source!: string;
  @IsCurrency() readonly from!: string;
  @IsCurrency() readonly to!: string;
  @IsText({ max: 50, description: 'What one unit of `from` is in `to`: a decimal, or the quotient of two' })
  readonly rate!: string;
  @IsInstant({ description: 'From when on it counts' }) readonly at!: Instant;
}

export const usedRateView = ({ id, source, from, to, rate, at }: UsedRate): UsedRateView => ({
  ...{ id, source, from, to, rate, at },
});

export class TradeRequest {
  @IsText({ max: 100, description: 'The bank’s own word for it; told again, it is known' }) readonly reference!: string;
  @IsMoney() readonly sold!: MoneyJson;
  @IsMoney() readonly bought!: MoneyJson;
  @IsInstant() readonly tradedAt!: string;
}

export class TradeView {
  @IsIdOf('fxt') readonly id!: string;
  @IsIdOf('prg') readonly programId!: Id<'prg'>;
  @IsText({ max: 100 }) readonly reference!: string;
  @IsMoney() readonly sold!: MoneyJson;
  @IsMoney() readonly bought!: MoneyJson;
  @IsInstant() readonly tradedAt!: Instant;
  @IsOneOf(Object.keys(tradeLifecycle)) readonly state!: string;
  @IsText({ max: 300 }) readonly madeBy!: string;
  @IsInstant() readonly madeAt!: Instant;
  @IsText({ max: 300, optional: true }) readonly decidedBy?: string;
  @IsInstant({ optional: true }) readonly decidedAt?: Instant;
}

export const tradeView = ({ sold, bought, ...trade }: Trade): TradeView =>
  ({ ...trade, sold: sold.toJSON(), bought: bought.toJSON() }) as TradeView;

class ValuationView {
  @IsMonth() readonly period!: string;
  @IsMoney({ negative: true, description: 'What was held at its end' }) readonly quantity!: MoneyJson;
  @IsMoney({ negative: true }) readonly cost!: MoneyJson;
  @IsMoney({ negative: true }) readonly market!: MoneyJson;
  @IsNested(() => UsedRateView) readonly rate!: UsedRateView;
}

export class PositionView {
  @IsCurrency() readonly currency!: string;
  @IsMoney({ negative: true, description: 'What is held; negative while more was sent than bought' })
  readonly quantity!: MoneyJson;
  @IsMoney({ negative: true, description: 'What that has cost, by average' }) readonly cost!: MoneyJson;
  @IsMoney({ negative: true, optional: true, description: 'What it would bring now; absent while no rate is fresh' })
  readonly market?: MoneyJson;
  @IsMoney({ negative: true, optional: true, description: 'Market less cost' }) readonly unrealised?: MoneyJson;
  @IsNested(() => UsedRateView, { optional: true }) readonly rate?: UsedRateView;
  @IsMoney({ negative: true, description: 'All that ever came of it; negative: lost' }) readonly realised!: MoneyJson;
  @IsNested(() => ValuationView, { optional: true, description: 'When the last period closed' })
  readonly valued?: ValuationView;
}

export const positionView = ({ position, home, now, last }: ShownPosition): PositionView => {
  const { currency, quantity, cost, realised } = position;
  const inBooks = (minor: bigint): MoneyJson => Money.of(minor, home).toJSON();
  return {
    currency,
    quantity: Money.of(quantity, currency).toJSON(),
    cost: inBooks(cost),
    realised: inBooks(realised),
    ...(now && { market: inBooks(now.market), unrealised: inBooks(now.market - cost), rate: usedRateView(now.rate) }),
    ...(last && {
      valued: {
        period: last.period,
        quantity: Money.of(last.quantity, currency).toJSON(),
        cost: inBooks(last.cost),
        market: inBooks(last.market),
        rate: usedRateView(last.rate),
      },
    }),
  };
};
