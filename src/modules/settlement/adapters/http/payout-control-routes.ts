import { confinedTo, mustBeStaff, mustSee } from '../../../../infrastructure/http/authenticate.ts';
import { PageQuery, pageOfShape, toPageRequest } from '../../../../infrastructure/http/paging.ts';
import { type Route, route } from '../../../../infrastructure/http/route.ts';
import { AppError } from '../../../../shared/errors.ts';
import { IsIdOf, IsMoney, IsOneOf, IsText } from '../../../../shared/fields.ts';
import type { Id } from '../../../../shared/ids.ts';
import { Money, type MoneyJson } from '../../../../shared/money.ts';
import type { FreezePayouts, LiftFreeze } from '../../application/payouts/freeze-payouts.ts';
import type { RequestPayout } from '../../application/payouts/request-payout.ts';
import type { ShowBalance } from '../../application/payouts/show-balance.ts';
import type { AskWaiver, DecideWaiver } from '../../application/payouts/waive-balance.ts';
import type { FreezeId } from '../../domain/payouts/freeze.ts';
import { type Waiver, WAIVER_KINDS, type WaiverId } from '../../domain/payouts/waiver.ts';
import type { ProposalAction } from '../../domain/proposals/proposal.ts';
import type { PayoutControlReader } from '../../ports/payout-control-reader.ts';
import { decisionRoute } from './decision-route.ts';
import {
  balanceView,
  BalanceWaiverView,
  BlockedPayoutView,
  blockedView,
  freezeView,
  PartnerBalanceView,
  PayoutFreezeView,
  PayoutRequestView,
  requestView,
  waiverView,
} from './payout-control-views.ts';

export interface ControlUseCases {
  readonly balance: ShowBalance;
  readonly request: RequestPayout;
  readonly freeze: FreezePayouts;
  readonly lift: LiftFreeze;
  readonly askWaiver: AskWaiver;
  readonly decideWaiver: DecideWaiver;
}

/** `ring` tells whoever posts bookings that there are some. */
export const payoutControlRoutes = (
  reader: PayoutControlReader,
  cases: ControlUseCases,
  ring: () => void,
): readonly Route[] => [
  ...balanceRoutes(reader, cases),
  ...freezeRoutes(reader, cases),
  ...waiverRoutes(reader, cases, ring),
];

// ── balances ──────────────────────────────────────────────────────────────────────────────────────────────────────

class PartnerOfBalancePath {
  @IsIdOf('par') readonly partnerId!: Id<'par'>;
}

class ProgramOfBalanceQuery {
  @IsIdOf('prg') readonly programId!: Id<'prg'>;
}

class BlockedQuery extends PageQuery {
  @IsIdOf('prg', { optional: true }) readonly programId?: Id<'prg'>;
  @IsIdOf('par', { optional: true }) readonly partnerId?: Id<'par'>;
}

class PayoutWish {
  @IsIdOf('prg') readonly programId!: Id<'prg'>;
  @IsIdOf('par', { optional: true, description: 'Whose; a partner’s token says it already' })
  readonly partnerId?: Id<'par'>;
}

const BlockedPage = pageOfShape(BlockedPayoutView);

const balanceRoutes = (reader: PayoutControlReader, { balance, request }: ControlUseCases): readonly Route[] => [
  route({
    method: 'get',
    path: '/v1/partners/{partnerId}/balance',
    operationId: 'getPartnerBalance',
    tag: 'settlement',
    summary: 'Where a partner stands: what there is, what is kept back or owed, what stands against a payout',
    access: { scope: 'settlement:read' },
    params: PartnerOfBalancePath,
    query: ProgramOfBalanceQuery,
    success: { 200: PartnerBalanceView },
    errors: ['settlement.unknown_program'],
    handle: async ({ actor, params, query }) => {
      mustSee(actor, params.partnerId);
      return balanceView(await balance.run(query.programId, params.partnerId));
    },
  }),
  route({
    method: 'get',
    path: '/v1/payouts/blocked',
    operationId: 'listBlockedPayouts',
    tag: 'settlement',
    summary: 'Whom the last close did not pay, with every reason and how it could end',
    access: { scope: 'settlement:read' },
    query: BlockedQuery,
    success: { 200: BlockedPage },
    handle: async ({ actor, query }) => {
      const filter = { programId: query.programId, partnerId: confinedTo(actor, query.partnerId) };
      const { data, nextCursor } = await reader.blocked(toPageRequest(query), filter);
      return { data: data.map(blockedView), nextCursor };
    },
  }),
  requestRoute(request),
];

