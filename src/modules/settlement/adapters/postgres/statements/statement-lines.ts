/** Whose statements a period has, and what stands on them. */
import type { Knex } from 'knex';
import { rowsOf } from '../../../../../infrastructure/postgres/database.ts';
import type { Month } from '../../../../../shared/calendar.ts';
import { fromUuid, type Id, toUuid } from '../../../../../shared/ids.ts';
import type { Instant } from '../../../../../shared/instant.ts';
import { Money } from '../../../../../shared/money.ts';
import { ON_STATEMENT, type Purpose } from '../../../domain/books/purpose.ts';
import type { PartnerLine } from '../../../domain/statements/statement.ts';
import type { MovedPartner, NextPartners, PartnerSpan } from '../../../ports/settlement-stores.ts';

/** By how much an available balance moves. What came later than the first purposes has columns of its own. */
export const MOVED = `available_minor + coalesce(adjusts_minor, 0) + coalesce(moves_minor, 0)`;

/** As the index of them says it, word for word. */
export const IS_ON_STATEMENT = `purpose in (${ON_STATEMENT.map((purpose) => `'${purpose}'`).join(', ')})`;

const PAGE = 2_000;
const NOBODY = '00000000-0000-0000-0000-000000000000';
const EVERYBODY = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/** A balance that is not zero has a statement each period: the last one knows everybody who brings something over. */
export const partnersOf = async (
  db: Knex,
  programId: Id<'prg'>,
  period: Month,
  { after, limit }: NextPartners,
): Promise<readonly MovedPartner[]> => {
  const rows = await rowsOf<{ partner_id: string; lines: string }>(
    db,
    `select partner_id, sum(lines)::text as lines
     from (
       (select partner_id, count(*) as lines
        from settlement.bookings
        where program_id = :id and period = :period and partner_id > :after and ${IS_ON_STATEMENT}
        group by partner_id
        order by partner_id
        limit :limit)
       union all
       (select partner_id, 0
        from settlement.statements
        where program_id = :id and partner_id > :after and closing_minor <> 0
          and period = (select max(period) from settlement.statements where program_id = :id and period < :period)
        order by partner_id
        limit :limit)
     ) as moved
     group by partner_id
     order by partner_id
     limit :limit`,
    { id: toUuid(programId), period, after: after === undefined ? NOBODY : toUuid(after), limit },
  );
  return rows.map(({ partner_id, lines }) => ({ partnerId: fromUuid('par', partner_id), lines: Number(lines) }));
};

export interface LineRow {
  readonly id: string;
  readonly seq: bigint;
  readonly partner_id: string;
  readonly purpose: Purpose;
  readonly moved_minor: bigint;
  readonly currency: string;
  readonly occurred_at: Instant;
  readonly effective_at: Instant;
  readonly commission_id: string | null;
  readonly payout_id: string | null;
  readonly adjustment_id: string | null;
  readonly subject: string | null;
}

export const toLine = (row: LineRow): PartnerLine => ({
  partnerId: fromUuid('par', row.partner_id),
  transactionId: fromUuid('txn', row.id),
  purpose: row.purpose,
  amount: Money.of(row.moved_minor, row.currency),
  effectiveAt: row.effective_at,
  occurredAt: row.occurred_at,
  commissionId: row.commission_id === null ? undefined : fromUuid('com', row.commission_id),
  payoutId: row.payout_id === null ? undefined : fromUuid('pay', row.payout_id),
  adjustmentId: row.adjustment_id === null ? undefined : fromUuid('adj', row.adjustment_id),
  subject: row.subject ?? undefined,
});

/**
 * By partner and effective time, and as they were booked where that is the same; a page in memory at a time, and another
 * on its way while somebody works on this one.
 */
export async function* linesOf(
  db: Knex,
  programId: Id<'prg'>,
  period: Month,
  { from, through }: PartnerSpan = {},
): AsyncGenerator<readonly PartnerLine[]> {
  const span = { id: toUuid(programId), period, through: through === undefined ? EVERYBODY : toUuid(through) };
  const behind = (place: Place): Promise<LineRow[]> => {
    const page = rowsOf<LineRow>(db, PAGE_OF_LINES, { ...span, ...place, limit: PAGE });
    page.catch(() => undefined); // whoever comes for it hears of it
    return page;
  };
  let next = behind({ partner: from === undefined ? NOBODY : toUuid(from), at: '-infinity', seq: '0' });
  try {
    for (;;) {
      const rows = await next;
      const last = rows.length < PAGE ? undefined : rows.at(-1);
      if (last !== undefined) {
        next = behind({ partner: last.partner_id, at: last.effective_at, seq: last.seq.toString() });
      }
      if (rows.length > 0) yield rows.map(toLine);
      if (last === undefined) return;
    }
  } finally {
    await Promise.allSettled([next]); // whoever leaves early leaves nothing under way
  }
}

/** The last line of the page before. */
interface Place {
  readonly partner: string;
  readonly at: string;
  readonly seq: string;
}

export const LINE_COLUMNS = `id, seq, partner_id, purpose, ${MOVED} as moved_minor, currency, occurred_at, effective_at,
    commission_id, payout_id, adjustment_id, subject`;

const PAGE_OF_LINES = `
  select ${LINE_COLUMNS}
  from settlement.bookings
  where program_id = :id and period = :period and partner_id <= :through and ${IS_ON_STATEMENT}
    and (partner_id, effective_at, seq) > (:partner::uuid, :at::timestamptz, :seq::bigint)
  order by partner_id, effective_at, seq
  limit :limit`;
