import { type Route, route } from '../../../../infrastructure/http/route.ts';
import { IsBag, IsFlag, IsIdOf, IsInstant, IsOneOf, IsText } from '../../../../shared/fields.ts';
import { instant } from '../../../../shared/instant.ts';
import type { HoldDesk } from '../../application/holds.ts';
import type { Hold, HoldState } from '../../domain/hold.ts';
import type { HoldId, Metadata, TransactionId } from '../../index.ts';
import type { LedgerReader } from '../../ports/ledger-reader.ts';
import { forStaff, found, IsMetadata, optionalInstant, READ, WRITE } from './answers.ts';
import { REFUSALS } from './transaction-routes.ts';

const AMOUNT = { max: 18, pattern: /^[1-9]\d{0,17}$/ } as const;

export class LedgerHoldPath {
  @IsIdOf('hld') readonly holdId!: HoldId;
}

export class PlaceLedgerHoldRequest {
  @IsIdOf('hld', { description: 'Made by you, permanent: the same content under it is the same hold' })
  readonly id!: HoldId;
  @IsText({ max: 200, description: 'The code of the account to debit' }) readonly debit!: string;
  @IsText({ max: 200, description: 'The code of the account to credit' }) readonly credit!: string;
  @IsText({ ...AMOUNT, description: 'Minor units' }) readonly minor!: string;
  @IsText({ max: 100 }) readonly purpose!: string;
  @IsInstant({ optional: true, description: 'What is left then is let go' }) readonly expiresAt?: string;
  @IsMetadata() readonly metadata?: Metadata;
}

export class PostLedgerHoldRequest {
  @IsIdOf('txn', { description: 'Of the transaction; made by you, permanent' }) readonly id!: TransactionId;
  @IsText({ ...AMOUNT, optional: true, description: 'Minor units; all that remains, when absent' })
  readonly minor?: string;
  @IsFlag({ optional: true, description: 'Lets go of what then remains' }) readonly final?: boolean;
  @IsInstant({ description: 'When it counts' }) readonly effectiveAt!: string;
  @IsText({ max: 100, optional: true, description: 'That of the hold, when absent' }) readonly purpose?: string;
  @IsMetadata() readonly metadata?: Metadata;
}

class LedgerHoldView {
  @IsIdOf('hld') readonly id!: string;
  @IsText({ max: 200 }) readonly debit!: string;
  @IsText({ max: 200 }) readonly credit!: string;
  @IsText({ max: 18 }) readonly minor!: string;
  @IsText({ max: 18, description: 'Neither posted nor let go' }) readonly remaining!: string;
  @IsOneOf(['open', 'posted', 'voided', 'expired']) readonly state!: HoldState;
  @IsText({ max: 100 }) readonly purpose!: string;
  @IsBag() readonly metadata!: Metadata;
  @IsInstant() readonly placedAt!: string;
  @IsInstant({ optional: true }) readonly expiresAt?: string | undefined;
  @IsInstant({ optional: true }) readonly endedAt?: string | undefined;
}

class LedgerHoldPostingView {
  @IsIdOf('txn') readonly id!: string;
  @IsOneOf(['posted', 'exists']) readonly verdict!: string;
}

const holdView = ({ digest: _, metadata = {}, ...hold }: Hold): LedgerHoldView => ({ ...hold, metadata });

const UNKNOWN = 'ledger.hold_not_found';
const HOLD = '/v1/ledger/holds/{holdId}';

export const holdRoutes = (desk: HoldDesk, reader: LedgerReader): readonly Route[] => [
  route({
    method: 'post',
    path: '/v1/ledger/holds',
    operationId: 'placeLedgerHold',
    tag: 'ledger',
    summary: 'Promise an amount: what it would take from a bounded account, nobody else can spend',
    access: WRITE,
    body: PlaceLedgerHoldRequest,
    idempotency: 'optional',
    success: { 200: LedgerHoldView },
    errors: ['ledger.malformed_hold', ...REFUSALS],
    handle: forStaff(({ body: { expiresAt, ...hold } }) =>
      desk.place({ ...hold, expiresAt: optionalInstant(expiresAt) }),
    ),
    respond: (hold: Hold) => ({ status: 200, body: holdView(hold) }),
  }),
  route({
    method: 'get',
    path: HOLD,
    operationId: 'getLedgerHold',
    tag: 'ledger',
    summary: 'How a hold stands',
    access: READ,
    params: LedgerHoldPath,
    success: { 200: LedgerHoldView },
    errors: [UNKNOWN],
    handle: forStaff(async ({ params: { holdId } }) => holdView(found(await reader.hold(holdId), UNKNOWN, holdId))),
  }),
  route({
    method: 'post',
    path: `${HOLD}/postings`,
    operationId: 'postLedgerHold',
    tag: 'ledger',
    summary: 'Post a hold, in part or whole',
    access: WRITE,
    params: LedgerHoldPath,
    body: PostLedgerHoldRequest,
    idempotency: 'optional',
    success: { 200: LedgerHoldPostingView },
    errors: [UNKNOWN, 'ledger.hold_not_open', 'ledger.hold_exceeded', ...REFUSALS],
    handle: forStaff(({ params, body: { effectiveAt, ...part } }) =>
      desk.post(params.holdId, { ...part, effectiveAt: instant(effectiveAt) }),
    ),
  }),
  route({
    method: 'post',
    path: `${HOLD}/void`,
    operationId: 'voidLedgerHold',
    tag: 'ledger',
    summary: 'Take a promise back: what remains is free again',
    access: WRITE,
    params: LedgerHoldPath,
    idempotency: 'optional',
    success: { 200: LedgerHoldView },
    errors: [UNKNOWN, 'ledger.hold_not_open'],
    handle: forStaff(({ params }) => desk.void(params.holdId)),
    respond: (hold: Hold) => ({ status: 200, body: holdView(hold) }),
  }),
];
