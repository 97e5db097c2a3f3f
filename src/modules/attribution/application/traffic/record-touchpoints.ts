import { clickAnnouncements } from '../../domain/deciding/announcements.ts';
import type { Touchpoint } from '../../domain/traffic/touchpoint.ts';
import type { AttributionStores } from '../../ports/attribution-stores.ts';
import type { DecideConversions } from '../deciding/decide-conversions.ts';
import { joinTouches } from '../identity/join-identities.ts';

/** Keeps clicks, each once, and decides again what they may change. Whoever calls it holds the clicks already. */
export class RecordTouchpoints {
  constructor(private readonly decideConversions: DecideConversions) {}

  async run(stores: AttributionStores, touchpoints: readonly Touchpoint[]): Promise<void> {
    if (touchpoints.length === 0) return;
    const fresh = await stores.touchpoints.record(touchpoints);
    // Of two tellings of one click the first is kept, here as in the store.
    const kept = [...new Map(touchpoints.toReversed().map((touchpoint) => [touchpoint.clickId, touchpoint])).values()]
      .toReversed()
      .filter(({ clickId }) => fresh.has(clickId));
    stores.outbox.publish(...clickAnnouncements(kept));
    if (kept.length === 0) return;
    const redrawn = await joinTouches(stores, kept);
    await this.decideConversions.again(stores, kept);
    await this.decideConversions.rejoined(stores, redrawn);
  }
}
