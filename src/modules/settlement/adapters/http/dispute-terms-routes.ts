import { mustBeStaff } from '../../../../infrastructure/http/authenticate.ts';
import { type Route, route } from '../../../../infrastructure/http/route.ts';
import { IsIdOf, IsMoney, IsNested, IsWhole } from '../../../../shared/fields.ts';
import type { Id } from '../../../../shared/ids.ts';
import type { MoneyJson } from '../../../../shared/money.ts';
import type { DisputeContracts } from '../../application/disputes/dispute-contracts.ts';
import type { SetDisputeTerms } from '../../application/disputes/set-dispute-terms.ts';
import type { ProgramDisputeTerms } from '../../domain/disputes/dispute-terms.ts';
import type { SettingChange } from '../../domain/settings/change.ts';
import type { SettingChangeReader } from '../../ports/setting-changes.ts';
import { changedAnswer, SettingChangeView, settingChangeView } from './setting-change-views.ts';

const MAX_DAYS = 3_650;

class DisputeTermsRequest {
  @IsWhole({ min: 1, max: MAX_DAYS, description: 'For how long after the decision or statement one may be opened' })
  readonly windowDays!: number;
  @IsWhole({ min: 1, max: MAX_DAYS, description: 'How long we may take; after that it comes out as claimed' })
  readonly reviewDays!: number;
  @IsWhole({ min: 1, max: MAX_DAYS, description: 'How long the partner may take when it is asked for evidence' })
  readonly evidenceDays!: number;
  @IsWhole({ min: 1, max: MAX_DAYS, description: 'For how long after a decision the partner may appeal' })
  readonly appealDays!: number;
  @IsMoney({ description: 'Above it nothing can be claimed, but for payouts' }) readonly mostClaimed!: MoneyJson;
}

class DisputeTermsView extends DisputeTermsRequest {
  @IsNested(() => SettingChangeView, { optional: true, description: 'What waits for a second person; for staff' })
  readonly pending?: SettingChangeView;
}

const termsView = (terms: ProgramDisputeTerms, pending?: SettingChange): DisputeTermsView => {
  const { windowDays, reviewDays, evidenceDays, appealDays, mostClaimed } = terms;
  const days = { windowDays, reviewDays, evidenceDays, appealDays };
  return { ...days, mostClaimed: mostClaimed.toJSON(), ...(pending && { pending: settingChangeView(pending) }) };
};

class DisputeProgramPath {
  @IsIdOf('prg') readonly programId!: Id<'prg'>;
}

export const disputeTermsRoutes = (
  contracts: DisputeContracts,
  changes: SettingChangeReader,
  setTerms: SetDisputeTerms,
): readonly Route[] => [
  route({
    method: 'get',
    path: '/v1/programs/{programId}/dispute-terms',
    operationId: 'getDisputeTerms',
    tag: 'settlement',
    summary: 'By when things can be disputed, and by when we answer; the defaults where nobody has said',
    access: { scope: 'settlement:read' },
    params: DisputeProgramPath,
    success: { 200: DisputeTermsView },
    errors: ['settlement.unknown_program'],
    handle: async ({ actor, params: { programId } }) => {
      const terms = await contracts.of(programId);
      if (actor.partnerId !== undefined) return termsView(terms);
      return termsView(terms, await changes.pending({ setting: 'dispute_terms', programId }));
    },
  }),
  route({
    method: 'put',
    path: '/v1/programs/{programId}/dispute-terms',
    operationId: 'setDisputeTerms',
    tag: 'settlement',
    summary: 'Say what the contract says; disputes that are open keep what it said then',
    description:
      'By which partners may claim more, or for longer, or we are late sooner, is answered with 202, and waits for ' +
      'somebody else: `POST /v1/setting-changes/{changeId}/approve`.',
    access: { scope: 'settlement:write' },
    params: DisputeProgramPath,
    body: DisputeTermsRequest,
    success: { 200: DisputeTermsView, 202: SettingChangeView },
    errors: ['settlement.unknown_program', 'settlement.dispute_claim', 'settlement.change_pending'],
    handle: ({ actor, params: { programId }, body }) => {
      mustBeStaff(actor);
      return setTerms.run(programId, body, actor.subject);
    },
    respond: (changed) => changedAnswer(changed, (terms) => ({ status: 200, body: termsView(terms) })),
  }),
];
