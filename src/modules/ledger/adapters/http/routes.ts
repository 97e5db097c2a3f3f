import { mustBeStaff } from '../../../../infrastructure/http/authenticate.ts';
import { PageQuery, pageOfShape, toPageRequest } from '../../../../infrastructure/http/paging.ts';
import { type Answer, type Route, route } from '../../../../infrastructure/http/route.ts';
import { AppError } from '../../../../shared/errors.ts';
import type { OpenAccounts } from '../../application/open-accounts.ts';
import type { PostTransactions } from '../../application/post-transactions.ts';
import type { PostVerdict } from '../../index.ts';
import type { LedgerReader } from '../../ports/ledger-reader.ts';
import {
  newTransaction,
  LedgerAccountPath,
  LedgerAccountQuery,
  LedgerTransactionPath,
  OpenLedgerAccountsRequest,
  PostLedgerTransactionsRequest,
} from './requests.ts';
import {
  accountView,
  entryView,
  LedgerAccountView,
  LedgerEntryView,
  LedgerTransactionView,
  OpenLedgerAccountsView,
  PostVerdictsView,
  TrialBalanceView,
  trialBalanceView,
} from './views.ts';

const AccountPage = pageOfShape(LedgerAccountView);
const EntryPage = pageOfShape(LedgerEntryView);

const READ = { scope: 'ledger:read' };
const WRITE = { scope: 'ledger:write' };

export const ledgerRoutes = (
  openAccounts: OpenAccounts,
  postTransactions: PostTransactions,
  reader: LedgerReader,
): readonly Route[] => [
  route({
    method: 'post',
    path: '/v1/ledger/accounts',
    operationId: 'openLedgerAccounts',
    tag: 'ledger',
    summary: 'Open accounts',
    description: 'All or none. An account is its code: opening it again is the same account, or an error.',
    access: WRITE,
    body: OpenLedgerAccountsRequest,
    idempotency: 'optional',
    success: { 200: OpenLedgerAccountsView },
    errors: ['ledger.malformed_account', 'ledger.account_differs'],
    handle: ({ actor, body }) => {
      mustBeStaff(actor);
      return openAccounts.run(body.accounts);
    },
    respond: (accounts) => ({ status: 200, body: { accounts } }),
  }),
  route({
    method: 'post',
    path: '/v1/ledger/transactions',
    operationId: 'postLedgerTransactions',
    tag: 'ledger',
    summary: 'Post a batch of transactions',
    description:
      'Idempotent by the id of each transaction, for ever. 200: a verdict each, and what is refused harms no other. ' +
      '422: all were refused, and nothing changed.',
    access: WRITE,
    body: PostLedgerTransactionsRequest,
    idempotency: 'optional',
    success: { 200: PostVerdictsView },
    errors: [
      'ledger.all_refused',
      'ledger.malformed_transaction',
      'ledger.too_few_postings',
      'ledger.zero_posting',
      'ledger.unbalanced',
      'ledger.unknown_account',
      'ledger.currency_mismatch',
      'ledger.id_reused',
      'ledger.overdraft',
      'ledger.out_of_range',
    ],
    handle: ({ actor, body }) => {
      mustBeStaff(actor);
      return postTransactions.run(body.transactions.map(newTransaction));
    },
    respond: answerTo,
  }),
  route({
    method: 'get',
    path: '/v1/ledger/accounts',
    operationId: 'listLedgerAccounts',
    tag: 'ledger',
    summary: 'Accounts with their balances, by code',
    access: READ,
    query: LedgerAccountQuery,
    success: { 200: AccountPage },
    handle: async ({ actor, query }) => {
      mustBeStaff(actor);
      const { data, nextCursor } = await reader.accounts(toPageRequest(query), query);
      return { data: data.map(accountView), nextCursor };
    },
  }),
  route({
    method: 'get',
    path: '/v1/ledger/accounts/{accountId}/entries',
    operationId: 'listLedgerEntries',
    tag: 'ledger',
    summary: 'What happened on an account, by effective time, with the running balance',
    access: READ,
    params: LedgerAccountPath,
    query: PageQuery,
    success: { 200: EntryPage },
    errors: ['ledger.account_not_found'],
    handle: async ({ actor, params, query }) => {
      mustBeStaff(actor);
      const page = await reader.entriesOf(params.accountId, toPageRequest(query));
      if (page === undefined) throw missing('ledger.account_not_found', params.accountId);
      return { data: page.data.map(entryView), nextCursor: page.nextCursor };
    },
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
    errors: ['ledger.transaction_not_found'],
    handle: async ({ actor, params }) => {
      mustBeStaff(actor);
      const transaction = await reader.transaction(params.transactionId);
      if (transaction === undefined) throw missing('ledger.transaction_not_found', params.transactionId);
      return transaction;
    },
  }),
  route({
    method: 'get',
    path: '/v1/ledger/trial-balance',
    operationId: 'getTrialBalance',
    tag: 'ledger',
    summary: 'All accounts by currency and kind; the total of each currency is zero',
    access: READ,
    success: { 200: TrialBalanceView },
    handle: async ({ actor }) => {
      mustBeStaff(actor);
      return trialBalanceView(await reader.trialBalance());
    },
  }),
];

const missing = (code: string, id: string): AppError => new AppError('not_found', code, `the ledger has no ${id}`);

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
