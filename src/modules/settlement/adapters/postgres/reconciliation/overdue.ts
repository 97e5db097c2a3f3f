import type { Knex } from 'knex';
import { rowsOf } from '../../../../../infrastructure/postgres/database.ts';
import { fromUuid } from '../../../../../shared/ids.ts';
import type { Instant } from '../../../../../shared/instant.ts';
import { Money } from '../../../../../shared/money.ts';
import { leavingOf } from '../../../domain/payouts/leaving.ts';
import { CLEARING_STATES } from '../../../domain/payouts/payout-life-cycle.ts';
import { defaultSettings } from '../../../domain/reconciliation/settings.ts';
import type { Overdue } from '../../../ports/reconciliation-reader.ts';
import { type PayoutRow, toPayout } from '../rows.ts';
import { LINE_COLUMNS, type LineRow, toLine } from './bank-lines.ts';
import { expectedIdOf, type ExpectedRow, SIDES } from './expected-rows.ts';

interface LateRow extends PayoutRow {
  readonly account: string | null;
  readonly is_missing: boolean;
}

interface LateExpectedRow extends ExpectedRow {
  readonly program_id: string;
  readonly account: string | null;
  readonly is_missing: boolean;
}

interface PendingRow extends LineRow {
  readonly program_id: string;
  readonly payout_id: string | null;
}

const ON_THEIR_WAY = CLEARING_STATES.map((state) => `'${state}'`).join(', ');
const { lateAfterDays, missingAfterDays, pendingAfterDays } = defaultSettings('prg_00000000000000000000000000');
const days = (column: string, otherwise: number): string =>
  `coalesce(settings.${column}, ${otherwise}) * interval '1 day'`;

/** Announced lines first: who has one is not late before that is noted. Where a program has settings, its days count. */
export const overdueOf = async (db: Knex, now: Instant, limit: number): Promise<readonly Overdue[]> => {
  for (const find of [longPending, latePayouts, lateExpected]) {
    const found = await find(db, now, limit);
    if (found.length > 0) return found;
  }
  return [];
};

const latePayouts = async (db: Knex, now: Instant, limit: number): Promise<readonly Overdue[]> => {
  const missing = `way.submitted_at < :now::timestamptz - ${days('missing_after_days', missingAfterDays)}`;
  const rows = await rowsOf<LateRow>(
    db,
    `select payouts.*, accounts.number as account, ${missing} as is_missing
     from settlement.payouts_under_way as way
     join settlement.payouts on payouts.id = way.payout_id
     left join settlement.reconciliation_settings as settings using (program_id)
     left join settlement.bank_accounts as accounts on accounts.program_id = payouts.program_id and is_current
     where way.submitted_at < :now::timestamptz - interval '1 day'
       and way.submitted_at < :now::timestamptz - ${days('late_after_days', lateAfterDays)}
       and not exists (
         select from settlement.breaks
         where breaks.payout_id = payouts.id and breaks.line_id is null
           and (breaks.kind = 'missing_at_bank' or not (${missing}) or breaks.state not in ('open', 'closed'))
           and (breaks.state <> 'closed' or breaks.happened_at >= way.submitted_at)
       )
       and not exists (
         select from settlement.breaks
         where breaks.payout_id = payouts.id and breaks.line_id is not null and breaks.state in ('open', 'proposed')
       )
     order by way.submitted_at, way.payout_id
     limit :limit`,
    { now, limit },
  );
  return rows.map((row) => {
    const payout = toPayout(row);
    return {
      kind: row.is_missing ? ('missing_at_bank' as const) : ('timing' as const),
      programId: payout.programId,
      account: row.account ?? '',
      amount: leavingOf(payout),
      direction: 'debit' as const,
      happenedAt: payout.submittedAt ?? now,
      payoutId: payout.id,
    };
  });
};

/** What we have booked, and no line has confirmed: by the account that moves in its currency. */
const lateExpected = async (db: Knex, now: Instant, limit: number): Promise<readonly Overdue[]> => {
  const missing = `happened_at < :now::timestamptz - ${days('missing_after_days', missingAfterDays)}`;
  const rows = await rowsOf<LateExpectedRow>(
    db,
    `select sides.*, accounts.number as account, ${missing} as is_missing
     from ${SIDES}
     join settlement.books on books.program_id = sides.program_id
     left join settlement.reconciliation_settings as settings on settings.program_id = sides.program_id
     left join settlement.bank_accounts as accounts on accounts.program_id = sides.program_id
       and case when sides.currency = books.currency then accounts.is_current else accounts.pays_in = sides.currency end
     where confirming.id is null
       and happened_at < :now::timestamptz - ${days('late_after_days', lateAfterDays)}
       and not exists (
         select from settlement.breaks
         where breaks.expected_id = sides.id and breaks.expected_kind = sides.kind and breaks.direction = sides.direction
           and case when breaks.line_id is not null then breaks.state in ('open', 'proposed')
             else breaks.kind = 'missing_at_bank' or not (${missing}) or breaks.state <> 'open' end
       )
     order by happened_at, sides.id, sides.direction
     limit :limit`,
    { now, limit },
  );
  return rows.map((row) => ({
    kind: row.is_missing ? ('missing_at_bank' as const) : ('timing' as const),
    programId: fromUuid('prg', row.program_id),
    account: row.account ?? '',
    amount: Money.of(row.minor, row.currency),
    direction: row.direction,
    happenedAt: row.happened_at,
    expectedId: expectedIdOf(row.kind, row.id),
  }));
};

const longPending = async (db: Knex, now: Instant, limit: number): Promise<readonly Overdue[]> => {
  const rows = await rowsOf<PendingRow>(
    db,
    `select ${LINE_COLUMNS}, statements.program_id, lines.payout_id
     from settlement.bank_lines as lines
     join settlement.bank_statements as statements using (account, statement_id)
     left join settlement.reconciliation_settings as settings using (program_id)
     left join settlement.suspense on suspense.line_id = lines.id
     where lines.status = 'pending' and lines.booked_at < :now::timestamptz - ${days('pending_after_days', pendingAfterDays)}
       and not exists (select from settlement.breaks where breaks.line_id = lines.id)
       and not exists (
         select from settlement.breaks
         where breaks.account = lines.account and breaks.statement_id = lines.statement_id and breaks.ref = lines.ref
       )
       and not exists (
         select from settlement.bank_lines as later
         where later.account = lines.account and later.status <> 'pending' and later.ref = lines.ref
       )
       and not exists (
         select from settlement.payouts
         where lines.payout_id = payouts.id and payouts.state not in (${ON_THEIR_WAY})
       )
     order by lines.booked_at, lines.id
     limit :limit`,
    { now, limit },
  );
  return rows.map((row) => {
    const line = toLine(row);
    const { account, amount, direction, bookedAt } = line;
    const programId = fromUuid('prg', row.program_id);
    const payoutId = row.payout_id === null ? undefined : fromUuid('pay', row.payout_id);
    return { kind: 'pending_too_long', programId, account, amount, direction, happenedAt: bookedAt, line, payoutId };
  });
};
