import { type Faded, type Trace, Traces } from '../../../src/modules/attribution/ports/traces.ts';
import type { Instant } from '../../../src/shared/instant.ts';
import type { FakeAttributionTransaction } from './fake-attribution.ts';

export class FakeTraces extends Traces {
  readonly salts = new Map<string, Uint8Array>();
  readonly hashes = new Map<string, string>();

  constructor(private readonly transaction: FakeAttributionTransaction) {
    super();
  }

  before(moment: Instant, limit: number): Promise<readonly Trace[]> {
    const left = this.transaction
      .clicks()
      .filter(({ userAgent, network }) => userAgent !== undefined || network !== undefined)
      .filter(({ recordedAt }) => recordedAt < moment)
      .toSorted((a, b) => (a.recordedAt + a.clickId < b.recordedAt + b.clickId ? -1 : 1))
      .slice(0, limit);
    return Promise.resolve(left.map(({ clickId, recordedAt, network }) => ({ clickId, recordedAt, network })));
  }

  fade(faded: readonly Faded[]): Promise<void> {
    return this.transaction.run(() => {
      const { touchpoints } = this.transaction.tables;
      for (const { clickId, networkHash } of faded) {
        const touch = touchpoints.get(clickId);
        if (touch === undefined) continue;
        if (touch.network !== undefined && networkHash !== undefined) this.hashes.set(clickId, networkHash);
        touchpoints.set(clickId, { ...touch, userAgent: undefined, network: undefined });
      }
      return Promise.resolve();
    });
  }

  salt(month: string, offered: Uint8Array): Promise<Uint8Array> {
    const known = this.salts.get(month);
    if (known === undefined) this.salts.set(month, offered);
    return Promise.resolve(known ?? offered);
  }

  destroySaltsBefore(month: string): Promise<void> {
    for (const known of this.salts.keys()) if (known < month) this.salts.delete(known);
    return Promise.resolve();
  }
}
