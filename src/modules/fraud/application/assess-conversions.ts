import type { Clock } from '../../../shared/clock.ts';
import type { Id, Ids } from '../../../shared/ids.ts';
import type { Instant } from '../../../shared/instant.ts';
import { assessedAnnouncement, openedAnnouncement } from '../domain/announcements.ts';
import { assess, type Assessment, type Credit } from '../domain/assessment.ts';
import { dropped, type FraudCase } from '../domain/fraud-case.ts';
import type { Facts } from '../domain/rules.ts';
import type { FraudStores } from '../ports/fraud-stores.ts';

/** An order of which attribution spoke: a partner's credit with what is known of it, or that there is none any more. */
export interface Heard {
  readonly orderId: Id<'ord'>;
  readonly credited?: { readonly credit: Credit; readonly facts: Facts } | undefined;
}

type ByOrder<Value> = ReadonlyMap<Id<'ord'>, Value>;

/** Gives each credited conversion its verdict, and somebody to look at those that need it. */
export class AssessConversions {
  constructor(
    private readonly ids: Ids,
    private readonly clock: Clock,
  ) {}

  async run({ assessments, cases, outbox }: FraudStores, heard: readonly Heard[]): Promise<void> {
    // Of an order that was credited twice in one batch the last credit is the one that counts.
    const latest = [...new Map(heard.map((each) => [each.orderId, each])).values()];
    const orderIds = latest.map(({ orderId }) => orderId);
    const openCases: ByOrder<FraudCase> = new Map(
      (await cases.open(orderIds)).map((each) => [each.assessment.orderId, each]),
    );
    const rejections = await assessments.rejections(orderIds);
    const now = this.clock.now();

    const verdicts: ByOrder<Assessment> = new Map(
      latest.flatMap((each) => {
        const assessment = this.verdict(each, rejections, now);
        return assessment === undefined ? [] : [[each.orderId, assessment]];
      }),
    );
    const changed = latest.flatMap(({ orderId }) => {
      return this.caseAbout(verdicts.get(orderId), openCases.get(orderId), now) ?? [];
    });

    await assessments.add([...verdicts.values()]);
    await cases.save(changed);
    outbox.publish(...[...verdicts.values()].map(assessedAnnouncement));
    const opened = changed.filter((each) => !openCases.has(each.assessment.orderId));
    outbox.publish(...opened.map(openedAnnouncement));
  }

  private verdict({ credited }: Heard, rejections: readonly Assessment[], now: Instant): Assessment | undefined {
    if (credited === undefined) return undefined;
    const { credit, facts } = credited;
    const rejection = rejections.find(
      ({ orderId, partnerId }) => orderId === credit.orderId && partnerId === credit.partnerId,
    );
    return { ...assess(credit, facts, rejection?.review), assessmentId: this.ids.next('asm'), assessedAt: now };
  }

  /** The case as it should be now, if that is a change. */
  private caseAbout(
    assessment: Assessment | undefined,
    open: FraudCase | undefined,
    now: Instant,
  ): FraudCase | undefined {
    if (assessment?.verdict === 'review') {
      return open
        ? { ...open, assessment }
        : { caseId: this.ids.next('cas'), assessment, state: 'open', openedAt: now };
    }
    return open && dropped(open, now);
  }
}
