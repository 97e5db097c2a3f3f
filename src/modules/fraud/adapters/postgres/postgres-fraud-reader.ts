import type { Knex } from 'knex';
import { rowsOf } from '../../../../infrastructure/postgres/database.ts';
import { type Id, parseId, toUuid } from '../../../../shared/ids.ts';
import { type Page, pageOf, type PageRequest } from '../../../../shared/page.ts';
import type { Assessment } from '../../domain/assessment.ts';
import type { CaseState } from '../../domain/case-life-cycle.ts';
import type { FraudCase } from '../../domain/fraud-case.ts';
import type { CaseId } from '../../index.ts';
import { type FraudReader } from '../../ports/fraud-reader.ts';
import { ASSESSMENT_COLUMNS, type AssessmentRow, type CaseRow, CASES, toAssessment, toCase } from './rows.ts';

export class PostgresFraudReader implements FraudReader {
  constructor(private readonly db: Knex) {}

  async cases(request: PageRequest, state?: CaseState): Promise<Page<FraudCase>> {
    const [after] = request.after ?? [];
    const rows = await rowsOf<CaseRow>(
      this.db,
      `${CASES}
       where true
         ${state === undefined ? '' : 'and one.state = :state'}
         ${after === undefined ? '' : 'and one.id > :after'}
       order by one.id
       limit :limit`,
      {
        limit: request.limit + 1,
        ...(state !== undefined && { state }),
        ...(after !== undefined && { after: toUuid(parseId('cas', after)) }),
      },
    );
    return pageOf(rows.map(toCase), request, ({ caseId }) => [caseId]);
  }

  async case(caseId: CaseId): Promise<FraudCase | undefined> {
    const [row] = await rowsOf<CaseRow>(this.db, `${CASES} where one.id = :id`, { id: toUuid(caseId) });
    return row && toCase(row);
  }

  async assessments(request: PageRequest, orderId?: Id<'ord'>): Promise<Page<Assessment>> {
    const [after] = request.after ?? [];
    const rows = await rowsOf<AssessmentRow>(
      this.db,
      `select ${ASSESSMENT_COLUMNS}
       from fraud.assessments
       where true
         ${orderId === undefined ? '' : 'and order_id = :orderId'}
         ${after === undefined ? '' : 'and id > :after'}
       order by id
       limit :limit`,
      {
        limit: request.limit + 1,
        ...(orderId !== undefined && { orderId: toUuid(orderId) }),
        ...(after !== undefined && { after: toUuid(parseId('asm', after)) }),
      },
    );
    return pageOf(rows.map(toAssessment), request, ({ assessmentId }) => [assessmentId]);
  }
}
