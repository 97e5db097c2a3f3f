import type { Clock } from '../../../shared/clock.ts';
import { type Enrolment, regroup } from '../domain/enrolment.ts';
import type { EnrolmentId } from '../index.ts';
import type { PartnersTransaction } from '../ports/partner-stores.ts';

/** Says which groups of its program a partner is in; terms may treat a group in a way of its own from then on. */
export class GroupEnrolment {
  constructor(
    private readonly transaction: PartnersTransaction,
    private readonly clock: Clock,
  ) {}

  /** Throws `partners.not_found`. */
  run(enrolmentId: EnrolmentId, groups: readonly string[], by: string): Promise<Enrolment> {
    return this.transaction.run(async ({ enrolments }) => {
      const before = await enrolments.get(enrolmentId);
      const after = regroup(before, groups, { at: this.clock.now(), by });
      if (after !== before) await enrolments.save([after]);
      return after;
    });
  }
}
