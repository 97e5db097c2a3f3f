import { PageQuery, pageOfShape, toPageRequest } from '../../../../infrastructure/http/paging.ts';
import { type Route, route } from '../../../../infrastructure/http/route.ts';
import { IsCurrency, IsIdOf, IsInstant, IsListOf, IsOneOf, IsText } from '../../../../shared/fields.ts';
import type { ChangeAccount } from '../../application/change-account.ts';
import type { OpenAccounts } from '../../application/open-accounts.ts';
import type { AccountMove, SettingsVersion } from '../../domain/account.ts';
import type { AccountId, Metadata, NewAccount } from '../../index.ts';
import type { EntryFilter, LedgerReader } from '../../ports/ledger-reader.ts';
import type { LedgerReports } from '../../ports/ledger-reports.ts';
import {
  accountView,
  changeView,
  entryView,
  LedgerAccountChangesView,
  LedgerAccountChangeView,
  LedgerAccountStandingView,
  LedgerAccountStatementView,
  LedgerAccountView,
  LedgerEntryView,
  OpenLedgerAccountsView,
  standingView,
  statementView,
  TrialBalanceView,
  trialBalanceView,
} from './account-views.ts';
import { asOfQuery, forStaff, found, IsMetadata, LedgerAsOfQuery, optionalInstant, READ, WRITE } from './answers.ts';

class LedgerAccountPath {
  @IsIdOf('acc') readonly accountId!: AccountId;
}

class LedgerAccountQuery extends PageQuery {
  @IsText({ max: 50, optional: true, description: 'Accounts of that kind alone' }) readonly kind?: string;
  @IsText({ max: 200, optional: true, description: 'Accounts whose code starts so, like `payable:`' })
  readonly codePrefix?: string;
}

export class LedgerEntryQuery extends PageQuery {
  @IsInstant({ optional: true, description: 'What counts from then on' }) readonly from?: string;
  @IsInstant({ optional: true, description: 'What counts before then' }) readonly until?: string;
  @IsInstant({ optional: true, description: 'What was recorded before then: as it was known' })
  readonly recordedBefore?: string;
}

class LedgerStatementQuery {
  @IsInstant() readonly from!: string;
  @IsInstant() readonly until!: string;
  @IsInstant({ optional: true, description: 'What was recorded before then: as it was known' })
  readonly recordedBefore?: string;
}

export const entryFilter = ({ from, until, recordedBefore }: LedgerEntryQuery | LedgerStatementQuery): EntryFilter => ({
  from: optionalInstant(from),
  until: optionalInstant(until),
  recordedBefore: optionalInstant(recordedBefore),
});

const CREDIT_LIMIT = { max: 18, pattern: /^(0|[1-9]\d{0,17})$/, optional: true } as const;

class NewLedgerAccount {
  @IsText({ max: 200, pattern: /^[!-~]+$/, description: 'Its name for ever: visible ASCII, no spaces' })
  readonly code!: string;
  @IsText({ max: 50, pattern: /^[a-z][a-z0-9_]*$/, description: 'A word that groups accounts in reports' })
  readonly kind!: string;
  @IsCurrency() readonly currency!: string;
  @IsOneOf(['debit', 'credit'], { description: 'The side on which it grows' })
  readonly normalSide!: NewAccount['normalSide'];
  @IsOneOf(['none', 'no_overdraft'], { description: 'Whether its balance may leave the normal side' })
  readonly bound!: NewAccount['bound'];
  @IsText({ ...CREDIT_LIMIT, description: 'How far a bounded account may leave it all the same; minor units' })
  readonly creditLimit?: string;
  @IsText({ max: 200, pattern: /^[!-~]+$/, optional: true, description: 'The code of the account it is a part of' })
  readonly parent?: string;
  @IsMetadata() readonly metadata?: Metadata;
}

export class OpenLedgerAccountsRequest {
  @IsListOf(() => NewLedgerAccount, { min: 1, max: 1_000 }) readonly accounts!: readonly NewLedgerAccount[];
}

class ChangeLedgerAccountRequest {
  @IsOneOf(['freeze', 'unfreeze', 'close'], { optional: true }) readonly move?: AccountMove;
  @IsText({ ...CREDIT_LIMIT, description: 'Minor units; no less than is in use' }) readonly creditLimit?: string;
  @IsMetadata() readonly metadata?: Metadata;
  @IsText({ max: 500, description: 'Kept with the change, for ever' }) readonly reason!: string;
}

const AccountPage = pageOfShape(LedgerAccountView);
const EntryPage = pageOfShape(LedgerEntryView);
const UNKNOWN = 'ledger.account_not_found';
const ACCOUNT = '/v1/ledger/accounts/{accountId}';

