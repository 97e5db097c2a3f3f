import { mustBeStaff } from '../../../../infrastructure/http/authenticate.ts';
import { PageQuery, pageOfShape, toPageRequest } from '../../../../infrastructure/http/paging.ts';
import { type Route, route } from '../../../../infrastructure/http/route.ts';
import { AppError } from '../../../../shared/errors.ts';
import { IsIdOf, IsListOf } from '../../../../shared/fields.ts';
import type { Id } from '../../../../shared/ids.ts';
import { instant } from '../../../../shared/instant.ts';
import { Money } from '../../../../shared/money.ts';
import type { LookAtPositions } from '../../application/fx/look-at-positions.ts';
import type { SetFxSettings } from '../../application/fx/set-fx-settings.ts';
import type { DecideTrade, TellTrade } from '../../application/fx/trade-currency.ts';
import type { TradeAction, TradeId } from '../../domain/fx/trade.ts';
import type { FxReader } from '../../ports/fx.ts';
import type { SettingChangeReader } from '../../ports/setting-changes.ts';
import { decisionRoute } from './decision-route.ts';
import {
  FxSettingsTerms,
  FxSettingsView,
  fxSettingsView,
  positionView,
  PositionView,
  TradeRequest,
  TradeView,
  tradeView,
} from './fx-views.ts';
import { changedAnswer, SettingChangeView } from './setting-change-views.ts';

class ProgramOfFxPath {
  @IsIdOf('prg') readonly programId!: Id<'prg'>;
}

class TradePath {
  @IsIdOf('fxt') readonly tradeId!: TradeId;
}

class PositionsView {
  @IsListOf(() => PositionView, { max: 200, description: 'By currency' }) readonly data!: readonly PositionView[];
}

const TradePage = pageOfShape(TradeView);

export interface FxUseCases {
  readonly changes: SettingChangeReader;
  readonly look: LookAtPositions;
  readonly set: SetFxSettings;
  readonly tell: TellTrade;
  readonly decide: DecideTrade;
  /** Tells whoever posts bookings that there are some. */
  readonly ring: () => void;
}

export const fxRoutes = (reader: FxReader, cases: FxUseCases): readonly Route[] => [
  setSettings(cases),
  getSettings(reader, cases),
  positions(cases),
  tellTrade(cases),
  listTrades(reader),
  decision(cases, 'approve', 'Agree to a trade that somebody else has told of; it is booked'),
  decision(cases, 'decline', 'Say that a trade never was; nothing is booked'),
];

const setSettings = ({ set }: FxUseCases): Route =>
  route({
    method: 'put',
    path: '/v1/programs/{programId}/fx/settings',
    operationId: 'setFxSettings',
    tag: 'settlement',
    summary: 'Say by whose rates a program exchanges, and what it keeps',
    description:
      'What was sent before keeps its rate. Rates are recorded with `POST /v1/exchange-rates`. Another source or spread, ' +
      'older rates or larger trades of one person are answered with 202, and wait for somebody else: ' +
      '`POST /v1/setting-changes/{changeId}/approve`.',
    access: { scope: 'settlement:write' },
    params: ProgramOfFxPath,
    body: FxSettingsTerms,
    success: { 200: FxSettingsView, 202: SettingChangeView },
    errors: ['settlement.unknown_program', 'money.currency_mismatch', 'settlement.change_pending'],
    handle: ({ actor, params: { programId }, body }) => {
      mustBeStaff(actor);
      return set.run(programId, body, actor.subject);
    },
    respond: ({ changed, currency }) =>
      changedAnswer(changed, (settings) => ({ status: 200, body: fxSettingsView(settings, currency) })),
  });

const getSettings = (reader: FxReader, { look, changes }: FxUseCases): Route =>
  route({
    method: 'get',
    path: '/v1/programs/{programId}/fx/settings',
    operationId: 'getFxSettings',
    tag: 'settlement',
    summary: 'By whose rates a program exchanges, and what it keeps',
    access: { scope: 'settlement:read' },
    params: ProgramOfFxPath,
    success: { 200: FxSettingsView },
    errors: ['settlement.unknown_program', 'settlement.no_fx_settings'],
    handle: async ({ actor, params: { programId } }) => {
      mustBeStaff(actor);
      const currency = await look.currencyOf(programId);
      const settings = await reader.settings(programId);
      const pending = await changes.pending({ setting: 'fx_settings', programId });
      if (settings !== undefined) return fxSettingsView(settings, currency, pending);
      const detail = `nobody has said by whose rates the program exchanges; it pays in ${currency} alone`;
      throw new AppError('not_found', 'settlement.no_fx_settings', detail);
    },
  });

const positions = ({ look }: FxUseCases): Route =>
  route({
    method: 'get',
    path: '/v1/programs/{programId}/fx/positions',
    operationId: 'getFxPositions',
    tag: 'settlement',
    summary: 'What is held of other currencies, what it has cost, and what it would bring now',
    access: { scope: 'settlement:read' },
    params: ProgramOfFxPath,
    success: { 200: PositionsView },
    errors: ['settlement.unknown_program'],
    handle: async ({ actor, params }) => {
      mustBeStaff(actor);
      return { data: (await look.run(params.programId)).map(positionView) };
    },
  });

const tellTrade = ({ tell, ring }: FxUseCases): Route =>
  route({
    method: 'post',
    path: '/v1/programs/{programId}/fx/trades',
    operationId: 'tellFxTrade',
    tag: 'settlement',
    summary: 'Tell of money that the bank has changed from one of our accounts to another',
    description: 'Booked at once up to the program’s limit; above it, it is `proposed` until somebody else agrees.',
    access: { scope: 'settlement:write' },
    params: ProgramOfFxPath,
    body: TradeRequest,
    idempotency: 'required',
    success: { 201: TradeView },
    errors: ['settlement.unknown_program', 'settlement.trade_refused', 'settlement.trade_known'],
    handle: async ({ actor, params, body }) => {
      mustBeStaff(actor);
      const trade = await tell.run({
        programId: params.programId,
        reference: body.reference,
        sold: Money.fromJson(body.sold),
        bought: Money.fromJson(body.bought),
        tradedAt: instant(body.tradedAt),
        by: actor.subject,
      });
      ring();
      return trade;
    },
    respond: (trade) => ({ status: 201, body: tradeView(trade) }),
  });

const listTrades = (reader: FxReader): Route =>
  route({
    method: 'get',
    path: '/v1/programs/{programId}/fx/trades',
    operationId: 'listFxTrades',
    tag: 'settlement',
    summary: 'Trades, by the time they were told of',
    access: { scope: 'settlement:read' },
    params: ProgramOfFxPath,
    query: PageQuery,
    success: { 200: TradePage },
    handle: async ({ actor, params, query }) => {
      mustBeStaff(actor);
      const { data, nextCursor } = await reader.trades(params.programId, toPageRequest(query));
      return { data: data.map(tradeView), nextCursor };
    },
  });

const decision = ({ decide, ring }: FxUseCases, action: TradeAction, summary: string): Route =>
  decisionRoute({
    path: `/v1/fx/trades/{tradeId}/${action}`,
    operationId: `${action}FxTrade`,
    summary,
    access: { scope: 'settlement:write' },
    params: TradePath,
    errors: ['settlement.trade_not_found', 'settlement.four_eyes', 'settlement.illegal_move'],
    view: TradeView,
    shown: tradeView,
    decide: ({ tradeId }, by) => decide.run(tradeId, action, by),
    ring,
  });
