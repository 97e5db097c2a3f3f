import type { Knex } from 'knex';
import { rowsOf } from '../../../../infrastructure/postgres/database.ts';
import { AppError } from '../../../../shared/errors.ts';
import { type Id, toUuid } from '../../../../shared/ids.ts';
import type { FraudCase } from '../../domain/fraud-case.ts';
import type { CaseId } from '../../index.ts';
import { type Cases } from '../../ports/fraud-stores.ts';
import { type CaseRow, CASES, toCase } from './rows.ts';

export class PostgresCases implements Cases {
  constructor(private readonly db: Knex) {}

  open(orderIds: readonly Id<'ord'>[]): Promise<readonly FraudCase[]> {
    return this.locked(`order_id = any(:orderIds) and state = 'open'`, { orderIds: orderIds.map(toUuid) });
  }

  async get(caseId: CaseId): Promise<FraudCase> {
    const [found] = await this.locked('id = :id', { id: toUuid(caseId) });
    if (found === undefined) throw new AppError('not_found', 'fraud.unknown_case', `there is no case ${caseId}`);
    return found;
  }

  /** Sorted, so that two batches cannot wait in a circle. */
  async save(cases: readonly FraudCase[]): Promise<void> {
    if (cases.length === 0) return;
    await rowsOf(
      this.db,
      `insert into fraud.cases as known (id, order_id, partner_id, assessment_id, state, opened_at, closed_at, reviewer, reason)
       select * from unnest(
         :ids::uuid[], :orderIds::uuid[], :partnerIds::uuid[], :assessmentIds::uuid[], :states::text[], :opened::timestamptz[],
         :closed::timestamptz[], :reviewers::text[], :reasons::text[]
       ) as new (id)
       order by id
       on conflict (id) do update
       set partner_id = excluded.partner_id, assessment_id = excluded.assessment_id, state = excluded.state, closed_at = excluded.closed_at,
         reviewer = excluded.reviewer, reason = excluded.reason`,
      {
        ids: cases.map(({ caseId }) => toUuid(caseId)),
        orderIds: cases.map(({ assessment }) => toUuid(assessment.orderId)),
        partnerIds: cases.map(({ assessment }) => toUuid(assessment.partnerId)),
        assessmentIds: cases.map(({ assessment }) => toUuid(assessment.assessmentId)),
        states: cases.map(({ state }) => state),
        opened: cases.map(({ openedAt }) => openedAt),
        closed: cases.map(({ closedAt }) => closedAt ?? null),
        reviewers: cases.map(({ review }) => review?.reviewer ?? null),
        reasons: cases.map(({ review }) => review?.reason ?? null),
      },
    );
  }

  /** Locks in one statement and reads in the next: only that sees what whoever held them before us has written. */
  private async locked(clause: string, values: Readonly<Record<string, unknown>>): Promise<readonly FraudCase[]> {
    const held = await rowsOf<{ id: string }>(
      this.db,
      `select id from fraud.cases where ${clause} order by id for update`,
      values,
    );
    if (held.length === 0) return [];
    const rows = await rowsOf<CaseRow>(this.db, `${CASES} where one.id = any(:ids)`, { ids: held.map(({ id }) => id) });
    return rows.map(toCase);
  }
}
