import type { Clock } from '../../../shared/clock.ts';
import type { Ids } from '../../../shared/ids.ts';
import { assessedAnnouncement, resolvedAnnouncement } from '../domain/announcements.ts';
import type { Assessment } from '../domain/assessment.ts';
import { type FraudCase, resolved } from '../domain/fraud-case.ts';
import type { CaseId } from '../index.ts';
import type { FraudTransaction } from '../ports/fraud-stores.ts';

export interface Resolution {
  readonly caseId: CaseId;
  readonly outcome: 'allow' | 'reject';
  readonly reason: string;
  readonly reviewer: string;
}

/** Somebody has looked: their word is the verdict from now on. */
export class ResolveCase {
  constructor(
    private readonly transaction: FraudTransaction,
    private readonly ids: Ids,
    private readonly clock: Clock,
  ) {}

  /** Throws `fraud.unknown_case`, `fraud.illegal_move`. */
  run({ caseId, outcome, reason, reviewer }: Resolution): Promise<FraudCase> {
    const now = this.clock.now();
    const review = { reviewer, reason };
    return this.transaction.run(async ({ cases, assessments, outbox }) => {
      const open = await cases.get(caseId);
      const closed = resolved(open, outcome, review, now);
      const assessmentId = this.ids.next('asm');
      const assessment: Assessment = { ...open.assessment, assessmentId, verdict: outcome, review, assessedAt: now };
      await assessments.add([assessment]);
      await cases.save([closed]);
      outbox.publish(
        resolvedAnnouncement(closed, { outcome, reason, resolvedAt: now }),
        assessedAnnouncement(assessment),
      );
      return closed;
    });
  }
}
