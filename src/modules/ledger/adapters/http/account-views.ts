import {
  IsBag,
  IsCurrency,
  IsIdOf,
  IsInstant,
  IsListOf,
  IsNested,
  IsOneOf,
  IsText,
  IsTextList,
  IsWhole,
} from '../../../../shared/fields.ts';
import { grouped } from '../../../../shared/grouped.ts';
import { MAX_BATCH } from '../../application/post-transactions.ts';
import type { Account, AccountState, SettingsVersion } from '../../domain/account.ts';
import type { Metadata } from '../../index.ts';
import type { AccountEntry, AccountWithBalance } from '../../ports/ledger-reader.ts';
import type { AccountStanding, AccountStatement, KindTotal, TrialBalance } from '../../ports/ledger-reports.ts';
import { LedgerSum, sum } from './answers.ts';

const MANY = Number.MAX_SAFE_INTEGER;
const STATES = ['open', 'frozen', 'closed'];

class OpenLedgerAccountView {
  @IsIdOf('acc') readonly id!: string;
  @IsText({ max: 200 }) readonly code!: string;
  @IsText({ max: 50 }) readonly kind!: string;
  @IsCurrency() readonly currency!: string;
  @IsOneOf(['debit', 'credit']) readonly normalSide!: Account['normalSide'];
  @IsOneOf(['none', 'no_overdraft']) readonly bound!: Account['bound'];
  @IsText({ max: 18, optional: true, description: 'As it was opened' }) readonly creditLimit?: string | undefined;
  @IsText({ max: 200, optional: true, description: 'The account it is a part of' }) readonly parent?:
    string | undefined;
  @IsBag({ optional: true }) readonly metadata?: Metadata | undefined;
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

export class LedgerAccountStandingView extends LedgerAccountView {
  @IsOneOf(STATES) readonly state!: AccountState;
  @IsWhole({ min: 0, max: MANY, description: 'How often its settings have changed' }) readonly version!: number;
  @IsNested(() => LedgerSum, { description: 'Promised to holds, now' }) readonly held!: LedgerSum;
  @IsNested(() => LedgerSum, {
    optional: true,
    description: 'Of a bounded account: what could leave it, with its limit',
  })
  readonly available?: LedgerSum | undefined;
  @IsNested(() => LedgerSum, { description: 'With all accounts below it' }) readonly rolledUp!: LedgerSum;
  @IsTextList({ max: 10_000, description: 'Directly below it' }) readonly children!: readonly string[];
}

export const standingView = (standing: AccountStanding): LedgerAccountStandingView => {
  const { account, settings, version, minor, held, rolledUp, children } = standing;
  const { currency } = account;
  const limit = settings.creditLimit ?? 0n;
  return {
    ...account,
    ...(settings.creditLimit !== undefined && { creditLimit: settings.creditLimit.toString() }),
    ...{ metadata: settings.metadata, state: settings.state, version, children },
    balance: sum(minor, currency),
    held: sum(held, currency),
    rolledUp: sum(rolledUp, currency),
    ...(account.bound === 'no_overdraft' && { available: sum(minor - held + limit, currency) }),
  };
};

export class LedgerAccountChangeView {
  @IsWhole({ min: 1, max: MANY }) readonly version!: number;
  @IsOneOf(STATES) readonly state!: AccountState;
  @IsText({ max: 18, optional: true }) readonly creditLimit?: string | undefined;
  @IsBag() readonly metadata!: Metadata;
  @IsText({ max: 500 }) readonly reason!: string;
  @IsText({ max: 200 }) readonly changedBy!: string;
  @IsInstant() readonly changedAt!: string;
}

export class LedgerAccountChangesView {
  @IsListOf(() => LedgerAccountChangeView, { max: 10_000, description: 'Oldest first; each version whole' })
  readonly changes!: readonly LedgerAccountChangeView[];
}

export const changeView = ({ creditLimit, ...change }: SettingsVersion): LedgerAccountChangeView => ({
  ...change,
  ...(creditLimit !== undefined && { creditLimit: creditLimit.toString() }),
});

export class LedgerAccountStatementView {
  @IsText({ max: 200 }) readonly account!: string;
  @IsNested(() => LedgerSum) readonly opening!: LedgerSum;
  @IsNested(() => LedgerSum, { description: 'What came to its normal side' }) readonly increases!: LedgerSum;
  @IsNested(() => LedgerSum, { description: 'What left it' }) readonly decreases!: LedgerSum;
  @IsNested(() => LedgerSum, { description: 'Opening plus increases less decreases' }) readonly closing!: LedgerSum;
  @IsWhole({ min: 0, max: MANY }) readonly entries!: number;
}

export const statementView = (statement: AccountStatement): LedgerAccountStatementView => {
  const { account, opening, increases, decreases, closing, entries } = statement;
  return {
    account: account.code,
    opening: sum(opening, account.currency),
    increases: sum(increases, account.currency),
    decreases: sum(decreases, account.currency),
    closing: sum(closing, account.currency),
    entries,
  };
};

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
