import type { Clock } from '../../../../shared/clock.ts';
import { invalid } from '../../../../shared/errors.ts';
import type { Id, Ids } from '../../../../shared/ids.ts';
import { Money, type MoneyJson } from '../../../../shared/money.ts';
import type { PartnersPort } from '../../../partners/index.ts';
import {
  type DisputeTerms,
  loosenedTerms,
  type ProgramDisputeTerms,
  usualTerms,
} from '../../domain/disputes/dispute-terms.ts';
import type { Changed } from '../../domain/settings/change.ts';
import type { SettlementTransaction } from '../../ports/settlement-stores.ts';
import { booksToOpen } from '../books/open-books.ts';
import { askChange } from '../settings/change-setting.ts';
import { heldBooks } from '../statements/close-period.ts';

/** As people say it. */
export interface DisputeTermsWords extends DisputeTerms {
  readonly mostClaimed: MoneyJson;
}

/**
 * Says what a program's contract says of disputes; those that are open keep what it said then. By what is looser than before,
 * or than usual, more may be claimed of us or sooner be paid: it waits for somebody else.
 */
export class SetDisputeTerms {
  constructor(
    private readonly transaction: SettlementTransaction,
    private readonly partners: PartnersPort,
    private readonly ids: Ids,
    private readonly clock: Clock,
  ) {}

  /** Throws `settlement.unknown_program`, `settlement.dispute_claim`, `settlement.change_pending`. */
  async run(programId: Id<'prg'>, wanted: DisputeTermsWords, by: string): Promise<Changed<ProgramDisputeTerms>> {
    const newBooks = await booksToOpen(this.partners, programId);
    mustBeClaimable(wanted, newBooks.currency);
    const at = this.clock.now();
    return this.transaction.run(async (stores) => {
      await stores.books.open([newBooks], at);
      await heldBooks(stores, programId);
      const before = (await stores.disputes.terms(programId)) ?? usualTerms(programId, newBooks.currency);
      const seen = before.version;
      const terms = termsOf(programId, wanted, seen + 1);
      const loosens = loosenedTerms(before, terms);
      if (loosens.length > 0) {
        const asked = { setting: 'dispute_terms', programId, seen, wanted, loosens } as const;
        return { waiting: await askChange(stores, this.ids, asked, { by, at }) };
      }
      await stores.disputes.setTerms(terms);
      return { done: terms };
    });
  }
}

export const termsOf = (
  programId: Id<'prg'>,
  { mostClaimed, ...days }: DisputeTermsWords,
  version: number,
): ProgramDisputeTerms => ({ ...days, programId, version, mostClaimed: Money.fromJson(mostClaimed) });

const mustBeClaimable = ({ mostClaimed }: DisputeTermsWords, currency: string): void => {
  if (mostClaimed.currency === currency && BigInt(mostClaimed.minor) > 0n) return;
  const detail = `must be more than 0, in ${currency}`;
  throw invalid('settlement.dispute_claim', `mostClaimed ${detail}`, [
    { pointer: '/mostClaimed', code: 'settlement.dispute_claim', detail },
  ]);
};
