import { mustBeStaff } from '../../../../infrastructure/http/authenticate.ts';
import { type Route, route } from '../../../../infrastructure/http/route.ts';
import { IsIdOf, IsListOf, IsNested, IsText, IsWhole } from '../../../../shared/fields.ts';
import type { Id } from '../../../../shared/ids.ts';
import type { ReconciliationSettingsKeeper } from '../../application/reconciliation/keep-settings.ts';
import type { ReconciliationSettings } from '../../domain/reconciliation/settings.ts';
import type { SettingChange } from '../../domain/settings/change.ts';
import type { SettingChangeReader } from '../../ports/setting-changes.ts';
import { changedAnswer, SettingChangeView, settingChangeView } from './setting-change-views.ts';

class ToleranceView {
  @IsText({ max: 19, pattern: /^\d+$/, description: 'Minor units' }) readonly minor!: string;
  @IsText({ min: 3, max: 3, pattern: /^[A-Z]{3}$/ }) readonly currency!: string;
}

class ReconciliationSettingsRequest {
  @IsListOf(() => ToleranceView, { max: 200, description: 'How far an amount may be off, by currency' })
  readonly tolerances!: readonly ToleranceView[];
  @IsText({
    max: 19,
    pattern: /^\d+$/,
    description: 'Minor units: what is more is decided by two; what has no reference always is',
  })
  readonly fourEyesAbove!: string;
  @IsWhole({ min: 1, max: 365, description: 'Days after which a payout that no line tells of is late' })
  readonly lateAfterDays!: number;
  @IsWhole({ min: 1, max: 365, description: 'Days after which it is missing' }) readonly missingAfterDays!: number;
  @IsWhole({ min: 1, max: 365, description: 'Days for which a line may be no more than announced' })
  readonly pendingAfterDays!: number;
}

class ReconciliationSettingsView extends ReconciliationSettingsRequest {
  @IsNested(() => SettingChangeView, { optional: true, description: 'What waits for a second person' })
  readonly pending?: SettingChangeView;
}

class SettingsPath {
  @IsIdOf('prg') readonly programId!: Id<'prg'>;
}

export const reconciliationSettingsRoutes = (
  keeper: ReconciliationSettingsKeeper,
  changes: SettingChangeReader,
): readonly Route[] => [
  route({
    method: 'get',
    path: '/v1/programs/{programId}/reconciliation-settings',
    operationId: 'getReconciliationSettings',
    tag: 'settlement',
    summary: "How a program's bank lines are dealt with",
    access: { scope: 'settlement:read' },
    params: SettingsPath,
    success: { 200: ReconciliationSettingsView },
    errors: ['settlement.unknown_program'],
    handle: async ({ actor, params: { programId } }) => {
      mustBeStaff(actor);
      const settings = await keeper.of(programId);
      return settingsView(settings, await changes.pending({ setting: 'reconciliation_settings', programId }));
    },
  }),
  setSettingsRoute(keeper),
];

const setSettingsRoute = (keeper: ReconciliationSettingsKeeper): Route =>
  route({
    method: 'put',
    path: '/v1/programs/{programId}/reconciliation-settings',
    operationId: 'setReconciliationSettings',
    tag: 'settlement',
    summary: 'Say how far amounts may be off, what two people decide, and what is late',
    description:
      'By which one person may decide about more, or an amount may be off by more, is answered with 202, and waits for ' +
      'somebody else: `POST /v1/setting-changes/{changeId}/approve`.',
    access: { scope: 'settlement:write' },
    params: SettingsPath,
    body: ReconciliationSettingsRequest,
    success: { 200: ReconciliationSettingsView, 202: SettingChangeView },
    errors: [
      'settlement.unknown_program',
      'settlement.malformed_reconciliation_settings',
      'money.unknown_currency',
      'settlement.change_pending',
    ],
    handle: ({ actor, params, body }) => {
      mustBeStaff(actor);
      return keeper.set(params.programId, body, actor.subject);
    },
    respond: (changed) => changedAnswer(changed, (settings) => ({ status: 200, body: settingsView(settings) })),
  });

const settingsView = (settings: ReconciliationSettings, pending?: SettingChange): ReconciliationSettingsView => ({
  tolerances: [...settings.tolerances].map(([currency, minor]) => ({ minor: minor.toString(), currency })),
  fourEyesAbove: settings.fourEyesAbove.toString(),
  lateAfterDays: settings.lateAfterDays,
  missingAfterDays: settings.missingAfterDays,
  pendingAfterDays: settings.pendingAfterDays,
  ...(pending && { pending: settingChangeView(pending) }),
});
