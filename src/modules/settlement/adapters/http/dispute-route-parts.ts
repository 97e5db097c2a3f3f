import { mustBeStaff } from '../../../../infrastructure/http/authenticate.ts';
import { type Route, route } from '../../../../infrastructure/http/route.ts';
import type { Actor } from '../../../../shared/actor.ts';
import { IsIdOf, IsText } from '../../../../shared/fields.ts';
import type { OpenDispute } from '../../application/disputes/open-dispute.ts';
import type { Who, WorkDispute } from '../../application/disputes/work-dispute.ts';
import type { Dispute } from '../../domain/disputes/dispute.ts';
import type { DisputeId } from '../../index.ts';
import { DisputeView, disputeView } from './dispute-views.ts';

export const MAX_TEXT = 2_000;

export class DisputePath {
  @IsIdOf('dsp') readonly disputeId!: DisputeId;
}

class DisputeTextRequest {
  @IsText({ max: MAX_TEXT, description: 'For the other side to read; nothing personal of a customer' })
  readonly text!: string;
}

export interface DisputeUseCases {
  readonly open: OpenDispute;
  readonly work: WorkDispute;
  /** Tells whoever posts bookings, and makes adjustments, that there are some. */
  readonly ring: () => void;
}

export interface Deed {
  readonly path: string;
  readonly operationId: string;
  readonly summary: string;
  readonly errors?: readonly string[];
  readonly act: (id: DisputeId, text: string, who: Who) => Promise<Dispute>;
}

export const whoOf = ({ subject, partnerId }: Actor): Who => ({ by: subject, partnerId });

/** What any action on a dispute may answer. */
export const COMMON = [
  'settlement.dispute_not_found',
  'settlement.illegal_move',
  'settlement.dispute_too_long',
] as const;

/** With words to the other side. */
export const deedRoute = ({ path, operationId, summary, errors = [], act }: Deed, forStaff = false): Route =>
  route({
    method: 'post',
    path: `/v1/disputes/{disputeId}/${path}`,
    operationId,
    tag: 'settlement',
    summary,
    access: { scope: forStaff ? 'settlement:write' : 'disputes:write' },
    params: DisputePath,
    body: DisputeTextRequest,
    idempotency: 'required',
    success: { 200: DisputeView },
    errors: [...COMMON, ...errors],
    handle: ({ actor, params: { disputeId }, body: { text } }) => {
      if (forStaff) mustBeStaff(actor);
      return act(disputeId, text, whoOf(actor));
    },
    respond: answer,
  });

export const answer = (dispute: Dispute) => ({ status: 200, body: disputeView(dispute) });