export const accountRoutes = (
  openAccounts: OpenAccounts,
  changeAccount: ChangeAccount,
  reader: LedgerReader,
  reports: LedgerReports,
): readonly Route[] => [
  ...accountWrites(openAccounts, changeAccount),
  ...accountLists(reader, reports),
  ...accountReports(reports),
];

const accountWrites = (openAccounts: OpenAccounts, changeAccount: ChangeAccount): readonly Route[] => [
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
    errors: ['ledger.malformed_account', 'ledger.account_differs', 'ledger.unknown_parent'],
    handle: forStaff(({ body }) => openAccounts.run(body.accounts)),
    respond: (accounts) => ({ status: 200, body: { accounts } }),
  }),
  route({
    method: 'post',
    path: `${ACCOUNT}/changes`,
    operationId: 'changeLedgerAccount',
    tag: 'ledger',
    summary: 'Freeze, unfreeze or close an account; set its credit limit or metadata',
    description: 'Each change is kept with its reason. A closed account holds nothing, and is never opened again.',
    access: WRITE,
    params: LedgerAccountPath,
    body: ChangeLedgerAccountRequest,
    idempotency: 'optional',
    success: { 200: LedgerAccountChangeView },
    errors: [UNKNOWN, 'ledger.illegal_move', 'ledger.not_empty', 'ledger.not_bounded', 'ledger.limit_in_use'],
    handle: forStaff(({ params, body, actor }) =>
      changeAccount.run(params.accountId, body, body.reason, actor.subject),
    ),
    respond: (change: SettingsVersion) => ({ status: 200, body: changeView(change) }),
  }),
];

const accountLists = (reader: LedgerReader, reports: LedgerReports): readonly Route[] => [
  route({
    method: 'get',
    path: '/v1/ledger/accounts',
    operationId: 'listLedgerAccounts',
    tag: 'ledger',
    summary: 'Accounts with their balances, by code',
    access: READ,
    query: LedgerAccountQuery,
    success: { 200: AccountPage },
    handle: forStaff(async ({ query }) => {
      const { data, nextCursor } = await reader.accounts(toPageRequest(query), query);
      return { data: data.map(accountView), nextCursor };
    }),
  }),
  route({
    method: 'get',
    path: `${ACCOUNT}/entries`,
    operationId: 'listLedgerEntries',
    tag: 'ledger',
    summary: 'What happened on an account, by effective time, with the running balance',
    access: READ,
    params: LedgerAccountPath,
    query: LedgerEntryQuery,
    success: { 200: EntryPage },
    errors: [UNKNOWN],
    handle: forStaff(async ({ params, query }) => {
      const page = await reader.entriesOf(params.accountId, toPageRequest(query), entryFilter(query));
      const { data, nextCursor } = found(page, UNKNOWN, params.accountId);
      return { data: data.map(entryView), nextCursor };
    }),
  }),
  route({
    method: 'get',
    path: `${ACCOUNT}/changes`,
    operationId: 'listLedgerAccountChanges',
    tag: 'ledger',
    summary: 'What was changed of an account, by whom and why',
    access: READ,
    params: LedgerAccountPath,
    success: { 200: LedgerAccountChangesView },
    handle: forStaff(async ({ params }) => ({ changes: (await reports.changes(params.accountId)).map(changeView) })),
  }),
];

const accountReports = (reports: LedgerReports): readonly Route[] => [
  route({
    method: 'get',
    path: ACCOUNT,
    operationId: 'getLedgerAccount',
    tag: 'ledger',
    summary: 'How an account stands: its balance by either clock, what is held, and what is below it',
    access: READ,
    params: LedgerAccountPath,
    query: LedgerAsOfQuery,
    success: { 200: LedgerAccountStandingView },
    errors: [UNKNOWN],
    handle: forStaff(async ({ params, query }) =>
      standingView(found(await reports.standing(params.accountId, asOfQuery(query)), UNKNOWN, params.accountId)),
    ),
  }),
  route({
    method: 'get',
    path: `${ACCOUNT}/statement`,
    operationId: 'getLedgerStatement',
    tag: 'ledger',
    summary: 'Opening, what came and went, closing: of any time, as it is known now or was known then',
    access: READ,
    params: LedgerAccountPath,
    query: LedgerStatementQuery,
    success: { 200: LedgerAccountStatementView },
    errors: [UNKNOWN],
    handle: forStaff(async ({ params, query }) =>
      statementView(found(await reports.statement(params.accountId, entryFilter(query)), UNKNOWN, params.accountId)),
    ),
  }),
  route({
    method: 'get',
    path: '/v1/ledger/trial-balance',
    operationId: 'getTrialBalance',
    tag: 'ledger',
    summary: 'All accounts by currency and kind; the total of each currency is zero',
    access: READ,
    query: LedgerAsOfQuery,
    success: { 200: TrialBalanceView },
    handle: forStaff(async ({ query }) => trialBalanceView(await reports.trialBalance(asOfQuery(query)))),
  }),
];
