import type { Clock } from '../../../shared/clock.ts';
import { stepTold } from '../domain/announcements.ts';
import { type Enrolment, type EnrolmentAction, moveEnrolment } from '../domain/enrolment.ts';
import type { EnrolmentId } from '../index.ts';
import type { PartnersTransaction } from '../ports/partner-stores.ts';

export class MoveEnrolment {
  constructor(
    private readonly transaction: PartnersTransaction,
    private readonly clock: Clock,
  ) {}

  /** Throws `partners.not_found`, `partners.illegal_move`. */
  run(enrolmentId: EnrolmentId, action: EnrolmentAction, by: string, reason?: string): Promise<Enrolment> {
    return this.transaction.run(async ({ enrolments, outbox }) => {
      const before = await enrolments.get(enrolmentId);
      const after = moveEnrolment(before, action, { at: this.clock.now(), by, reason });
      await enrolments.save([after]);
      outbox.publish(...stepTold(after, action));
      return after;
    });
  }
}
