import { mustBeStaff } from '../../../../infrastructure/http/authenticate.ts';
import { PageQuery, pageOfShape, toPageRequest } from '../../../../infrastructure/http/paging.ts';
import { type Route, route } from '../../../../infrastructure/http/route.ts';
import { IsIdOf, IsInstant, IsOneOf, IsText } from '../../../../shared/fields.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { AskRuling, DecideRuling } from '../../application/rails/rule-on-payout.ts';
import { type ProposalAction, proposalLifecycle, type ProposalState } from '../../domain/proposals/proposal.ts';
import { type Ruling, type RulingId, VERDICTS } from '../../domain/rails/ruling.ts';
import type { PayoutId } from '../../index.ts';
import type { RailReader } from '../../ports/rail-reader.ts';
import { decisionRoute } from './decision-route.ts';

const STATES = Object.keys(proposalLifecycle);

class RuledPayoutPath {
  @IsIdOf('pay') readonly payoutId!: PayoutId;
}

class RulingPath {
  @IsIdOf('rul') readonly rulingId!: RulingId;
}

class RulingQuery extends PageQuery {
  @IsOneOf(STATES, { optional: true, description: '`asked`: waits for somebody else' }) readonly state?: ProposalState;
}

class RulingRequest {
  @IsOneOf(VERDICTS, { description: 'What the provider has confirmed in writing: that it went out, or did not' })
  readonly verdict!: Ruling['verdict'];
  @IsText({ min: 10, max: 1_000, description: 'Who has confirmed it, when, and where the letter is' })
  readonly note!: string;
}

class PayoutRulingView {
  @IsIdOf('rul') readonly id!: string;
  @IsIdOf('pay') readonly payoutId!: string;
  @IsIdOf('prg') readonly programId!: string;
  @IsOneOf(VERDICTS) readonly verdict!: string;
  @IsText({ max: 1_000 }) readonly note!: string;
  @IsOneOf(STATES) readonly state!: string;
  @IsText({ max: 300 }) readonly askedBy!: string;
  @IsInstant() readonly askedAt!: Instant;
  @IsText({ max: 300, optional: true }) readonly decidedBy?: string;
  @IsInstant({ optional: true }) readonly decidedAt?: Instant;
}

const RulingPage = pageOfShape(PayoutRulingView);

export const rulingRoutes = (
  reader: RailReader,
  ask: AskRuling,
  decide: DecideRuling,
  ring: () => void,
): readonly Route[] => [
  route({
    method: 'get',
    path: '/v1/payout-rulings',
    operationId: 'listPayoutRulings',
    tag: 'settlement',
    summary: 'What people said of payouts that nobody knew the end of',
    access: { scope: 'settlement:read' },
    query: RulingQuery,
    success: { 200: RulingPage },
    handle: async ({ actor, query }) => {
      mustBeStaff(actor);
      const { data, nextCursor } = await reader.rulings(toPageRequest(query), query.state);
      return { data: data.map(rulingView), nextCursor };
    },
  }),
  route({
    method: 'post',
    path: '/v1/payouts/{payoutId}/rulings',
    operationId: 'askPayoutRuling',
    tag: 'settlement',
    summary: 'Say what a provider has confirmed of a payout that is `unknown`; somebody else has to agree',
    description:
      'Nothing is ever sent again by this: what was not paid is the partner’s balance, and waits for a close.',
    access: { scope: 'settlement:write' },
    params: RuledPayoutPath,
    body: RulingRequest,
    idempotency: 'required',
    success: { 200: PayoutRulingView },
    errors: ['settlement.payout_not_found', 'settlement.not_unknown', 'settlement.ruling_asked'],
    handle: ({ actor, params, body: { verdict, note } }) => {
      mustBeStaff(actor);
      return ask.run({ payoutId: params.payoutId, verdict, note, by: actor.subject });
    },
    respond: (ruling) => ({ status: 200, body: rulingView(ruling) }),
  }),
  ...(['approve', 'refuse'] as const).map((action) => decision(action, decide, ring)),
];

const decision = (action: ProposalAction, decide: DecideRuling, ring: () => void): Route =>
  decisionRoute({
    path: `/v1/payout-rulings/{rulingId}/${action}`,
    operationId: `${action}PayoutRuling`,
    summary: action === 'approve' ? 'Agree with it; the payout ends as it says' : 'Refuse it, or take it back',
    access: { scope: 'payouts:approve' },
    params: RulingPath,
    errors: [
      'settlement.ruling_not_found',
      'settlement.four_eyes',
      'settlement.illegal_move',
      'settlement.not_unknown',
    ],
    view: PayoutRulingView,
    shown: rulingView,
    decide: ({ rulingId }, by) => decide.run(rulingId, action, by),
    ring,
  });

const rulingView = (ruling: Ruling): PayoutRulingView => ruling as PayoutRulingView;
