import type { Knex } from 'knex';
import { rowsOf, rowsOfOften } from '../../../../infrastructure/postgres/database.ts';
import { type Id, toUuid } from '../../../../shared/ids.ts';
import type { Assessment } from '../../domain/assessment.ts';
import { type Assessments } from '../../ports/fraud-stores.ts';
import { ASSESSMENT_COLUMNS, type AssessmentRow, toAssessment } from './rows.ts';

export class PostgresAssessments implements Assessments {
  constructor(private readonly db: Knex) {}

  async add(assessments: readonly Assessment[]): Promise<void> {
    if (assessments.length === 0) return;
    await rowsOfOften(
      this.db,
      `insert into fraud.assessments (${ASSESSMENT_COLUMNS})
       select * from unnest(
         :ids::uuid[], :conversionIds::uuid[], :orderIds::uuid[], :programIds::uuid[], :partnerIds::uuid[],
         :clickIds::uuid[], :verdicts::text[], :versions::integer[], :facts::jsonb[], :findings::jsonb[],
         :reviewers::text[], :reasons::text[], :assessed::timestamptz[]
       )`,
      {
        ids: assessments.map(({ assessmentId }) => toUuid(assessmentId)),
        conversionIds: assessments.map(({ conversionId }) => toUuid(conversionId)),
        orderIds: assessments.map(({ orderId }) => toUuid(orderId)),
        programIds: assessments.map(({ programId }) => toUuid(programId)),
        partnerIds: assessments.map(({ partnerId }) => toUuid(partnerId)),
        clickIds: assessments.map(({ clickId }) => toUuid(clickId)),
        verdicts: assessments.map(({ verdict }) => verdict),
        versions: assessments.map(({ rulesVersion }) => rulesVersion),
        facts: assessments.map(({ facts }) => JSON.stringify(facts)),
        findings: assessments.map(({ findings }) => JSON.stringify(findings)),
        reviewers: assessments.map(({ review }) => review?.reviewer ?? null),
        reasons: assessments.map(({ review }) => review?.reason ?? null),
        assessed: assessments.map(({ assessedAt }) => assessedAt),
      },
    );
  }

  async reviewed(orderIds: readonly Id<'ord'>[]): Promise<readonly Assessment[]> {
    const rows = await rowsOf<AssessmentRow>(
      this.db,
      `select ${ASSESSMENT_COLUMNS}
       from fraud.assessments
       where order_id = any(:orderIds) and reviewer is not null
       order by id`,
      { orderIds: orderIds.map(toUuid) },
    );
    return rows.map(toAssessment);
  }
}