const requestRoute = (request: RequestPayout): Route =>
  route({
    method: 'post',
    path: '/v1/payouts/requests',
    operationId: 'requestPayout',
    tag: 'settlement',
    summary: 'Ask for a payout, where partners are paid on request; the next close pays',
    access: { scope: 'payouts:request' },
    body: PayoutWish,
    idempotency: 'required',
    success: { 200: PayoutRequestView },
    errors: ['settlement.unknown_program', 'settlement.not_on_request', 'settlement.whose_payout'],
    handle: ({ actor, body }) => {
      const partnerId = confinedTo(actor, body.partnerId);
      if (partnerId === undefined)
        throw new AppError('invalid', 'settlement.whose_payout', 'say in partnerId for whom you ask');
      return request.run(body.programId, partnerId, actor.subject);
    },
    respond: (asked) => ({ status: 200, body: requestView(asked) }),
  });

// ── the switch ────────────────────────────────────────────────────────────────────────────────────────────────────

class FreezePath {
  @IsIdOf('frz') readonly freezeId!: FreezeId;
}

class FreezeRequest {
  @IsIdOf('prg', { optional: true, description: 'Absent: the whole house' }) readonly programId?: Id<'prg'>;
  @IsText({ max: 500 }) readonly reason!: string;
}

class LiftRequest {
  @IsText({ max: 500 }) readonly reason!: string;
}

const FreezePage = pageOfShape(PayoutFreezeView);

const freezeRoutes = (reader: PayoutControlReader, { freeze, lift }: ControlUseCases): readonly Route[] => [
  route({
    method: 'get',
    path: '/v1/payout-freezes',
    operationId: 'listPayoutFreezes',
    tag: 'settlement',
    summary: 'When payouts were stopped, why and by whom',
    access: { scope: 'settlement:read' },
    query: PageQuery,
    success: { 200: FreezePage },
    handle: async ({ actor, query }) => {
      mustBeStaff(actor);
      const { data, nextCursor } = await reader.freezes(toPageRequest(query));
      return { data: data.map(freezeView), nextCursor };
    },
  }),
  route({
    method: 'post',
    path: '/v1/payout-freezes',
    operationId: 'freezePayouts',
    tag: 'settlement',
    summary: 'Stop all payouts, of a program or of the whole house; nothing is sent until two people lift it',
    access: { scope: 'settlement:write' },
    body: FreezeRequest,
    idempotency: 'required',
    success: { 200: PayoutFreezeView },
    errors: ['settlement.unknown_program'],
    handle: ({ actor, body: { programId, reason } }) => {
      mustBeStaff(actor);
      return freeze.run({ programId, reason, by: actor.subject });
    },
    respond: (frozen) => ({ status: 200, body: freezeView(frozen) }),
  }),
  liftRoute(lift),
];

const liftRoute = (lift: LiftFreeze): Route =>
  route({
    method: 'post',
    path: '/v1/payout-freezes/{freezeId}/lift',
    operationId: 'liftPayoutFreeze',
    tag: 'settlement',
    summary: 'Let payouts go on: the first person asks, the second agrees',
    access: { scope: 'payouts:approve' },
    params: FreezePath,
    body: LiftRequest,
    idempotency: 'required',
    success: { 200: PayoutFreezeView },
    errors: ['settlement.freeze_not_found', 'settlement.four_eyes', 'settlement.illegal_move'],
    handle: ({ actor, params, body }) => {
      mustBeStaff(actor);
      return lift.run(params.freezeId, body.reason, actor.subject);
    },
    respond: (lifted) => ({ status: 200, body: freezeView(lifted) }),
  });

