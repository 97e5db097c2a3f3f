import type { Id } from '../../../shared/ids.ts';
import type { Outbox } from '../../../shared/outbox.ts';
import { Transaction } from '../../../shared/transaction.ts';
import type { Assessment } from '../domain/assessment.ts';
import type { FraudCase } from '../domain/fraud-case.ts';
import type { CaseId } from '../index.ts';

export abstract class Assessments {
  abstract add(assessments: readonly Assessment[]): Promise<void>;
  /** What people have said about these orders, as they said it. */
  abstract reviewed(orderIds: readonly Id<'ord'>[]): Promise<readonly Assessment[]>;
}

export abstract class Cases {
  /** The open ones about these orders, nobody else's until the transaction ends. */
  abstract open(orderIds: readonly Id<'ord'>[]): Promise<readonly FraudCase[]>;
  /** Nobody else's until the transaction ends. Throws `fraud.unknown_case`. */
  abstract get(caseId: CaseId): Promise<FraudCase>;
  /** Adds new ones and changes known ones; what they are about was added before. */
  abstract save(cases: readonly FraudCase[]): Promise<void>;
}

export interface FraudStores {
  readonly assessments: Assessments;
  readonly cases: Cases;
  readonly outbox: Outbox;
}

export abstract class FraudTransaction extends Transaction<FraudStores> {}
