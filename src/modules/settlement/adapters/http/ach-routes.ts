import { mustBeStaff } from '../../../../infrastructure/http/authenticate.ts';
import { PageQuery, pageOfShape, toPageRequest } from '../../../../infrastructure/http/paging.ts';
import { type Route, route } from '../../../../infrastructure/http/route.ts';
import { IsFlag, IsIdOf, IsInstant, IsMoney, IsOneOf, IsText, IsWhole } from '../../../../shared/fields.ts';
import type { Id } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { MoneyJson } from '../../../../shared/money.ts';
import type { ImportAchReturns } from '../../application/rails/import-ach-returns.ts';
import { type AchNotice, reasonOf } from '../../domain/rails/ach.ts';
import type { PayoutId } from '../../index.ts';
import type { ListedNotice, RailReader } from '../../ports/rail-reader.ts';

const MAX_FILE = 50_000_000;
const KINDS = ['return', 'change'] as const satisfies readonly AchNotice['kind'][];

class AchFileRequest {
  @IsText({ max: MAX_FILE, description: 'A NACHA file of returns; it may be the whole body as well' })
  readonly text!: string;
}

class ImportedReturnsView {
  @IsWhole({ min: 0, max: 1_000_000, description: 'Payouts that came back' }) readonly returned!: number;
  @IsWhole({ min: 0, max: 1_000_000, description: 'Notices of change: ask the partner' }) readonly changes!: number;
  @IsWhole({ min: 0, max: 1_000_000, description: 'Of no payout, or of another amount: nothing moved' })
  readonly unmatched!: number;
}

class AchNoticeQuery extends PageQuery {
  @IsIdOf('prg', { optional: true, description: 'Without it, also those of no payout of ours' })
  readonly programId?: Id<'prg'>;
  @IsIdOf('pay', { optional: true }) readonly payoutId?: PayoutId;
  @IsOneOf(KINDS, { optional: true, description: '`change`: ask the partner before the next entry' })
  readonly kind?: AchNotice['kind'];
}

class AchNoticeView {
  @IsOneOf(KINDS) readonly kind!: string;
  @IsText({ max: 3, example: 'R03' }) readonly code!: string;
  @IsText({ max: 200, description: 'The code with its words' }) readonly reason!: string;
  @IsText({ max: 15, description: 'The individual id number of our entry' }) readonly reference!: string;
  @IsText({ max: 15, description: 'The trace number of our entry' }) readonly trace!: string;
  @IsMoney() readonly amount!: MoneyJson;
  @IsFlag({ description: 'Whether the bank said what should be there instead; it is kept, and not shown' })
  readonly hasCorrection!: boolean;
  @IsIdOf('pay', { optional: true, description: 'Absent: of no payout of ours' }) readonly payoutId?: string;
  @IsIdOf('prg', { optional: true }) readonly programId?: string;
  @IsIdOf('par', { optional: true }) readonly partnerId?: string;
  @IsInstant({ description: 'When it was imported' }) readonly notedAt!: Instant;
}

const AchNoticePage = pageOfShape(AchNoticeView);

export const achRoutes = (reader: RailReader, importReturns: ImportAchReturns, ring: () => void): readonly Route[] => [
  route({
    method: 'get',
    path: '/v1/ach/notices',
    operationId: 'listAchNotices',
    tag: 'settlement',
    summary: 'What receiving banks said of our ACH entries: returns, and notices of change',
    access: { scope: 'settlement:read' },
    query: AchNoticeQuery,
    success: { 200: AchNoticePage },
    handle: async ({ actor, query }) => {
      mustBeStaff(actor);
      const { programId, payoutId, kind } = query;
      const { data, nextCursor } = await reader.notices(toPageRequest(query), { programId, payoutId, kind });
      return { data: data.map(noticeView), nextCursor };
    },
  }),
  route({
    method: 'post',
    path: '/v1/ach/returns',
    operationId: 'importAchReturns',
    tag: 'settlement',
    summary: 'Import a NACHA file of returns: payouts come back, and notices of change are kept',
    description: 'All of it or nothing. The same file again changes nothing and gets the same answer.',
    access: { scope: 'settlement:write' },
    body: AchFileRequest,
    textBody: { mediaTypes: ['text/plain'], field: 'text' },
    idempotency: 'required',
    success: { 200: ImportedReturnsView },
    errors: ['settlement.malformed_ach_file'],
    handle: async ({ actor, body }) => {
      mustBeStaff(actor);
      const imported = await importReturns.run(body.text);
      ring();
      return imported;
    },
  }),
];

const noticeView = ({ minor, ...notice }: ListedNotice): AchNoticeView =>
  ({ ...notice, reason: reasonOf(notice), amount: { minor: minor.toString(), currency: 'USD' } }) as AchNoticeView;
