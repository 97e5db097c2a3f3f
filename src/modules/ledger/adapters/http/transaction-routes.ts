import { type Answer, type Route, route } from '../../../../infrastructure/http/route.ts';
import { AppError } from '../../../../shared/errors.ts';
import {
  IsBag,
  IsCurrency,
  IsFlag,
  IsIdOf,
  IsInstant,
  IsListOf,
  IsOneOf,
  IsText,
  IsWhole,
} from '../../../../shared/fields.ts';
import { instant } from '../../../../shared/instant.ts';
import type { CloseLedgerPeriod } from '../../application/close-ledger-period.ts';
import { MAX_BATCH } from '../../application/post-transactions.ts';
import type { ReverseTransaction } from '../../application/reverse-transaction.ts';
import { MAX_POSTINGS } from '../../domain/check.ts';
import type { Metadata, NewTransaction, PostVerdict, TransactionId } from '../../index.ts';
import type { LedgerReader } from '../../ports/ledger-reader.ts';
import type { Posting } from '../../ports/posting.ts';
import { forStaff, found, IsMetadata, optionalInstant, READ, WRITE } from './answers.ts';
import type { RecordedTransaction } from '../../domain/recorded.ts';

export class LedgerTransactionPath {
  @IsIdOf('txn') readonly transactionId!: TransactionId;
}

class NewLedgerPosting {
  @IsText({ max: 200, description: 'The code of the account' }) readonly account!: string;
  @IsText({
    max: 19,
    pattern: /^(0|-?[1-9]\d{0,17})$/,
    description: 'Minor units of the currency: positive debits, negative credits',
  })
  readonly minor!: string;
}

class NewLedgerTransaction {
  @IsIdOf('txn', { description: 'Made by you, permanent: sent again with the same content it is the same transaction' })
  readonly id!: TransactionId;
  @IsCurrency({ optional: true, description: 'Of all its accounts; without it, each currency sums to zero by itself' })
  readonly currency?: string;
  @IsInstant({ description: 'When it counts, which may be before it is recorded' }) readonly effectiveAt!: string;
  @IsText({ max: 100 }) readonly purpose!: string;
  @IsListOf(() => NewLedgerPosting, { max: MAX_POSTINGS, description: 'Two or more; they sum to zero' })
  readonly postings!: readonly NewLedgerPosting[];
  @IsMetadata() readonly metadata?: Metadata;
}

export class PostLedgerTransactionsRequest {
  @IsListOf(() => NewLedgerTransaction, { min: 1, max: MAX_BATCH, description: 'Each is judged by itself, in order' })
  readonly transactions!: readonly NewLedgerTransaction[];
  @IsFlag({ optional: true, description: 'All or none: when one is refused, all are' }) readonly linked?: boolean;
}

export class ReverseLedgerTransactionRequest {
  @IsInstant({ optional: true, description: 'When the reversal counts; now, when absent' })
  readonly effectiveAt?: string;
  @IsText({ max: 500, description: 'Kept with the reversal' }) readonly reason!: string;
}

class CloseLedgerPeriodRequest {
  @IsText({ min: 0, max: 200, description: 'How codes begin, up to a colon, like `payable:`; empty for all accounts' })
  readonly scope!: string;
  @IsInstant({ description: 'What counts before then is posted no more' }) readonly closedBefore!: string;
}

class LedgerPostingView {
  @IsIdOf('acc') readonly accountId!: string;
  @IsText({ max: 200, description: 'The code of the account' }) readonly account!: string;
  @IsCurrency() readonly currency!: string;
  @IsText({ max: 19, pattern: /^-?\d+$/, description: 'Minor units: positive debits, negative credits' })
  readonly minor!: string;
}

class LedgerTransactionView {
  @IsIdOf('txn') readonly id!: string;
  @IsCurrency({ description: 'Of its first posting; each says its own' }) readonly currency!: string;
  @IsInstant({ description: 'When it counts' }) readonly effectiveAt!: string;
  @IsInstant({ description: 'When it was posted' }) readonly recordedAt!: string;
  @IsText({ max: 100 }) readonly purpose!: string;
  @IsBag() readonly metadata!: Metadata;
  @IsIdOf('txn', { optional: true, description: 'The transaction it takes back' }) readonly reverses?:
    string | undefined;
  @IsListOf(() => LedgerPostingView, { min: 2, max: MAX_POSTINGS }) readonly postings!: readonly LedgerPostingView[];
}

export const transactionView = ({ number: _, ...transaction }: RecordedTransaction): LedgerTransactionView => ({
  ...transaction,
  currency: transaction.postings[0]?.currency ?? '',
});

class PostVerdictView {
  @IsIdOf('txn') readonly id!: string;
  @IsOneOf(['posted', 'exists', 'refused']) readonly verdict!: PostVerdict['verdict'];
  @IsText({ max: 100, optional: true, description: 'Why it was refused; see docs/errors.md' }) readonly code?: string;
  @IsText({ max: 2_000, optional: true, description: 'What to do about it' }) readonly detail?: string;
}

class PostVerdictsView {
  @IsWhole({ min: 0, max: MAX_BATCH }) readonly posted!: number;
  @IsWhole({ min: 0, max: MAX_BATCH, description: 'Posted before with the same content; nothing was done again' })
  readonly exists!: number;
  @IsWhole({ min: 0, max: MAX_BATCH }) readonly refused!: number;
  @IsListOf(() => PostVerdictView, { max: MAX_BATCH, description: 'One each, in order' })
  readonly verdicts!: readonly PostVerdictView[];
}

