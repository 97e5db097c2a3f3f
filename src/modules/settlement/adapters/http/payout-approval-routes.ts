import { mustBeStaff } from '../../../../infrastructure/http/authenticate.ts';
import { type Route, route } from '../../../../infrastructure/http/route.ts';
import { IsIdOf, IsText } from '../../../../shared/fields.ts';
import type { TakeOutPayout } from '../../application/payouts/decide-batch.ts';
import type { BatchId, PayoutId } from '../../index.ts';
import type { PayoutControlReader } from '../../ports/payout-control-reader.ts';
import { approvalsView, PayoutApprovalsView } from './payout-control-views.ts';
import { PayoutView, payoutView } from './payout-views.ts';

class BatchOfApprovalsPath {
  @IsIdOf('bat') readonly batchId!: BatchId;
}

class PayoutToTakeOutPath {
  @IsIdOf('pay') readonly payoutId!: PayoutId;
}

class TakeOutRequest {
  @IsText({ max: 500 }) readonly reason!: string;
}

export const payoutApprovalRoutes = (reader: PayoutControlReader, takeOut: TakeOutPayout): readonly Route[] => [
  route({
    method: 'get',
    path: '/v1/payout-batches/{batchId}/approvals',
    operationId: 'listPayoutApprovals',
    tag: 'settlement',
    summary: 'Who has approved a batch, and when',
    access: { scope: 'settlement:read' },
    params: BatchOfApprovalsPath,
    success: { 200: PayoutApprovalsView },
    handle: async ({ actor, params }) => {
      mustBeStaff(actor);
      return approvalsView(await reader.approvals(params.batchId));
    },
  }),
  route({
    method: 'post',
    path: '/v1/payouts/{payoutId}/take-out',
    operationId: 'takeOutPayout',
    tag: 'settlement',
    summary: 'Take a payout out of its batch before it is sent; its balance waits for the next close',
    access: { scope: 'settlement:write' },
    params: PayoutToTakeOutPath,
    body: TakeOutRequest,
    idempotency: 'required',
    success: { 200: PayoutView },
    errors: [
      'settlement.payout_not_found',
      'settlement.payout_sent',
      'settlement.illegal_move',
      'settlement.period_not_ready',
    ],
    handle: ({ actor, params, body }) => {
      mustBeStaff(actor);
      return takeOut.run(params.payoutId, body.reason, actor.subject);
    },
    respond: (payout) => ({ status: 200, body: payoutView(payout) }),
  }),
];
