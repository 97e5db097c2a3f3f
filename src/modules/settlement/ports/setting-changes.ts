/** Changes of settings that wait for a second person, and those that were decided. */
import type { Id } from '../../../shared/ids.ts';
import type { Page, PageRequest } from '../../../shared/page.ts';
import type { ProposalState } from '../domain/proposals/proposal.ts';
import type { SettingChange, SettingChangeId, SettingSubject } from '../domain/settings/change.ts';

/** Everything here belongs to one transaction. */
export abstract class SettingChanges {
  /** What waits of a setting: one at most. */
  abstract pending(subject: SettingSubject): Promise<SettingChange | undefined>;
  abstract add(change: SettingChange): Promise<void>;
  /** Nobody else's until the transaction ends. Throws `settlement.change_not_found`. */
  abstract get(id: SettingChangeId): Promise<SettingChange>;
  abstract save(change: SettingChange): Promise<void>;
}

/** Looks at them outside any transaction. */
export abstract class SettingChangeReader {
  abstract pending(subject: SettingSubject): Promise<SettingChange | undefined>;
  /** By the time they were asked for. */
  abstract page(
    programId: Id<'prg'>,
    state: ProposalState | undefined,
    request: PageRequest,
  ): Promise<Page<SettingChange>>;
}