// ── what is given up ──────────────────────────────────────────────────────────────────────────────────────────────

class WaiverPath {
  @IsIdOf('wvr') readonly waiverId!: WaiverId;
}

class WaiverRequest {
  @IsOneOf(WAIVER_KINDS, { description: 'What the partner owes us, or what it had earned and has left behind' })
  readonly kind!: Waiver['kind'];
  @IsIdOf('prg') readonly programId!: Id<'prg'>;
  @IsIdOf('par') readonly partnerId!: Id<'par'>;
  @IsMoney() readonly amount!: MoneyJson;
  @IsText({ max: 500 }) readonly reason!: string;
}

const WaiverPage = pageOfShape(BalanceWaiverView);

const ASK_ERRORS = [
  'settlement.unknown_program',
  'settlement.unknown_partner',
  'settlement.nothing_to_write_off',
  'settlement.not_forfeited',
  'money.currency_mismatch',
];

const waiverRoutes = (
  reader: PayoutControlReader,
  { askWaiver, decideWaiver }: ControlUseCases,
  ring: () => void,
): readonly Route[] => [
  route({
    method: 'get',
    path: '/v1/balance-waivers',
    operationId: 'listBalanceWaivers',
    tag: 'settlement',
    summary: 'What was given up, or should be',
    access: { scope: 'settlement:read' },
    query: PageQuery,
    success: { 200: WaiverPage },
    handle: async ({ actor, query }) => {
      mustBeStaff(actor);
      const { data, nextCursor } = await reader.waivers(toPageRequest(query));
      return { data: data.map(waiverView), nextCursor };
    },
  }),
  route({
    method: 'post',
    path: '/v1/balance-waivers',
    operationId: 'askBalanceWaiver',
    tag: 'settlement',
    summary: 'Ask that a debt be written off, or a balance kept; somebody else decides',
    access: { scope: 'settlement:write' },
    body: WaiverRequest,
    idempotency: 'required',
    success: { 200: BalanceWaiverView },
    errors: ASK_ERRORS,
    handle: ({ actor, body: { kind, programId, partnerId, reason, amount } }) => {
      mustBeStaff(actor);
      const wish = { kind, programId, partnerId, reason, amount: positive(amount) };
      return askWaiver.run({ ...wish, by: actor.subject });
    },
    respond: (waiver) => ({ status: 200, body: waiverView(waiver) }),
  }),
  ...(['approve', 'refuse'] as const).map((action) => decision(action, decideWaiver, ring)),
];

const positive = (amount: MoneyJson): Money => {
  const money = Money.fromJson(amount);
  if (money.isZero) throw new AppError('refused', 'settlement.nothing_to_write_off', 'nothing is given up by this');
  return money;
};

const decision = (action: ProposalAction, decide: DecideWaiver, ring: () => void): Route =>
  decisionRoute({
    path: `/v1/balance-waivers/{waiverId}/${action}`,
    operationId: `${action}BalanceWaiver`,
    summary: action === 'approve' ? 'Agree with it; it is booked' : 'Refuse it, or take it back',
    access: { scope: 'payouts:approve' },
    params: WaiverPath,
    errors: [
      'settlement.waiver_not_found',
      'settlement.four_eyes',
      'settlement.illegal_move',
      'settlement.nothing_to_write_off',
      'settlement.not_forfeited',
    ],
    view: BalanceWaiverView,
    shown: waiverView,
    decide: ({ waiverId }, by) => decide.run(waiverId, action, by),
    ring,
  });
