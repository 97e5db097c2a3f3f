import {
  IsBag,
  IsCurrency,
  IsIdOf,
  IsInstant,
  IsListOf,
  IsNested,
  IsOneOf,
  IsText,
  IsWhole,
} from '../../../../shared/fields.ts';
import { grouped } from '../../../../shared/grouped.ts';
import type { MoneyJson } from '../../../../shared/money.ts';
import { MAX_BATCH } from '../../application/post-transactions.ts';
import type { Account } from '../../domain/account.ts';
import { MAX_POSTINGS } from '../../domain/check.ts';
import type { PostVerdict } from '../../index.ts';
import type { AccountEntry, AccountWithBalance, KindTotal, TrialBalance } from '../../ports/ledger-reader.ts';

const MANY = Number.MAX_SAFE_INTEGER;

/** Money as everywhere, but of any size: sums of many amounts outgrow one amount's digits. */
class LedgerSum implements MoneyJson {
  @IsText({ max: 40, pattern: /^-?\d+$/ }) readonly minor!: string;
  @IsCurrency() readonly currency!: string;
}

const sum = (minor: bigint, currency: string): LedgerSum => ({ minor: minor.toString(), currency });

class OpenLedgerAccountView {
  @IsIdOf('acc') readonly id!: string;
  @IsText({ max: 200 }) readonly code!: string;
  @IsText({ max: 50 }) readonly kind!: string;
  @IsCurrency() readonly currency!: string;
  @IsOneOf(['debit', 'credit']) readonly normalSide!: Account['normalSide'];
  @IsOneOf(['none', 'no_overdraft']) readonly bound!: Account['bound'];
}

export class OpenLedgerAccountsView {
  @IsListOf(() => OpenLedgerAccountView, { max: MAX_BATCH, description: 'As asked, in order' })
  readonly accounts!: readonly OpenLedgerAccountView[];
}

export class LedgerAccountView extends OpenLedgerAccountView {
  @IsNested(() => LedgerSum, { description: 'On the normal side' }) readonly balance!: LedgerSum;
}

export const accountView = ({ balance, ...account }: AccountWithBalance): LedgerAccountView => ({
  ...account,
  balance: sum(balance, account.currency),
});

export class LedgerEntryView {
  @IsIdOf('txn') readonly transactionId!: string;
  @IsNested(() => LedgerSum, { description: 'On the account’s normal side' }) readonly amount!: LedgerSum;
  @IsNested(() => LedgerSum, { description: 'Of the account, after this entry' }) readonly balance!: LedgerSum;
  @IsInstant() readonly effectiveAt!: string;
  @IsInstant() readonly recordedAt!: string;
  @IsText({ max: 100 }) readonly purpose!: string;
  @IsBag() readonly metadata!: AccountEntry['metadata'];
}

export const entryView = (entry: AccountEntry): LedgerEntryView => ({
  transactionId: entry.transactionId,
  amount: { minor: entry.minor, currency: entry.currency },
  balance: sum(entry.balance, entry.currency),
  effectiveAt: entry.effectiveAt,
  recordedAt: entry.recordedAt,
  purpose: entry.purpose,
  metadata: entry.metadata,
});

class LedgerPostingView {
  @IsIdOf('acc') readonly accountId!: string;
  @IsText({ max: 200, description: 'The code of the account' }) readonly account!: string;
  @IsText({ max: 19, pattern: /^-?\d+$/, description: 'Minor units: positive debits, negative credits' })
  readonly minor!: string;
}

export class LedgerTransactionView {
  @IsIdOf('txn') readonly id!: string;
  @IsCurrency() readonly currency!: string;
  @IsInstant({ description: 'When it counts' }) readonly effectiveAt!: string;
  @IsInstant({ description: 'When it was posted' }) readonly recordedAt!: string;
  @IsText({ max: 100 }) readonly purpose!: string;
  @IsBag() readonly metadata!: Readonly<Record<string, string>>;
  @IsListOf(() => LedgerPostingView, { min: 2, max: MAX_POSTINGS }) readonly postings!: readonly LedgerPostingView[];
}

class PostVerdictView {
  @IsIdOf('txn') readonly id!: string;
  @IsOneOf(['posted', 'exists', 'refused']) readonly verdict!: PostVerdict['verdict'];
  @IsText({ max: 100, optional: true, description: 'Why it was refused; see docs/errors.md' }) readonly code?: string;
  @IsText({ max: 2_000, optional: true, description: 'What to do about it' }) readonly detail?: string;
}

export class PostVerdictsView {
  @IsWhole({ min: 0, max: MAX_BATCH }) readonly posted!: number;
  @IsWhole({ min: 0, max: MAX_BATCH, description: 'Posted before with the same content; nothing was done again' })
  readonly exists!: number;
  @IsWhole({ min: 0, max: MAX_BATCH }) readonly refused!: number;
  @IsListOf(() => PostVerdictView, { max: MAX_BATCH, description: 'One each, in order' })
  readonly verdicts!: readonly PostVerdictView[];
}

class KindTotalView {
  @IsText({ max: 50 }) readonly kind!: string;
  @IsWhole({ min: 0, max: MANY }) readonly accounts!: number;
  @IsNested(() => LedgerSum) readonly debit!: LedgerSum;
  @IsNested(() => LedgerSum) readonly credit!: LedgerSum;
  @IsNested(() => LedgerSum, { description: 'Debit less credit' }) readonly balance!: LedgerSum;
}

class CurrencyTotalView {
  @IsCurrency() readonly currency!: string;
  @IsNested(() => LedgerSum, { description: 'Of all balances: zero, or the books are wrong' })
  readonly total!: LedgerSum;
  @IsListOf(() => KindTotalView, { max: 10_000 }) readonly byKind!: readonly KindTotalView[];
}

export class TrialBalanceView {
  @IsWhole({ min: 0, max: MANY }) readonly accounts!: number;
  @IsWhole({ min: 0, max: MANY }) readonly transactions!: number;
  @IsListOf(() => CurrencyTotalView, { max: 1_000 }) readonly byCurrency!: readonly CurrencyTotalView[];
}

export const trialBalanceView = ({ accounts, transactions, totals }: TrialBalance): TrialBalanceView => ({
  accounts,
  transactions,
  byCurrency: [...grouped(totals, ({ currency }) => currency)].map(([currency, kinds]) => ({
    currency,
    total: sum(
      kinds.reduce((total, { debit, credit }) => total + debit - credit, 0n),
      currency,
    ),
    byKind: kinds.map(kindTotalView),
  })),
});

const kindTotalView = ({ kind, currency, accounts, debit, credit }: KindTotal): KindTotalView => ({
  kind,
  accounts,
  debit: sum(debit, currency),
  credit: sum(credit, currency),
  balance: sum(debit - credit, currency),
});
