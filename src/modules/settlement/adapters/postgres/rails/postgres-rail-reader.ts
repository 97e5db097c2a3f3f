import type { Knex } from 'knex';
import { rowsOf } from '../../../../../infrastructure/postgres/database.ts';
import { fromUuid, parseId, toUuid } from '../../../../../shared/ids.ts';
import type { Instant } from '../../../../../shared/instant.ts';
import { malformedCursor, type Page, pageOf, type PageRequest } from '../../../../../shared/page.ts';
import type { PayoutState } from '../../../domain/payouts/payout-life-cycle.ts';
import type { AchNotice } from '../../../domain/rails/ach.ts';
import type { ProposalState } from '../../../domain/proposals/proposal.ts';
import type { Ruling } from '../../../domain/rails/ruling.ts';
import type { ListedNotice, ListedRailPayment, NoticeFilter, RailReader } from '../../../ports/rail-reader.ts';
import { type RulingRow, toRuling } from './postgres-rulings.ts';
import { type RailPaymentRow, toRailPayment } from './postgres-rail-payments.ts';

type ListedRow = RailPaymentRow & { readonly payout_state: PayoutState };

interface NoticeRow {
  readonly kind: AchNotice['kind'];
  readonly code: string;
  readonly reference: string;
  readonly trace: string;
  readonly amount_minor: bigint;
  readonly has_correction: boolean;
  readonly payout_id: string | null;
  readonly program_id: string | null;
  readonly partner_id: string | null;
  readonly noted_at: Instant;
}

export class PostgresRailReader implements RailReader {
  constructor(private readonly db: Knex) {}

  async hasDue(by: Instant): Promise<boolean> {
    const rows = await rowsOf(this.db, `select from settlement.rail_payments where next_at <= :by limit 1`, { by });
    return rows.length > 0;
  }

  async payments(request: PageRequest, payoutState?: PayoutState): Promise<Page<ListedRailPayment>> {
    const [after] = request.after ?? [];
    const rows = await rowsOf<ListedRow>(
      this.db,
      `select rail_payments.*, payouts.state as payout_state
       from settlement.rail_payments
       join settlement.payouts on payouts.id = payout_id
       where true
         ${after === undefined ? '' : 'and payout_id > :after::uuid'}
         ${payoutState === undefined ? '' : 'and payouts.state = :payoutState'}
       order by payout_id
       limit :limit`,
      {
        limit: request.limit + 1,
        ...(after !== undefined && { after: toUuid(parseId('pay', after)) }),
        ...(payoutState !== undefined && { payoutState }),
      },
    );
    return pageOf(rows.map(toListed), request, ({ payoutId }) => [payoutId]);
  }

  async notices(request: PageRequest, filter: NoticeFilter): Promise<Page<ListedNotice>> {
    const rows = await rowsOf<NoticeRow>(
      this.db,
      `select
         kind, code, reference, trace, ach_notices.amount_minor, corrected is not null as has_correction, payout_id,
         program_id, partner_id, noted_at
       from settlement.ach_notices
       left join settlement.payouts on payouts.id = payout_id
       where (:at::timestamptz is null or (noted_at, reference, code, trace) > (:at, :reference, :code, :trace))
         and (:programId::uuid is null or program_id = :programId)
         and (:payoutId::uuid is null or payout_id = :payoutId)
         and (:kind::text is null or kind = :kind)
       order by noted_at, reference, code, trace
       limit :limit`,
      { limit: request.limit + 1, ...lastNotice(request), ...narrowed(filter) },
    );
    return pageOf(rows.map(toListedNotice), request, (notice) => [
      notice.notedAt,
      notice.reference,
      notice.code,
      notice.trace,
    ]);
  }

  async rulings(request: PageRequest, state?: ProposalState): Promise<Page<Ruling>> {
    const [at, id] = request.after ?? [];
    const rows = await rowsOf<RulingRow>(
      this.db,
      `select * from settlement.payout_rulings
       where true
         ${at === undefined ? '' : 'and (asked_at, id) > (:at::timestamptz, :id::uuid)'}
         ${state === undefined ? '' : 'and state = :state'}
       order by asked_at, id
       limit :limit`,
      {
        limit: request.limit + 1,
        ...(at !== undefined && { at, id: toUuid(parseId('rul', id ?? '')) }),
        ...(state !== undefined && { state }),
      },
    );
    return pageOf(rows.map(toRuling), request, (ruling) => [ruling.askedAt, ruling.id]);
  }
}

const lastNotice = ({ after }: PageRequest) => {
  const [at = null, reference = null, code = null, trace = null] = after ?? [];
  if (after !== undefined && trace === null) throw malformedCursor();
  return { at, reference, code, trace };
};

const narrowed = ({ programId, payoutId, kind }: NoticeFilter) => ({
  programId: programId === undefined ? null : toUuid(programId),
  payoutId: payoutId === undefined ? null : toUuid(payoutId),
  kind: kind ?? null,
});

const toListedNotice = (row: NoticeRow): ListedNotice => ({
  kind: row.kind,
  code: row.code,
  reference: row.reference,
  trace: row.trace,
  minor: row.amount_minor,
  hasCorrection: row.has_correction,
  payoutId: row.payout_id === null ? undefined : fromUuid('pay', row.payout_id),
  programId: row.program_id === null ? undefined : fromUuid('prg', row.program_id),
  partnerId: row.partner_id === null ? undefined : fromUuid('par', row.partner_id),
  notedAt: row.noted_at,
});

const toListed = (row: ListedRow): ListedRailPayment => {
  const { sealed: _, ...payment } = toRailPayment(row);
  return { ...payment, payoutState: row.payout_state };
};
