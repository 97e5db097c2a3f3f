import type { Knex } from 'knex';
import { rowsOf } from '../../../../../infrastructure/postgres/database.ts';
import type { Month } from '../../../../../shared/calendar.ts';
import { fromUuid, type Id, parseId, toUuid } from '../../../../../shared/ids.ts';
import { Money } from '../../../../../shared/money.ts';
import { type Page, pageOf, type PageRequest } from '../../../../../shared/page.ts';
import type { Approval } from '../../../domain/payouts/approval.ts';
import type { Freeze } from '../../../domain/payouts/freeze.ts';
import type { StoredPolicy } from '../../../domain/payouts/payout-policy.ts';
import type { Waiver } from '../../../domain/payouts/waiver.ts';
import type { BatchId } from '../../../index.ts';
import type {
  BlockedFilter,
  BlockedPayout,
  PayoutControlReader,
  StatedReason,
} from '../../../ports/payout-control-reader.ts';
import { type FreezeRow, toFreeze } from './freeze-rows.ts';
import { PostgresApprovals } from './postgres-approvals.ts';
import { PostgresPayoutPolicies } from './postgres-payout-policies.ts';
import { toWaiver, type WaiverRow } from './waiver-rows.ts';

interface BlockedRow {
  readonly program_id: string;
  readonly partner_id: string;
  readonly period: Month;
  readonly currency: string;
  readonly payable_minor: bigint;
  readonly outcome: string;
  readonly reasons: readonly StatedReason[] | null;
  readonly payout_id: string | null;
  readonly reason: string | null;
}

export class PostgresPayoutControlReader implements PayoutControlReader {
  constructor(private readonly db: Knex) {}

  policy(programId: Id<'prg'>, partnerId?: Id<'par'>): Promise<StoredPolicy | undefined> {
    return new PostgresPayoutPolicies(this.db).current(programId, partnerId);
  }

  approvals(batchId: BatchId): Promise<readonly Approval[]> {
    return new PostgresApprovals(this.db).ofBatch(batchId);
  }

  async blocked(request: PageRequest, { programId, partnerId }: BlockedFilter): Promise<Page<BlockedPayout>> {
    const [afterProgram, afterPartner] = request.after ?? [];
    const rows = await rowsOf<BlockedRow>(
      this.db,
      `select decisions.*, books.currency, payouts.reason
       from (
         select program_id, max(period) as period from settlement.periods where state = 'closed' group by program_id
       ) as last
       join settlement.payout_decisions as decisions using (program_id, period)
       join settlement.books using (program_id)
       left join settlement.payouts on payouts.id = decisions.payout_id
       where ((outcome <> 'payout' and payable_minor > 0) or payouts.state = 'cancelled')
         ${programId === undefined ? '' : 'and decisions.program_id = :programId'}
         ${partnerId === undefined ? '' : 'and decisions.partner_id = :partnerId'}
         ${afterProgram === undefined ? '' : 'and (decisions.program_id, decisions.partner_id) > (:afterProgram::uuid, :afterPartner::uuid)'}
       order by decisions.program_id, decisions.partner_id
       limit :limit`,
      {
        limit: request.limit + 1,
        ...(programId && { programId: toUuid(programId) }),
        ...(partnerId && { partnerId: toUuid(partnerId) }),
        ...(afterProgram !== undefined && {
          afterProgram: toUuid(parseId('prg', afterProgram)),
          afterPartner: toUuid(parseId('par', afterPartner ?? '')),
        }),
      },
    );
    return pageOf(rows.map(toBlocked), request, (found) => [found.programId, found.partnerId]);
  }

  async freezes(request: PageRequest): Promise<Page<Freeze>> {
    const rows = await rowsOf<FreezeRow>(
      this.db,
      `select * from settlement.payout_freezes ${after('frozen_at', request)} order by frozen_at, id limit :limit`,
      cursor('frz', request),
    );
    return pageOf(rows.map(toFreeze), request, ({ frozenAt, id }) => [frozenAt, id]);
  }

  async waivers(request: PageRequest): Promise<Page<Waiver>> {
    const rows = await rowsOf<WaiverRow>(
      this.db,
      `select * from settlement.balance_waivers ${after('asked_at', request)} order by asked_at, id limit :limit`,
      cursor('wvr', request),
    );
    return pageOf(rows.map(toWaiver), request, ({ askedAt, id }) => [askedAt, id]);
  }
}

const after = (column: string, request: PageRequest): string =>
  request.after === undefined ? '' : `where (${column}, id) > (:at::timestamptz, :id::uuid)`;

const cursor = (prefix: string, { after: seen, limit }: PageRequest) => {
  const [at, id] = seen ?? [];
  return { limit: limit + 1, ...(at !== undefined && { at, id: toUuid(parseId(prefix, id ?? '')) }) };
};

/** Decisions of before they stated reasons say one in a word. */
const toBlocked = (row: BlockedRow): BlockedPayout => ({
  programId: fromUuid('prg', row.program_id),
  partnerId: fromUuid('par', row.partner_id),
  period: row.period,
  payable: Money.of(row.payable_minor, row.currency),
  payoutId: row.payout_id === null ? undefined : fromUuid('pay', row.payout_id),
  reasons:
    row.payout_id === null
      ? (row.reasons ?? [{ code: row.outcome, detail: 'as it was when the period was closed' }])
      : [{ code: row.reason ?? 'cancelled', detail: 'the payout was cancelled before it was sent', when: NEXT_CLOSE }],
});

const NEXT_CLOSE = 'the next period is closed';
