import { AppError } from '../../../../shared/errors.ts';
import type { Ids } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import { mustNotWait, type SettingChange } from '../../domain/settings/change.ts';
import type { SettlementStores } from '../../ports/settlement-stores.ts';

type AskedChange = Omit<SettingChange, 'id' | 'state' | 'askedBy' | 'askedAt'>;

/** It waits from now on. Throws `settlement.change_pending`. */
export const askChange = async (
  { changes }: SettlementStores,
  ids: Ids,
  asked: AskedChange,
  { by, at }: { readonly by: string; readonly at: Instant },
): Promise<SettingChange> => {
  mustNotWait(await changes.pending(asked));
  const change: SettingChange = { id: ids.next('sch'), ...asked, state: 'asked', askedBy: by, askedAt: at };
  await changes.add(change);
  return change;
};

/** Throws `http.precondition_failed`. */
export const mustBeSeen = (version: number, seen: number): void => {
  if (version !== seen) throw changedMeanwhile();
};

export const changedMeanwhile = (): AppError =>
  new AppError('conflict', 'http.precondition_failed', 'it has changed since you saw it; get it again, then decide');
