import { AppError } from '../../../../shared/errors.ts';
import type { Id } from '../../../../shared/ids.ts';
import type { Proposal } from '../proposals/proposal.ts';

export type SettingChangeId = Id<'sch'>;

export const SETTINGS = [
  'payout_policy',
  'tax_settings',
  'fx_settings',
  'dispute_terms',
  'bank_account',
  'reconciliation_settings',
] as const;
export type SettingName = (typeof SETTINGS)[number];

/** Which setting, and of whom. */
export interface SettingSubject {
  readonly setting: SettingName;
  readonly programId: Id<'prg'>;
  /** Absent: of the program itself. */
  readonly partnerId?: Id<'par'> | undefined;
}

/**
 * What somebody wants a setting to be, as a whole. What guards money more than before counts at once; what guards it less
 * waits here for somebody else.
 */
export interface SettingChange extends SettingSubject, Proposal {
  readonly id: SettingChangeId;
  /** The version it is based on; 0 of a setting that has none. */
  readonly seen: number;
  readonly wanted: object;
  /** JSON pointers into what is wanted: what guards money less than before. */
  readonly loosens: readonly string[];
}

/** What became of a wish: it counts, or it waits for somebody else. */
export type Changed<Setting> = { readonly done: Setting } | { readonly waiting: SettingChange };

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
