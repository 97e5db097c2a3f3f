import type { Clock } from '../../../../shared/clock.ts';
import type { Vault } from '../../../../shared/vault.ts';
import { type AchNotice, reasonOf } from '../../domain/rails/ach.ts';
import { leavingOf } from '../../domain/payouts/leaving.ts';
import type { Payout } from '../../domain/payouts/payout.ts';
import type { AchFiles } from '../../ports/ach-files.ts';
import type { KeptNotice } from '../../ports/rail-payments.ts';
import type { SettlementStores, SettlementTransaction } from '../../ports/settlement-stores.ts';
import { followRail } from './follow-rail.ts';

/** What came of a file of returns. */
export interface ImportedReturns {
  /** Of payouts of ours, by the amount as well. */
  readonly returned: number;
  /** To be written otherwise from the next entry on. */
  readonly changes: number;
  /** Of no payout of ours, or of another amount: nothing moved. */
  readonly unmatched: number;
}

/** Takes a file of ACH returns in, whole or not at all. The same again changes nothing and says the same. */
export class ImportAchReturns {
  constructor(
    private readonly transaction: SettlementTransaction,
    private readonly files: AchFiles,
    private readonly vault: Vault,
    private readonly clock: Clock,
  ) {}

  /** Throws `settlement.malformed_ach_file`. */
  run(text: string): Promise<ImportedReturns> {
    const notices = this.files.notices(text);
    return this.transaction.run(async (stores) => {
      const known = await stores.rails.achPayouts([...new Set(notices.map(({ reference }) => reference))]);
      await stores.rails.addNotices(notices.map((notice) => this.kept(notice, known.get(notice.reference))));
      const fitting = notices.filter((notice) => fits(notice, known.get(notice.reference)));
      for (const notice of fitting) await this.follow(stores, notice, known.get(notice.reference));
      const changes = fitting.filter(({ kind }) => kind === 'change').length;
      return { returned: fitting.length - changes, changes, unmatched: notices.length - fitting.length };
    });
  }

  private async follow(stores: SettlementStores, notice: AchNotice, payout: Payout | undefined): Promise<void> {
    if (payout === undefined || notice.kind === 'change') return;
    await followRail(stores, payout, { progress: 'returned', reason: reasonOf(notice), at: this.clock.now() });
  }

  private kept({ corrected, ...notice }: AchNotice, payout: Payout | undefined): KeptNotice {
    const sealed = corrected === undefined ? undefined : this.vault.seal(corrected, contextOf(notice));
    return { ...notice, corrected: sealed, payoutId: payout?.id, notedAt: this.clock.now() };
  }
}

const fits = ({ kind, minor }: AchNotice, payout: Payout | undefined): boolean =>
  payout !== undefined && (kind === 'change' || leavingOf(payout).minor === minor);

/** Names the notice, so that it opens nowhere else. */
const contextOf = ({ reference, trace }: Pick<AchNotice, 'reference' | 'trace'>): string =>
  `settlement.ach_notices:${reference}:${trace}`;
