import type { Clock } from '../../../shared/clock.ts';
import { AppError } from '../../../shared/errors.ts';
import type { Ids } from '../../../shared/ids.ts';
import { withClickId } from '../domain/link.ts';
import type { Touchpoint } from '../domain/touchpoint.ts';
import type { AttributionTransaction } from '../ports/attribution-stores.ts';
import type { LinkDirectory, Signpost } from '../ports/link-directory.ts';
import type { RecordTouchpoints } from './record-touchpoints.ts';

export interface Visit {
  readonly code: string;
  /** From the cookie of an earlier visit. */
  readonly visitorId?: string | undefined;
  readonly userAgent?: string | undefined;
  readonly referrer?: string | undefined;
}

export interface Onward {
  readonly page: string;
  readonly visitorId: string;
}

const MAX_HEADER = 1_000;

/** Sends a visitor on. The click is on disk before anybody is told where to go. */
export class FollowLink {
  constructor(
    private readonly directory: LinkDirectory,
    private readonly transaction: AttributionTransaction,
    private readonly recordTouchpoints: RecordTouchpoints,
    private readonly ids: Ids,
    private readonly clock: Clock,
  ) {}

  /** Throws `attribution.unknown_link`. */
  async run(visit: Visit): Promise<Onward> {
    const signpost = await this.signpost(visit.code);
    const visitorId = visit.visitorId ?? this.ids.next('vis');
    const touchpoint = this.touchpoint(visit, signpost, visitorId);
    await this.transaction.run(async (stores) => {
      await stores.touchpoints.hold([touchpoint]);
      await this.recordTouchpoints.run(stores, [touchpoint]);
    });
    return { page: withClickId(signpost.page, touchpoint.clickId), visitorId };
  }

  /** Where the link leads, for whoever only looks: nothing is recorded. Throws `attribution.unknown_link`. */
  async look(code: string): Promise<string> {
    return (await this.signpost(code)).page;
  }

  private async signpost(code: string): Promise<Signpost> {
    const signpost = await this.directory.find(code);
    if (signpost === undefined)
      throw new AppError('not_found', 'attribution.unknown_link', 'there is no such link; check its spelling');
    return signpost;
  }

  private touchpoint(visit: Visit, signpost: Signpost, visitorId: string): Touchpoint {
    const now = this.clock.now();
    return {
      clickId: this.ids.next('clk'),
      programId: signpost.programId,
      linkCode: signpost.code,
      partnerId: signpost.partnerId,
      occurredAt: now,
      recordedAt: now,
      live: true,
      visitorId,
      userAgent: visit.userAgent?.slice(0, MAX_HEADER),
      referrer: visit.referrer?.slice(0, MAX_HEADER),
      objection: signpost.objection,
    };
  }
}
