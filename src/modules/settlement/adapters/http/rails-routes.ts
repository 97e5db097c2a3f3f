import { mustBeStaff } from '../../../../infrastructure/http/authenticate.ts';
import { PageQuery, pageOfShape, toPageRequest } from '../../../../infrastructure/http/paging.ts';
import { type Route, route } from '../../../../infrastructure/http/route.ts';
import { IsIdOf, IsInstant, IsListOf, IsOneOf, IsText, IsWhole } from '../../../../shared/fields.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { SimulateAchReturns } from '../../application/rails/simulate-ach-returns.ts';
import type { SimulatedRail } from '../../application/rails/simulated-rail.ts';
import { payoutLifecycle, type PayoutState } from '../../domain/payouts/payout-life-cycle.ts';
import { RAILS } from '../../domain/rails/rail-name.ts';
import { CALLS, type Call, FATE_NAMES, type SimulatedItem } from '../../domain/rails/simulated-rail.ts';
import type { BatchId, PayoutId } from '../../index.ts';
import type { BatchReader } from '../../ports/batch-reader.ts';
import type { ListedRailPayment, RailReader } from '../../ports/rail-reader.ts';

const PAYOUT_STATES = Object.keys(payoutLifecycle);

class RailPaymentQuery extends PageQuery {
  @IsOneOf(PAYOUT_STATES, { optional: true, description: '`unknown`: nobody knows yet what became of them' })
  readonly payoutState?: PayoutState;
}

class RailPaymentView {
  @IsIdOf('pay') readonly payoutId!: string;
  @IsIdOf('bat') readonly batchId!: string;
  @IsIdOf('prg') readonly programId!: string;
  @IsOneOf(RAILS) readonly rail!: string;
  @IsOneOf(PAYOUT_STATES) readonly payoutState!: string;
  @IsOneOf(['waiting', 'sending', 'sent'], { description: 'Once `sending`, it is never sent again' })
  readonly state!: string;
  @IsInstant({ optional: true }) readonly sentAt?: Instant;
  @IsWhole({ min: 0, max: 1_000_000, description: 'How often it was asked about since it last moved' })
  readonly asks!: number;
  @IsInstant({ optional: true, description: 'When it is sent, or asked about, next' }) readonly nextAt?: Instant;
  @IsText({ max: 200, optional: true, description: "The rail's own word, or why there was no answer" })
  readonly lastWord?: string;
  @IsInstant({ optional: true }) readonly heardAt?: Instant;
}

const RailPaymentPage = pageOfShape(RailPaymentView);

export const railRoutes = (reader: RailReader): readonly Route[] => [
  route({
    method: 'get',
    path: '/v1/rail-payments',
    operationId: 'listRailPayments',
    tag: 'settlement',
    summary: 'Payments on rails that are called: what was sent, what was said last, when it is asked about next',
    access: { scope: 'settlement:read' },
    query: RailPaymentQuery,
    success: { 200: RailPaymentPage },
    handle: async ({ actor, query }) => {
      mustBeStaff(actor);
      const { data, nextCursor } = await reader.payments(toPageRequest(query), query.payoutState);
      return { data: data.map(railPaymentView), nextCursor };
    },
  }),
];

class SimulatedPaymentPath {
  @IsIdOf('pay') readonly payoutId!: PayoutId;
}

class SimulatedPaymentRequest {
  @IsOneOf(CALLS, { optional: true, description: 'How the call goes; `lost_after`: taken, and no answer comes' })
  readonly call?: Call;
  @IsOneOf(FATE_NAMES, { optional: true, description: 'What becomes of it, as the clock moves' })
  readonly fate?: string;
}

class SimulatedPaymentView {
  @IsIdOf('pay') readonly payoutId!: string;
  @IsOneOf(CALLS) readonly call!: string;
  @IsText({ max: 40 }) readonly fate!: string;
  @IsWhole({ min: 0, max: 1_000_000, description: 'How often it was sent' }) readonly requests!: number;
  @IsInstant({ optional: true, description: 'When it was taken, once' }) readonly takenAt?: Instant;
}

class SimulatedReturn {
  @IsIdOf('pay') readonly payoutId!: PayoutId;
  @IsText({ min: 3, max: 3, pattern: /^[RC]\d{2}$/, example: 'R03' }) readonly code!: string;
  @IsText({ max: 29, optional: true, description: 'For a notice of change' }) readonly corrected?: string;
}

class SimulatedReturnsRequest {
  @IsIdOf('bat') readonly batchId!: BatchId;
  @IsListOf(() => SimulatedReturn, { min: 1, max: 100_000 }) readonly entries!: readonly SimulatedReturn[];
}

/** For sandboxes alone. */
export const simulatedRailRoutes = (
  wallets: SimulatedRail,
  ach: SimulateAchReturns,
  batches: Pick<BatchReader, 'batchOf'>,
): readonly Route[] => [
  scriptRoute(wallets, batches),
  route({
    method: 'post',
    path: '/v1/sandbox/rails/ach/returns',
    operationId: 'simulateAchReturns',
    tag: 'sandbox',
    summary: "Play the receiving banks: answer a batch's ACH file with one of returns and notices of change",
    access: { scope: 'sandbox' },
    body: SimulatedReturnsRequest,
    success: { 200: { mediaType: 'text/plain' } },
    errors: [
      'settlement.batch_not_found',
      'settlement.no_file',
      'settlement.malformed_ach_file',
      'settlement.unknown_payout',
    ],
    handle: ({ actor, body }) => {
      mustBeStaff(actor);
      return ach.run(body);
    },
    respond: (text) => ({ status: 200, headers: { 'Content-Type': 'text/plain' }, body: text }),
  }),
];

const scriptRoute = (wallets: SimulatedRail, batches: Pick<BatchReader, 'batchOf'>): Route =>
  route({
    method: 'put',
    path: '/v1/sandbox/rails/wallet/payments/{payoutId}',
    operationId: 'scriptWalletPayment',
    tag: 'sandbox',
    summary: 'Say what is to become of a payment to a wallet, before it is sent or on its way',
    access: { scope: 'sandbox' },
    params: SimulatedPaymentPath,
    body: SimulatedPaymentRequest,
    success: { 200: SimulatedPaymentView },
    errors: ['settlement.payout_not_found'],
    handle: async ({ actor, params, body: { call, fate } }) => {
      mustBeStaff(actor);
      await batches.batchOf(params.payoutId); // a script for nobody's payout would look like one that works
      const wanted = { ...(call !== undefined && { call }), ...(fate !== undefined && { fate }) };
      return wallets.script(params.payoutId, wanted);
    },
    respond: (item) => ({ status: 200, body: simulatedView(item) }),
  });

const simulatedView = ({ reference, ...item }: SimulatedItem): SimulatedPaymentView =>
  ({ payoutId: reference, ...item }) as SimulatedPaymentView;

const railPaymentView = (payment: ListedRailPayment): RailPaymentView => payment as RailPaymentView;
