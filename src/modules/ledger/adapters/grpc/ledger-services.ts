/** The ledger over gRPC: `proto/tributary/ledger/v1/ledger.proto` in the words, and by the checks, of `/v1/ledger`. */
import type { GrpcMethod, GrpcService } from '../../../../infrastructure/grpc/grpc-server.ts';
import { mustBeStaff } from '../../../../infrastructure/http/authenticate.ts';
import { toPageRequest } from '../../../../infrastructure/http/paging.ts';
import { IsIdOf, IsText } from '../../../../shared/fields.ts';
import { parseAs } from '../../../../shared/parse.ts';
import type { Shape } from '../../../../shared/shape.ts';
import type { HoldDesk } from '../../application/holds.ts';
import type { OpenAccounts } from '../../application/open-accounts.ts';
import type { ReverseTransaction } from '../../application/reverse-transaction.ts';
import type { RunTemplate } from '../../application/run-template.ts';
import { accountIdOf } from '../../domain/account.ts';
import type { HoldId, PostVerdict, TransactionId } from '../../index.ts';
import type { LedgerReader } from '../../ports/ledger-reader.ts';
import type { LedgerReports } from '../../ports/ledger-reports.ts';
import type { Posting } from '../../ports/posting.ts';
import { instant } from '../../../../shared/instant.ts';
import { entryFilter, LedgerEntryQuery, OpenLedgerAccountsRequest } from '../http/account-routes.ts';
import { entryView } from '../http/account-views.ts';
import { asOfQuery, found, LedgerAsOfQuery, optionalInstant, READ, WRITE } from '../http/answers.ts';
import { LedgerHoldPath, PlaceLedgerHoldRequest, PostLedgerHoldRequest } from '../http/hold-routes.ts';
import { requestOf, RunLedgerTemplateRequest } from '../http/template-routes.ts';
import {
  LedgerTransactionPath,
  newTransaction,
  PostLedgerTransactionsRequest,
  ReverseLedgerTransactionRequest,
  transactionView,
} from '../http/transaction-routes.ts';
import { accountMessage, holdMessage, sent, standingMessage, verdictMessage } from './messages.ts';

const CODE = { max: 200, pattern: /^[!-~]+$/ } as const;

class PostBatchMessage extends PostLedgerTransactionsRequest {
  @IsText({ max: 200, optional: true }) readonly batchId?: string;
}

class ReverseMessage extends ReverseLedgerTransactionRequest {
  @IsIdOf('txn') readonly transactionId!: TransactionId;
}

class PostHoldMessage extends PostLedgerHoldRequest {
  @IsIdOf('hld') readonly holdId!: HoldId;
}

class RunTemplateMessage extends RunLedgerTemplateRequest {
  @IsText({ max: 100 }) readonly name!: string;
}

class GetAccountMessage extends LedgerAsOfQuery {
  @IsText(CODE) readonly code!: string;
}

class ListEntriesMessage extends LedgerEntryQuery {
  @IsText(CODE) readonly code!: string;
}

const PROTO = 'tributary/ledger/v1/ledger.proto';

/** For staff, of what the shape lets through. */
const method =
  <Body extends object>(shape: Shape<Body>, handle: (body: Body) => Promise<object>): GrpcMethod =>
  (message: object, actor) => {
    mustBeStaff(actor);
    return handle(parseAs(shape, sent(message), 'refuse'));
  };

export interface LedgerWriters {
  readonly open: OpenAccounts;
  readonly posting: Posting;
  readonly reverse: ReverseTransaction;
  readonly holds: HoldDesk;
  readonly templates: RunTemplate;
}

export const ledgerWrites = ({ open, posting, reverse, holds, templates }: LedgerWriters): GrpcService => {
  const post = method(PostBatchMessage, async ({ batchId, transactions, linked }) =>
    batchVerdict(batchId, await posting.run({ transactions: transactions.map(newTransaction), linked })),
  );
  return {
    proto: PROTO,
    name: 'tributary.ledger.v1.LedgerWrites',
    access: WRITE,
    methods: {
      OpenAccounts: method(OpenLedgerAccountsRequest, async ({ accounts }) => ({
        accounts: (await open.run(accounts)).map(accountMessage),
      })),
      PostBatch: post,
      Post: post,
      Reverse: method(ReverseMessage, async ({ transactionId, effectiveAt, reason }) =>
        transactionView(await reverse.run(transactionId, { effectiveAt: optionalInstant(effectiveAt), reason })),
      ),
      ...holdWrites(holds),
      ...templateRuns(templates),
    },
  };
};

const batchVerdict = (batchId: string | undefined, verdicts: readonly PostVerdict[]): object => {
  const count = (wanted: PostVerdict['verdict']): number => verdicts.filter(({ verdict }) => verdict === wanted).length;
  const counts = { posted: count('posted'), exists: count('exists'), refused: count('refused') };
  return { batchId, ...counts, verdicts: verdicts.map(verdictMessage) };
};

const holdWrites = (desk: HoldDesk): GrpcService['methods'] => ({
  PlaceHold: method(PlaceLedgerHoldRequest, async ({ expiresAt, ...hold }) =>
    holdMessage(await desk.place({ ...hold, expiresAt: optionalInstant(expiresAt) })),
  ),
  PostHold: method(PostHoldMessage, async ({ holdId, effectiveAt, ...part }) =>
    verdictMessage(await desk.post(holdId, { ...part, effectiveAt: instant(effectiveAt) })),
  ),
  VoidHold: method(LedgerHoldPath, async ({ holdId }) => holdMessage(await desk.void(holdId))),
});

const templateRuns = (templates: RunTemplate): GrpcService['methods'] => ({
  RunTemplate: method(RunTemplateMessage, async ({ name, version, ...run }) =>
    verdictMessage(await templates.run({ name, version }, requestOf(run))),
  ),
  RehearseTemplate: method(RunTemplateMessage, async ({ name, version, ...run }) => {
    const { accounts, ...rehearsal } = await templates.rehearse({ name, version }, requestOf(run));
    return { ...rehearsal, accounts: accounts.map(accountMessage) };
  }),
});

const NO_ACCOUNT = 'ledger.account_not_found';

export const ledgerReads = (reader: LedgerReader, reports: LedgerReports): GrpcService => ({
  proto: PROTO,
  name: 'tributary.ledger.v1.LedgerReads',
  access: READ,
  methods: {
    GetAccount: method(GetAccountMessage, async ({ code, ...asOf }) =>
      standingMessage(found(await reports.standing(accountIdOf(code), asOfQuery(asOf)), NO_ACCOUNT, code)),
    ),
    ListEntries: method(ListEntriesMessage, async ({ code, ...query }) => {
      const page = await reader.entriesOf(accountIdOf(code), toPageRequest(query), entryFilter(query));
      const { data, nextCursor } = found(page, NO_ACCOUNT, code);
      return { entries: data.map(entryView), nextCursor };
    }),
    GetTransaction: method(LedgerTransactionPath, async ({ transactionId: id }) =>
      transactionView(found(await reader.transaction(id), 'ledger.transaction_not_found', id)),
    ),
    GetHold: method(LedgerHoldPath, async ({ holdId: id }) =>
      holdMessage(found(await reader.hold(id), 'ledger.hold_not_found', id)),
    ),
  },
});
