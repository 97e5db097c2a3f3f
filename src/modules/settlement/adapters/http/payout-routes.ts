import { confinedTo, mustBeStaff, visible } from '../../../../infrastructure/http/authenticate.ts';
import { PageQuery, pageOfShape, toPageRequest } from '../../../../infrastructure/http/paging.ts';
import { type Route, route } from '../../../../infrastructure/http/route.ts';
import type { Month } from '../../../../shared/calendar.ts';
import { AppError } from '../../../../shared/errors.ts';
import { IsIdOf, IsMonth, IsOneOf } from '../../../../shared/fields.ts';
import type { Id } from '../../../../shared/ids.ts';
import type { ApproveBatch, CancelBatch } from '../../application/payouts/decide-batch.ts';
import type { PaymentFile } from '../../application/rails/payment-file.ts';
import type { SubmitBatch } from '../../application/payouts/submit-batch.ts';
import { payoutLifecycle, type PayoutState } from '../../domain/payouts/payout-life-cycle.ts';
import type { Batch } from '../../domain/payouts/payout.ts';
import type { BatchId, PayoutId } from '../../index.ts';
import type { PayoutReader } from '../../ports/payout-reader.ts';
import { approvedBatchView, ApprovedPayoutBatchView } from './payout-control-views.ts';
import {
  batchDetailView,
  batchView,
  PayoutBatchDetailView,
  PayoutBatchView,
  PayoutDetailView,
  payoutDetailView,
  PayoutTotalsView,
  payoutTotalsView,
  PayoutView,
  payoutView,
} from './payout-views.ts';
import { TotalsQuery } from './statement-routes.ts';

class BatchPath {
  @IsIdOf('bat') readonly batchId!: BatchId;
}

class PayoutPath {
  @IsIdOf('pay') readonly payoutId!: PayoutId;
}

class BatchQuery extends PageQuery {
  @IsIdOf('prg', { optional: true }) readonly programId?: Id<'prg'>;
}

class PayoutQuery extends BatchQuery {
  @IsIdOf('par', { optional: true }) readonly partnerId?: Id<'par'>;
  @IsIdOf('bat', { optional: true }) readonly batchId?: BatchId;
  @IsMonth({ optional: true }) readonly period?: Month;
  @IsOneOf(Object.keys(payoutLifecycle), { optional: true }) readonly state?: PayoutState;
}

const PayoutPage = pageOfShape(PayoutView);
const PayoutBatchPage = pageOfShape(PayoutBatchDetailView);

export interface PayoutUseCases {
  readonly approve: ApproveBatch;
  readonly submit: SubmitBatch;
  readonly cancel: CancelBatch;
  readonly file: PaymentFile;
}

