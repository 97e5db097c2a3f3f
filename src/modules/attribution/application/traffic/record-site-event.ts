import type { Clock, WallClock } from '../../../../shared/clock.ts';
import { AppError } from '../../../../shared/errors.ts';
import { siteEventAnnouncement } from '../../domain/deciding/announcements.ts';
import { MOST_A_SECOND } from '../../domain/traffic/site-event.ts';
import type { ClickId } from '../../index.ts';
import type { AttributionTransaction } from '../../ports/attribution-stores.ts';
import type { ClickTokens } from './click-tokens.ts';

export interface ToldSiteEvent {
  /** The signed click id of the visit. */
  readonly token: string;
  readonly name: string;
  readonly data?: Readonly<Record<string, unknown>> | undefined;
  readonly page?: string | undefined;
}

/** Visitors of whom we remember that they were cut off; beyond that nobody keeps count. */
const MOST_REMEMBERED = 10_000;

/** Tells what happened on a customer's page, by whoever came with a click of ours. */
export class RecordSiteEvent {
  private second = 0;
  private readonly taken = new Map<ClickId, number>();
  private readonly dropped = new Map<ClickId, number>();

  constructor(
    private readonly tokens: ClickTokens,
    private readonly transaction: AttributionTransaction,
    private readonly clock: Clock,
    private readonly wallClock: WallClock,
  ) {}

  /** Throws `attribution.click_id_refused`, `attribution.too_many_events`. */
  async run({ token, name, data, page }: ToldSiteEvent): Promise<void> {
    const verdict = this.tokens.verify(token);
    if (verdict.kind !== 'genuine')
      throw new AppError('refused', 'attribution.click_id_refused', `the click id is ${verdict.kind}`);
    const { clickId, programId, partnerId } = verdict.claims;
    this.mustBeBearable(clickId);
    const droppedBefore = this.dropped.get(clickId) ?? 0;
    this.dropped.delete(clickId);
    const event = { clickId, programId, partnerId, name, data, page, droppedBefore, occurredAt: this.clock.now() };
    await this.transaction.run(({ outbox }) => {
      outbox.publish(siteEventAnnouncement(event));
      return Promise.resolve();
    });
  }

  /** Each process counts by itself: the bound keeps a page that runs wild from flooding, and need not be exact. */
  private mustBeBearable(clickId: ClickId): void {
    const second = Math.floor(this.wallClock.nowMs() / 1_000);
    if (second !== this.second) {
      this.second = second;
      this.taken.clear();
    }
    const count = (this.taken.get(clickId) ?? 0) + 1;
    this.taken.set(clickId, count);
    if (count <= MOST_A_SECOND) return;
    const dropped = this.dropped.get(clickId) ?? 0;
    if (dropped > 0 || this.dropped.size < MOST_REMEMBERED) this.dropped.set(clickId, dropped + 1);
    const detail = `more than ${MOST_A_SECOND} events a second of one visitor`;
    throw new AppError('unavailable', 'attribution.too_many_events', detail, { retryAfterSeconds: 1 });
  }
}