class LedgerClosingView {
  @IsText({ min: 0, max: 200 }) readonly scope!: string;
  @IsInstant() readonly closedBefore!: string;
  @IsText({ max: 200 }) readonly closedBy!: string;
  @IsInstant() readonly closedAt!: string;
}

class LedgerClosingsView {
  @IsListOf(() => LedgerClosingView, { max: 100_000 }) readonly closings!: readonly LedgerClosingView[];
}

/** One moment has many spellings; content that is compared has one. */
export const newTransaction = ({ effectiveAt, ...rest }: NewLedgerTransaction): NewTransaction => ({
  ...rest,
  effectiveAt: instant(effectiveAt),
});

/** What posting one thing may refuse it for. */
export const REFUSALS = [
  'ledger.malformed_transaction',
  'ledger.too_few_postings',
  'ledger.zero_posting',
  'ledger.unbalanced',
  'ledger.unknown_account',
  'ledger.currency_mismatch',
  'ledger.id_reused',
  'ledger.account_frozen',
  'ledger.account_closed',
  'ledger.closed_period',
  'ledger.overdraft',
  'ledger.out_of_range',
];

const UNKNOWN = 'ledger.transaction_not_found';

export const transactionRoutes = (
  posting: Posting,
  reverse: ReverseTransaction,
  closePeriod: CloseLedgerPeriod,
  reader: LedgerReader,
): readonly Route[] => [
  route({
    method: 'post',
    path: '/v1/ledger/transactions',
    operationId: 'postLedgerTransactions',
    tag: 'ledger',
    summary: 'Post a batch of transactions',
    description:
      'Idempotent by the id of each transaction, for ever. 200: a verdict each, and what is refused harms no other, ' +
      'unless they are linked. 422: all were refused, and nothing changed.',
    access: WRITE,
    body: PostLedgerTransactionsRequest,
    idempotency: 'optional',
    success: { 200: PostVerdictsView },
    errors: ['ledger.all_refused', 'ledger.linked_refused', ...REFUSALS],
    handle: forStaff(({ body: { transactions, linked } }) =>
      posting.run({ transactions: transactions.map(newTransaction), linked }),
    ),
    respond: answerTo,
  }),
  route({
    method: 'get',
    path: '/v1/ledger/transactions/{transactionId}',
    operationId: 'getLedgerTransaction',
    tag: 'ledger',
    summary: 'A transaction and its postings',
    access: READ,
    params: LedgerTransactionPath,
    success: { 200: LedgerTransactionView },
    errors: [UNKNOWN],
    handle: forStaff(async ({ params: { transactionId } }) =>
      transactionView(found(await reader.transaction(transactionId), UNKNOWN, transactionId)),
    ),
  }),
  route({
    method: 'post',
    path: '/v1/ledger/transactions/{transactionId}/reversal',
    operationId: 'reverseLedgerTransaction',
    tag: 'ledger',
    summary: 'Take a transaction back by its mirror image',
    description: 'Once: a second time answers the reversal there is.',
    access: WRITE,
    params: LedgerTransactionPath,
    body: ReverseLedgerTransactionRequest,
    idempotency: 'optional',
    success: { 200: LedgerTransactionView },
    errors: [UNKNOWN, ...REFUSALS],
    handle: forStaff(({ params, body: { effectiveAt, reason } }) =>
      reverse.run(params.transactionId, { effectiveAt: optionalInstant(effectiveAt), reason }),
    ),
    respond: (transaction: RecordedTransaction) => ({ status: 200, body: transactionView(transaction) }),
  }),
  ...closingRoutes(closePeriod, reader),
];

const closingRoutes = (closePeriod: CloseLedgerPeriod, reader: LedgerReader): readonly Route[] => [
  route({
    method: 'post',
    path: '/v1/ledger/closings',
    operationId: 'closeLedgerPeriod',
    tag: 'ledger',
    summary: 'Close all that counts before a moment, for all accounts or for some',
    description: 'For good: what was left out counts in the period that is open. Again changes nothing.',
    access: WRITE,
    body: CloseLedgerPeriodRequest,
    idempotency: 'optional',
    success: { 200: LedgerClosingView },
    errors: ['ledger.malformed_scope'],
    handle: forStaff(({ body: { scope, closedBefore }, actor }) =>
      closePeriod.run(scope, instant(closedBefore), actor.subject),
    ),
  }),
  route({
    method: 'get',
    path: '/v1/ledger/closings',
    operationId: 'listLedgerClosings',
    tag: 'ledger',
    summary: 'Until when the books are closed, and whose',
    access: READ,
    success: { 200: LedgerClosingsView },
    handle: forStaff(async () => ({ closings: await reader.closings() })),
  }),
];

const answerTo = (verdicts: readonly PostVerdict[]): Answer => {
  const count = (wanted: PostVerdict['verdict']): number => verdicts.filter(({ verdict }) => verdict === wanted).length;
  const refused = count('refused');
  if (refused === verdicts.length) throw allRefused(verdicts);
  return { status: 200, body: { posted: count('posted'), exists: count('exists'), refused, verdicts } };
};

const allRefused = (verdicts: readonly PostVerdict[]): AppError =>
  new AppError('refused', 'ledger.all_refused', 'no transaction of the batch was posted; each says why', {
    faults: verdicts.flatMap((verdict, index) =>
      verdict.verdict === 'refused'
        ? [{ pointer: `/transactions/${index}`, code: verdict.code, detail: verdict.detail }]
        : [],
    ),
  });
