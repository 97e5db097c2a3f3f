import { mustBeStaff } from '../../../../infrastructure/http/authenticate.ts';
import { PageQuery, pageOfShape, toPageRequest } from '../../../../infrastructure/http/paging.ts';
import { type Route, route } from '../../../../infrastructure/http/route.ts';
import { IsIdOf, IsOneOf } from '../../../../shared/fields.ts';
import type { Id } from '../../../../shared/ids.ts';
import type { DecideSettingChange } from '../../application/settings/decide-change.ts';
import type { ProposalAction, ProposalState } from '../../domain/proposals/proposal.ts';
import type { SettingChange, SettingChangeId } from '../../domain/settings/change.ts';
import type { SettingChangeReader } from '../../ports/setting-changes.ts';
import { decisionRoute } from './decision-route.ts';
import { CHANGE_STATES, SettingChangeView, settingChangeView } from './setting-change-views.ts';

class ProgramOfChangesPath {
  @IsIdOf('prg') readonly programId!: Id<'prg'>;
}

class SettingChangePath {
  @IsIdOf('sch') readonly changeId!: SettingChangeId;
}

class SettingChangeQuery extends PageQuery {
  @IsOneOf(CHANGE_STATES, { optional: true, description: '`asked`: what waits' }) readonly state?: ProposalState;
}

const SettingChangePage = pageOfShape(SettingChangeView);

/** `ring` tells whoever posts bookings that there are some: what a floor kept may be released. */
export const settingChangeRoutes = (
  reader: SettingChangeReader,
  decide: DecideSettingChange,
  ring: () => void,
): readonly Route[] => [
  route({
    method: 'get',
    path: '/v1/programs/{programId}/setting-changes',
    operationId: 'listSettingChanges',
    tag: 'settlement',
    summary: 'Changes of settings that guard money: what waits for a second person, or waited',
    description: 'The numbers of bank accounts are shown to whoever holds `settlement:write`.',
    access: { scope: 'settlement:read' },
    params: ProgramOfChangesPath,
    query: SettingChangeQuery,
    success: { 200: SettingChangePage },
    handle: async ({ actor, params, query: { state, ...page } }) => {
      mustBeStaff(actor);
      const { data, nextCursor } = await reader.page(params.programId, state, toPageRequest(page));
      const shown = actor.scopes.has('settlement:write') ? data : data.map(withoutAccount);
      return { data: shown.map(settingChangeView), nextCursor };
    },
  }),
  decision(decide, ring, 'approve', 'Agree to a change that somebody else has asked for; it counts from now on'),
  decision(decide, ring, 'refuse', 'Say that it is not to be; whoever has asked may as well'),
];

const withoutAccount = (change: SettingChange): SettingChange =>
  change.setting === 'bank_account' ? { ...change, wanted: {} } : change;

const decision = (decide: DecideSettingChange, ring: () => void, action: ProposalAction, summary: string): Route =>
  decisionRoute({
    path: `/v1/setting-changes/{changeId}/${action}`,
    operationId: `${action}SettingChange`,
    summary,
    access: { scope: 'settlement:write' },
    params: SettingChangePath,
    errors: [
      'settlement.change_not_found',
      'settlement.change_outdated',
      'settlement.four_eyes',
      'settlement.illegal_move',
    ],
    view: SettingChangeView,
    shown: settingChangeView,
    decide: ({ changeId }, by) => decide.run(changeId, action, by),
    ring,
  });
