import { invalid } from '../../../../shared/errors.ts';
import type { Id } from '../../../../shared/ids.ts';
import type { PartnersPort } from '../../../partners/index.ts';
import type { ReconciliationSettings } from '../../domain/reconciliation/settings.ts';
import type { ReconciliationReader } from '../../ports/reconciliation-reader.ts';
import type { SettlementTransaction } from '../../ports/settlement-stores.ts';
import { knownProgram } from '../books/open-books.ts';

/** How a program wants its bank's lines to be dealt with. */
export class ReconciliationSettingsKeeper {
  constructor(
    private readonly transaction: SettlementTransaction,
    private readonly reader: Pick<ReconciliationReader, 'settings'>,
    private readonly partners: PartnersPort,
  ) {}

  /** Throws `settlement.unknown_program`. */
  async of(programId: Id<'prg'>): Promise<ReconciliationSettings> {
    await knownProgram(this.partners, programId);
    return this.reader.settings(programId);
  }

  /** Throws `settlement.unknown_program`, `settlement.malformed_reconciliation_settings`. */
  async set(settings: ReconciliationSettings): Promise<ReconciliationSettings> {
    await knownProgram(this.partners, settings.programId);
    if (settings.missingAfterDays < settings.lateAfterDays) {
      const code = 'settlement.malformed_reconciliation_settings';
      const detail = 'must not be less than lateAfterDays: what is missing is late';
      throw invalid(code, `missingAfterDays ${detail}`, [{ pointer: '/missingAfterDays', code, detail }]);
    }
    return this.transaction.run(async ({ reconciliations }) => {
      await reconciliations.saveSettings(settings);
      return settings;
    });
  }
}
