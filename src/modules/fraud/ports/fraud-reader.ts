import type { Id } from '../../../shared/ids.ts';
import type { Page, PageRequest } from '../../../shared/page.ts';
import type { Assessment } from '../domain/assessment.ts';
import type { CaseState } from '../domain/case-life-cycle.ts';
import type { FraudCase } from '../domain/fraud-case.ts';
import type { CaseId } from '../index.ts';

/** Looks at assessments and cases outside any transaction. */
export abstract class FraudReader {
  /** Oldest first. */
  abstract cases(request: PageRequest, state?: CaseState): Promise<Page<FraudCase>>;
  abstract case(caseId: CaseId): Promise<FraudCase | undefined>;
  /** Oldest first; of one order if asked. */
  abstract assessments(request: PageRequest, orderId?: Id<'ord'>): Promise<Page<Assessment>>;
}