/** `ring` tells whoever posts bookings that there are some. */
export const payoutRoutes = (reader: PayoutReader, batches: PayoutUseCases, ring: () => void): readonly Route[] => [
  route({
    method: 'get',
    path: '/v1/payout-batches',
    operationId: 'listPayoutBatches',
    tag: 'settlement',
    summary: 'Payout batches, earliest period first',
    access: { scope: 'settlement:read' },
    query: BatchQuery,
    success: { 200: PayoutBatchPage },
    handle: async ({ actor, query }) => {
      mustBeStaff(actor);
      const { data, nextCursor } = await reader.batches(toPageRequest(query), query.programId);
      return { data: data.map(batchDetailView), nextCursor };
    },
  }),
  route({
    method: 'get',
    path: '/v1/payout-batches/{batchId}',
    operationId: 'getPayoutBatch',
    tag: 'settlement',
    summary: 'A batch, and how many of its payouts are in which state',
    access: { scope: 'settlement:read' },
    params: BatchPath,
    success: { 200: PayoutBatchDetailView },
    errors: ['settlement.batch_not_found'],
    handle: async ({ actor, params }) => {
      mustBeStaff(actor);
      const found = await reader.batch(params.batchId);
      if (found === undefined) {
        throw new AppError('not_found', 'settlement.batch_not_found', `there is no payout batch ${params.batchId}`);
      }
      return batchDetailView(found);
    },
  }),
  route({
    method: 'post',
    path: '/v1/payout-batches/{batchId}/approve',
    operationId: 'approvePayoutBatch',
    tag: 'settlement',
    summary: 'Approve the payouts of a close that somebody else made',
    description:
      'Above the limits of the payout policy it takes two people, or somebody with the scope payouts:approve_large: ' +
      '`missing` says what is left to do, and the batch stays a draft until it is empty.',
    access: { scope: 'payouts:approve' },
    params: BatchPath,
    idempotency: 'required',
    success: { 200: ApprovedPayoutBatchView },
    errors: [
      'settlement.batch_not_found',
      'settlement.four_eyes',
      'settlement.approved_already',
      'settlement.illegal_move',
      'settlement.period_not_ready',
    ],
    handle: ({ actor, params }) => {
      mustBeStaff(actor);
      return batches.approve.run(params.batchId, actor.subject, actor.scopes.has('payouts:approve_large'));
    },
    respond: (approved) => ({ status: 200, body: approvedBatchView(approved) }),
  }),
  route({
    method: 'post',
    path: '/v1/payout-batches/{batchId}/submit',
    operationId: 'submitPayoutBatch',
    tag: 'settlement',
    summary: 'Write the payment file and book what is on its way',
    description:
      'A payout that cannot be sent any more is cancelled with a reason; its balance waits for the next close.',
    access: { scope: 'settlement:write' },
    params: BatchPath,
    idempotency: 'required',
    success: { 200: PayoutBatchView },
    errors: [
      'settlement.batch_not_found',
      'settlement.illegal_move',
      'settlement.no_bank_account',
      'settlement.nobody_to_pay',
      'settlement.payouts_frozen',
    ],
    handle: async ({ actor, params }) => {
      mustBeStaff(actor);
      const batch = await batches.submit.run(params.batchId);
      ring();
      return batch;
    },
    respond: batchAnswer,
  }),
  route({
    method: 'post',
    path: '/v1/payout-batches/{batchId}/cancel',
    operationId: 'cancelPayoutBatch',
    tag: 'settlement',
    summary: 'Pay nobody of this batch; the balances wait for the next close',
    access: { scope: 'settlement:write' },
    params: BatchPath,
    idempotency: 'required',
    success: { 200: PayoutBatchView },
    errors: ['settlement.batch_not_found', 'settlement.illegal_move', 'settlement.period_not_ready'],
    handle: ({ actor, params }) => {
      mustBeStaff(actor);
      return batches.cancel.run(params.batchId);
    },
    respond: batchAnswer,
  }),
  route({
    method: 'get',
    path: '/v1/payout-batches/{batchId}/file',
    operationId: 'getPaymentFile',
    tag: 'settlement',
    summary: 'The payment file as it was written: pain.001.001.09, or NACHA for ACH',
    access: { scope: 'settlement:write' },
    params: BatchPath,
    success: { 200: [{ mediaType: 'application/xml' }, { mediaType: 'text/plain' }] },
    errors: ['settlement.batch_not_found', 'settlement.no_file'],
    handle: ({ actor, params }) => {
      mustBeStaff(actor);
      return batches.file.of(params.batchId);
    },
    respond: (text) => ({ status: 200, headers: { 'Content-Type': formOf(text) }, body: text }),
  }),
  route({
    method: 'get',
    path: '/v1/payouts',
    operationId: 'listPayouts',
    tag: 'settlement',
    summary: 'Payouts, earliest period first',
    access: { scope: 'settlement:read' },
    query: PayoutQuery,
    success: { 200: PayoutPage },
    handle: async ({ actor, query }) => {
      const { programId, batchId, period, state } = query;
      const filter = { programId, batchId, period, state, partnerId: confinedTo(actor, query.partnerId) };
      const { data, nextCursor } = await reader.payouts(toPageRequest(query), filter);
      return { data: data.map(payoutView), nextCursor };
    },
  }),
  route({
    method: 'get',
    path: '/v1/payouts/totals',
    operationId: 'getPayoutTotals',
    tag: 'settlement',
    summary: 'How many payouts are in which state, and how much they are',
    access: { scope: 'settlement:read' },
    query: TotalsQuery,
    success: { 200: PayoutTotalsView },
    handle: async ({ actor, query }) =>
      payoutTotalsView(await reader.totals(query.programId, confinedTo(actor, query.partnerId))),
  }),
  route({
    method: 'get',
    path: '/v1/payouts/{payoutId}',
    operationId: 'getPayout',
    tag: 'settlement',
    summary: 'A payout, and how much of it is for which commission',
    access: { scope: 'settlement:read' },
    params: PayoutPath,
    success: { 200: PayoutDetailView },
    errors: ['settlement.payout_not_found'],
    handle: async ({ actor, params }) => {
      const found = await reader.payout(params.payoutId);
      const absent = new AppError('not_found', 'settlement.payout_not_found', `there is no payout ${params.payoutId}`);
      return payoutDetailView(visible(actor, found, ({ payout }) => payout.partnerId, absent));
    },
  }),
];

const batchAnswer = (batch: Batch) => ({ status: 200, body: batchView(batch) });

/** A file says itself what it is. */
const formOf = (text: string): string => (text.startsWith('<') ? 'application/xml' : 'text/plain');
