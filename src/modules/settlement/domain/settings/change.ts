import { AppError } from '../../../../shared/errors.ts';
import type { Id } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import { type ActionOf, type Lifecycle, moved } from '../../../../shared/lifecycle.ts';

export type SettingChangeId = Id<'sch'>;

/**
 *   asked ──approve──▶ approved
 *     └────refuse────▶ refused
 *
 * What guards money more than before counts at once; what guards it less waits here for somebody else.
 */
export const changeLifecycle = {
  asked: { approve: 'approved', refuse: 'refused' },
  approved: {},
  refused: {},
} as const satisfies Lifecycle;

export type ChangeState = keyof typeof changeLifecycle;
export type ChangeAction = ActionOf<typeof changeLifecycle>;

export const SETTINGS = ['payout_policy', 'tax_settings', 'fx_settings'] as const;
export type SettingName = (typeof SETTINGS)[number];

/** Which setting, and of whom. */
export interface SettingSubject {
  readonly setting: SettingName;
  readonly programId: Id<'prg'>;
  /** Absent: of the program itself. */
  readonly partnerId?: Id<'par'> | undefined;
}

/** What somebody wants a setting to be, as a whole. */
export interface SettingChange extends SettingSubject {
  readonly id: SettingChangeId;
  /** The version it is based on; 0 of a setting that has none. */
  readonly seen: number;
  readonly wanted: object;
  /** JSON pointers into what is wanted: what guards money less than before. */
  readonly loosens: readonly string[];
  readonly state: ChangeState;
  readonly askedBy: string;
  readonly askedAt: Instant;
  readonly decidedBy?: string | undefined;
  readonly decidedAt?: Instant | undefined;
}

/** What became of a wish: it counts, or it waits for somebody else. */
export type Changed<Setting> = { readonly done: Setting } | { readonly waiting: SettingChange };

/** Whoever asked may take it back, and nothing else. Throws `settlement.illegal_move`, `settlement.four_eyes`. */
export const decidedChange = (change: SettingChange, action: ChangeAction, by: string, at: Instant): SettingChange => {
  const state = moved('settlement', changeLifecycle, change.state, action);
  if (action === 'approve' && by === change.askedBy) {
    throw new AppError('forbidden', 'settlement.four_eyes', 'you have asked for it; somebody else has to agree');
  }
  return { ...change, state, decidedBy: by, decidedAt: at };
};

/** Two people agree to what they have seen, not to what became of it since. Throws `settlement.change_outdated`. */
export const mustStillFit = ({ id, setting }: SettingChange, isSame: boolean): void => {
  if (isSame) return;
  throw new AppError(
    'conflict',
    'settlement.change_outdated',
    `the ${setting} has changed since ${id} was asked for; refuse it, see what is in force, and ask anew`,
  );
};

/** Throws `settlement.change_pending`. */
export const mustNotWait = (pending: SettingChange | undefined): void => {
  if (pending === undefined) return;
  throw new AppError(
    'conflict',
    'settlement.change_pending',
    `${pending.id} of ${pending.askedBy} waits to be decided; approve or refuse it first`,
  );
};
