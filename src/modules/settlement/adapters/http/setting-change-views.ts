import type { Answer } from '../../../../infrastructure/http/route.ts';
import { IsBag, IsIdOf, IsInstant, IsOneOf, IsText, IsTextList, IsWhole } from '../../../../shared/fields.ts';
import type { Id } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import { proposalLifecycle } from '../../domain/proposals/proposal.ts';
import { type Changed, type SettingChange, SETTINGS } from '../../domain/settings/change.ts';

export const CHANGE_STATES = Object.keys(proposalLifecycle);

export class SettingChangeView {
  @IsIdOf('sch') readonly id!: string;
  @IsOneOf(SETTINGS) readonly setting!: string;
  @IsIdOf('prg') readonly programId!: Id<'prg'>;
  @IsIdOf('par', { optional: true, description: 'Absent: of the program' }) readonly partnerId?: Id<'par'>;
  @IsWhole({ min: 0, max: 1_000_000, description: 'The version it is based on; 0 where the setting has none' })
  readonly seen!: number;
  @IsBag({ description: 'What the setting is to be, as a whole' }) readonly wanted!: object;
  @IsTextList({ max: 20, description: 'JSON pointers into it: what guards money less than before' })
  readonly loosens!: readonly string[];
  @IsOneOf(CHANGE_STATES) readonly state!: string;
  @IsText({ max: 300 }) readonly askedBy!: string;
  @IsInstant() readonly askedAt!: Instant;
  @IsText({ max: 300, optional: true }) readonly decidedBy?: string;
  @IsInstant({ optional: true }) readonly decidedAt?: Instant;
}

export const settingChangeView = (change: SettingChange): SettingChangeView => change as SettingChangeView;

/** What was changed, or what waits for somebody else. */
export const changedAnswer = <Setting>(changed: Changed<Setting>, shown: (setting: Setting) => Answer): Answer =>
  'done' in changed ? shown(changed.done) : { status: 202, body: settingChangeView(changed.waiting) };
