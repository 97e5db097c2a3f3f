import type { Clock } from '../../../shared/clock.ts';
import { AppError } from '../../../shared/errors.ts';
import { changedSettings, type SettingsChange, type SettingsVersion } from '../domain/account.ts';
import type { AccountId } from '../index.ts';
import type { LedgerTransaction } from '../ports/ledger-stores.ts';

/** Freezes, closes, lends: what of an account may change, with who did it and why. */
export class ChangeAccount {
  constructor(
    private readonly transaction: LedgerTransaction,
    private readonly clock: Clock,
  ) {}

  /**
   * Throws `ledger.account_not_found`, `ledger.illegal_move`, `ledger.not_empty`, `ledger.not_bounded`,
   * `ledger.limit_in_use`.
   */
  run(id: AccountId, change: SettingsChange, reason: string, by: string): Promise<SettingsVersion> {
    return this.transaction.run(async ({ accounts }) => {
      const standing = await accounts.stand(id);
      if (standing === undefined)
        throw new AppError('not_found', 'ledger.account_not_found', `the ledger has no ${id}`);
      const settings = changedSettings(standing.account, standing.settings, change, standing.kept);
      const at = this.clock.now();
      await accounts.change(standing, settings, reason, { by, at });
      return { ...settings, version: standing.version + 1, reason, changedBy: by, changedAt: at };
    });
  }
}
