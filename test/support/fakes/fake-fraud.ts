import type { Assessment } from '../../../src/modules/fraud/domain/assessment.ts';
import type { CaseState } from '../../../src/modules/fraud/domain/case-life-cycle.ts';
import type { FraudCase } from '../../../src/modules/fraud/domain/fraud-case.ts';
import type { CaseId } from '../../../src/modules/fraud/index.ts';
import { FraudReader } from '../../../src/modules/fraud/ports/fraud-reader.ts';
import {
  Assessments,
  Cases,
  type FraudStores,
  type FraudTransaction,
} from '../../../src/modules/fraud/ports/fraud-stores.ts';
import { AppError } from '../../../src/shared/errors.ts';
import type { Id } from '../../../src/shared/ids.ts';
import { type Page, pageOf, type PageRequest } from '../../../src/shared/page.ts';
import { type FakeParts, FakeTransaction, Table } from './fake-transaction.ts';

/** Through JSON, as the real tables keep it. */
const kept = <Value>(value: Value): Value => JSON.parse(JSON.stringify(value)) as Value;

class FakeAssessments extends Assessments {
  constructor(private readonly table: Table<Assessment>) {
    super();
  }

  add(assessments: readonly Assessment[]): Promise<void> {
    for (const assessment of assessments) this.table.set(assessment.assessmentId, kept(assessment));
    return Promise.resolve();
  }

  reviewed(orderIds: readonly Id<'ord'>[]): Promise<readonly Assessment[]> {
    const wanted = new Set(orderIds);
    return Promise.resolve(
      this.table.values().filter(({ orderId, review }) => wanted.has(orderId) && review !== undefined),
    );
  }
}

class FakeCases extends Cases {
  constructor(private readonly table: Table<FraudCase>) {
    super();
  }

  open(orderIds: readonly Id<'ord'>[]): Promise<readonly FraudCase[]> {
    const wanted = new Set(orderIds);
    return Promise.resolve(
      this.table.values().filter(({ state, assessment }) => state === 'open' && wanted.has(assessment.orderId)),
    );
  }

  get(caseId: CaseId): Promise<FraudCase> {
    const found = this.table.get(caseId);
    return found === undefined
      ? Promise.reject(new AppError('not_found', 'fraud.unknown_case', `there is no case ${caseId}`))
      : Promise.resolve(found);
  }

  save(cases: readonly FraudCase[]): Promise<void> {
    for (const each of cases) this.table.set(each.caseId, kept(each));
    return Promise.resolve();
  }
}

export class FakeFraudTransaction extends FakeTransaction<FraudStores> implements FraudTransaction {
  private readonly assessmentTable: Table<Assessment>;
  private readonly caseTable: Table<FraudCase>;

  constructor(parts: Partial<FakeParts<FraudStores>> = {}) {
    const assessments = new Table<Assessment>();
    const cases = new Table<FraudCase>();
    super({
      schema: 'fraud',
      tables: [assessments, cases] as readonly Table<unknown>[],
      stores: (outbox) => ({ assessments: new FakeAssessments(assessments), cases: new FakeCases(cases), outbox }),
      ...parts,
    });
    this.assessmentTable = assessments;
    this.caseTable = cases;
  }

  assessments(): readonly Assessment[] {
    return this.assessmentTable.committed.values();
  }

  cases(): readonly FraudCase[] {
    return this.caseTable.committed.values();
  }
}

export class FakeFraudReader extends FraudReader {
  constructor(private readonly transaction: FakeFraudTransaction) {
    super();
  }

  cases(request: PageRequest, state?: CaseState): Promise<Page<FraudCase>> {
    const cases = this.transaction.cases().filter((each) => state === undefined || each.state === state);
    return Promise.resolve(paged(cases, request, ({ caseId }) => caseId));
  }

  case(caseId: CaseId): Promise<FraudCase | undefined> {
    return Promise.resolve(this.transaction.cases().find((each) => each.caseId === caseId));
  }

  assessments(request: PageRequest, orderId?: Id<'ord'>): Promise<Page<Assessment>> {
    const found = this.transaction.assessments().filter((each) => orderId === undefined || each.orderId === orderId);
    return Promise.resolve(paged(found, request, ({ assessmentId }) => assessmentId));
  }
}

const paged = <Item>(items: readonly Item[], request: PageRequest, keyOf: (item: Item) => string): Page<Item> => {
  const [after] = request.after ?? [];
  const rows = items
    .filter((item) => after === undefined || keyOf(item) > after)
    .toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  return pageOf(rows, request, (item) => [keyOf(item)]);
};
