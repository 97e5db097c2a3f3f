import type { Clock } from '../../../../shared/clock.ts';
import type { Instant } from '../../../../shared/instant.ts';
import {
  mustStillFit,
  type SettingChange,
  type SettingChangeId,
  type SettingName,
} from '../../domain/settings/change.ts';
import { decided, type ProposalAction } from '../../domain/proposals/proposal.ts';
import type { PolicyTerms } from '../../domain/payouts/payout-policy.ts';
import type { TaxSettings } from '../../domain/tax/clearance.ts';
import type { SettlementStores, SettlementTransaction } from '../../ports/settlement-stores.ts';
import { fxSettingsOf, type FxTerms } from '../fx/set-fx-settings.ts';
import { type DisputeTermsWords, termsOf } from '../disputes/set-dispute-terms.ts';
import { putPolicy } from '../payouts/set-payout-policy.ts';
import { accountOf, type AccountWords } from '../rails/bank-accounts.ts';
import { reconciliationSettingsOf, type ReconciliationWords } from '../reconciliation/keep-settings.ts';
import { heldBooks } from '../statements/close-period.ts';
import { putTaxSettings } from '../tax/tax-settings.ts';

/** Another person decides; what is approved counts from now on. */
export class DecideSettingChange {
  constructor(
    private readonly transaction: SettlementTransaction,
    private readonly clock: Clock,
  ) {}

  /**
   * Throws `settlement.change_not_found`, `settlement.four_eyes`, `settlement.illegal_move`,
   * `settlement.change_outdated`.
   */
  async run(id: SettingChangeId, action: ProposalAction, by: string): Promise<SettingChange> {
    const { programId } = await this.transaction.look(({ changes }) => changes.get(id));
    const now = this.clock.now();
    return this.transaction.run(async (stores) => {
      await heldBooks(stores, programId);
      const change = decided(await stores.changes.get(id), action, by, now);
      if (action === 'approve') await APPLY[change.setting](stores, change, now);
      await stores.changes.save(change);
      return change;
    });
  }
}

type Apply = (stores: SettlementStores, change: SettingChange, at: Instant) => Promise<unknown>;

const APPLY: Readonly<Record<SettingName, Apply>> = {
  async payout_policy(stores, change, setAt) {
    const { programId, partnerId, seen, wanted, askedBy: setBy } = change;
    const before = await stores.control.policies.current(programId, partnerId);
    mustStillFit(change, (before?.version ?? 0) === seen);
    const terms = wanted as PolicyTerms;
    await putPolicy(stores, { programId, partnerId, version: seen + 1, terms, setBy, setAt });
  },
  async tax_settings(stores, change, changedAt) {
    const { programId, seen, wanted, askedBy: changedBy } = change;
    mustStillFit(change, ((await stores.taxSettings.current(programId))?.version ?? 0) === seen);
    const settings = { ...(wanted as TaxSettings), programId, version: seen + 1, changedBy, changedAt };
    await putTaxSettings(stores, settings);
  },
  async fx_settings(stores, change, setAt) {
    const { programId, wanted, askedBy: setBy, askedAt } = change;
    const { currency } = await heldBooks(stores, programId);
    const before = await stores.fx.settings(programId);
    mustStillFit(change, before !== undefined && before.setAt <= askedAt);
    await stores.fx.saveSettings(fxSettingsOf(wanted as FxTerms, currency, { programId, setBy, setAt }));
  },
  async dispute_terms(stores, change) {
    const { programId, seen, wanted } = change;
    mustStillFit(change, ((await stores.disputes.terms(programId))?.version ?? 0) === seen);
    await stores.disputes.setTerms(termsOf(programId, wanted as DisputeTermsWords, seen + 1));
  },
  async reconciliation_settings({ reconciliations }, change) {
    const { programId, seen, wanted } = change;
    mustStillFit(change, (await reconciliations.settings(programId)).version === seen);
    await reconciliations.saveSettings(reconciliationSettingsOf(programId, wanted as ReconciliationWords, seen + 1));
  },
  async bank_account({ bank }, { programId, wanted }) {
    await bank.saveAccount(accountOf(programId, wanted as AccountWords));
  },
};
