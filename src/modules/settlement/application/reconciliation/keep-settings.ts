import type { Clock } from '../../../../shared/clock.ts';
import { type AppError, invalid } from '../../../../shared/errors.ts';
import type { Id, Ids } from '../../../../shared/ids.ts';
import { Money, type MoneyJson } from '../../../../shared/money.ts';
import type { PartnersPort } from '../../../partners/index.ts';
import { loosenedReconciliation, type ReconciliationSettings } from '../../domain/reconciliation/settings.ts';
import type { Changed } from '../../domain/settings/change.ts';
import type { ReconciliationReader } from '../../ports/reconciliation-reader.ts';
import type { SettlementTransaction } from '../../ports/settlement-stores.ts';
import { booksToOpen, knownProgram } from '../books/open-books.ts';
import { askChange } from '../settings/change-setting.ts';
import { heldBooks } from '../statements/close-period.ts';

/** As people say it. */
export interface ReconciliationWords extends Pick<
  ReconciliationSettings,
  'lateAfterDays' | 'missingAfterDays' | 'pendingAfterDays'
> {
  readonly tolerances: readonly MoneyJson[];
  /** Minor units. */
  readonly fourEyesAbove: string;
}

const MOST_ABOVE = 2n ** 63n - 1n;

/**
 * How a program wants its bank's lines to be dealt with. By what is looser than before, or than usual, money is matched that
 * fewer people have looked at: it waits for somebody else.
 */
export class ReconciliationSettingsKeeper {
  constructor(
    private readonly transaction: SettlementTransaction,
    private readonly reader: Pick<ReconciliationReader, 'settings'>,
    private readonly partners: PartnersPort,
    private readonly ids: Ids,
    private readonly clock: Clock,
  ) {}

  /** Throws `settlement.unknown_program`. */
  async of(programId: Id<'prg'>): Promise<ReconciliationSettings> {
    await knownProgram(this.partners, programId);
    return this.reader.settings(programId);
  }

  /**
   * Throws `settlement.unknown_program`, `settlement.malformed_reconciliation_settings`, `money.unknown_currency`,
   * `settlement.change_pending`.
   */
  async set(programId: Id<'prg'>, wanted: ReconciliationWords, by: string): Promise<Changed<ReconciliationSettings>> {
    const newBooks = await booksToOpen(this.partners, programId);
    mustMakeSense(wanted);
    const at = this.clock.now();
    return this.transaction.run(async (stores) => {
      await stores.books.open([newBooks], at);
      await heldBooks(stores, programId);
      const before = await stores.reconciliations.settings(programId);
      const seen = before.version;
      const settings = reconciliationSettingsOf(programId, wanted, seen + 1);
      const loosens = loosenedReconciliation(before, settings);
      if (loosens.length > 0) {
        const asked = { setting: 'reconciliation_settings', programId, seen, wanted, loosens } as const;
        return { waiting: await askChange(stores, this.ids, asked, { by, at }) };
      }
      await stores.reconciliations.saveSettings(settings);
      return { done: settings };
    });
  }
}

/** Throws `money.unknown_currency`. */
export const reconciliationSettingsOf = (
  programId: Id<'prg'>,
  { tolerances, fourEyesAbove, ...days }: ReconciliationWords,
  version: number,
): ReconciliationSettings => ({
  programId,
  version,
  tolerances: new Map(tolerances.map((each) => Money.fromJson(each)).map(({ currency, minor }) => [currency, minor])),
  fourEyesAbove: BigInt(fourEyesAbove),
  ...days,
});

const mustMakeSense = ({ fourEyesAbove, lateAfterDays, missingAfterDays }: ReconciliationWords): void => {
  if (missingAfterDays < lateAfterDays)
    throw malformed('missingAfterDays', 'must not be less than lateAfterDays: what is missing is late');
  if (BigInt(fourEyesAbove) > MOST_ABOVE) throw malformed('fourEyesAbove', `must be at most ${MOST_ABOVE}`);
};

const malformed = (field: string, detail: string): AppError => {
  const code = 'settlement.malformed_reconciliation_settings';
  return invalid(code, `${field} ${detail}`, [{ pointer: `/${field}`, code, detail }]);
};
