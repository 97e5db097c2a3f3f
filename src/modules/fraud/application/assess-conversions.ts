import type { Clock } from '../../../shared/clock.ts';
import { grouped } from '../../../shared/grouped.ts';
import type { Id, Ids } from '../../../shared/ids.ts';
import type { Instant } from '../../../shared/instant.ts';
import { assessedAnnouncement, openedAnnouncement } from '../domain/announcements.ts';
import { assess, type Assessment, type Credit } from '../domain/assessment.ts';
import { casesAbout, dropped, type FraudCase } from '../domain/fraud-case.ts';
import type { Facts } from '../domain/rules.ts';
import type { FraudStores } from '../ports/fraud-stores.ts';

/** One partner's credit, with what is known of it. */
export interface Credited {
  readonly credit: Credit;
  readonly facts: Facts;
}

/** An order of which attribution spoke, and whoever is credited with it now: one each, or nobody. */
export interface Heard {
  readonly orderId: Id<'ord'>;
  readonly credited: readonly Credited[];
}

/** Gives each partner's credit its verdict, and somebody to look at those that need it. */
export class AssessConversions {
  constructor(
    private readonly ids: Ids,
    private readonly clock: Clock,
  ) {}

  async run({ assessments, cases, outbox }: FraudStores, heard: readonly Heard[]): Promise<void> {
    // Of an order that was credited twice in one batch the last credit is the one that counts.
    const latest = [...new Map(heard.map((each) => [each.orderId, each])).values()];
    const orderIds = latest.map(({ orderId }) => orderId);
    const open = await cases.open(orderIds);
    const reviewed = await assessments.reviewed(orderIds);
    const now = this.clock.now();

    const verdicts = latest.flatMap(({ credited }) => credited.map((each) => this.verdict(each, reviewed, now)));
    const byOrder = grouped(verdicts, ({ orderId }) => orderId);
    const openByOrder = grouped(open, ({ assessment }) => assessment.orderId);
    const changed = orderIds.flatMap((orderId) =>
      this.changed(byOrder.get(orderId) ?? [], openByOrder.get(orderId) ?? [], now),
    );

    await assessments.add(verdicts);
    await cases.save(changed);
    outbox.publish(...verdicts.map(assessedAnnouncement));
    const known = new Set(open.map(({ caseId }) => caseId));
    outbox.publish(...changed.filter(({ caseId }) => !known.has(caseId)).map(openedAnnouncement));
  }

  private verdict({ credit, facts }: Credited, reviewed: readonly Assessment[], now: Instant): Assessment {
    const own = reviewed.filter(
      ({ orderId, partnerId }) => orderId === credit.orderId && partnerId === credit.partnerId,
    );
    return { ...assess(credit, facts, own), assessmentId: this.ids.next('asm'), assessedAt: now };
  }

  /** An order's cases as they should be now, where that is a change. */
  private changed(verdicts: readonly Assessment[], open: readonly FraudCase[], now: Instant): readonly FraudCase[] {
    const { kept, ended, unasked } = casesAbout(verdicts, open);
    const opened = unasked.map((assessment): FraudCase => ({
      caseId: this.ids.next('cas'),
      assessment,
      state: 'open',
      openedAt: now,
    }));
    return [...ended.map((each) => dropped(each, now)), ...kept, ...opened];
  }
}
