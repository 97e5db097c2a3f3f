import { type Claim, ERASED } from '../../../src/modules/attribution/domain/deciding/claim.ts';
import type { Conversion } from '../../../src/modules/attribution/domain/deciding/conversion.ts';
import {
  type ErasedVisitor,
  type Erasure,
  type ErasureId,
  isPseudonym,
} from '../../../src/modules/attribution/domain/identity/erasure.ts';
import type { Touchpoint } from '../../../src/modules/attribution/domain/traffic/touchpoint.ts';
import type { ClickId } from '../../../src/modules/attribution/index.ts';
import { type Claimed, type Erased, Erasures, type Tracks } from '../../../src/modules/attribution/ports/erasures.ts';
import { digest } from '../../../src/shared/digest.ts';
import type { Id } from '../../../src/shared/ids.ts';
import type { Table } from './fake-transaction.ts';

export interface ErasureTables {
  readonly touchpoints: Table<Touchpoint>;
  readonly conversions: Table<readonly Conversion[]>;
  readonly claims: Table<Claim>;
  readonly erasures: Table<Erasure>;
  readonly erased: Table<ErasedVisitor>;
}

const NOTHING_LEFT = { userAgent: undefined, referrer: undefined, network: undefined, subs: undefined };

export class FakeErasures extends Erasures {
  constructor(private readonly tables: ErasureTables) {
    super();
  }

  tracks(orderIds: readonly Id<'ord'>[]): Promise<Tracks> {
    const own = this.tables.conversions.values().flatMap((decisions) => decisions.at(-1) ?? []);
    const named = own.filter(({ order }) => orderIds.includes(order.orderId));
    const clickIds = named.flatMap(({ order, decision: { outcome } }) => [
      ...(order.clickId === undefined ? [] : [order.clickId]),
      ...(outcome.kind === 'attributed' ? [outcome.clickId] : []),
    ]);
    const visitorIds = [
      ...named.flatMap(({ order }) => order.visitorId ?? []),
      ...clickIds.flatMap((clickId) => this.tables.touchpoints.get(clickId)?.visitorId ?? []),
    ].filter((id) => !isPseudonym(id));
    return Promise.resolve({ visitorIds: [...new Set(visitorIds)].toSorted(), clickIds: [...new Set(clickIds)] });
  }

  programs(): Promise<readonly Id<'prg'>[]> {
    const touches = this.tables.touchpoints.values().filter(({ visitorId }) => visitorId !== undefined);
    return Promise.resolve([...new Set(touches.map(({ programId }) => programId))]);
  }

  erase(visitorId: string, pseudonym: string): Promise<Erased> {
    const touches = this.tables.touchpoints.values().filter((touch) => touch.visitorId === visitorId);
    for (const touch of touches)
      this.tables.touchpoints.set(touch.clickId, { ...touch, ...NOTHING_LEFT, visitorId: pseudonym });
    const conversions = this.tables.conversions.values().filter((all) => all.at(-1)?.order.visitorId === visitorId);
    for (const all of this.tables.conversions.values()) {
      const [{ conversionId } = { conversionId: '' }] = all;
      this.tables.conversions.set(
        conversionId,
        all.map((one) => pseudonymised(one, visitorId, pseudonym)),
      );
    }
    return Promise.resolve({ touchpoints: touches.length, conversions: conversions.length });
  }

  strip(clickIds: readonly ClickId[]): Promise<number> {
    const touches = clickIds
      .flatMap((clickId) => this.tables.touchpoints.get(clickId) ?? [])
      .filter(({ userAgent, referrer, network, subs }) =>
        [userAgent, referrer, network, subs].some((each) => each !== undefined),
      );
    for (const touch of touches) this.tables.touchpoints.set(touch.clickId, { ...touch, ...NOTHING_LEFT });
    return Promise.resolve(touches.length);
  }

  clearEvidence({ orderIds, visitorIds }: Claimed): Promise<number> {
    const shown = this.tables.conversions.values().flatMap((decisions) => decisions.at(-1) ?? []);
    const own = shown.filter(
      ({ order: { orderId, visitorId = '' } }) => orderIds.includes(orderId) || visitorIds.includes(visitorId),
    );
    const claims = this.tables.claims
      .values()
      .filter(({ orderId }) => own.some(({ order }) => order.orderId === orderId))
      .filter(({ evidence, references }) => evidence !== ERASED.evidence || references.length > 0);
    for (const claim of claims) this.tables.claims.set(claim.claimId, { ...claim, ...ERASED });
    return Promise.resolve(claims.length);
  }

  add(erasure: Erasure, visitors: readonly ErasedVisitor[]): Promise<void> {
    this.tables.erasures.set(erasure.erasureId, erasure);
    for (const each of visitors) this.tables.erased.set(`${each.fingerprint} ${each.erasedAt}`, each);
    return Promise.resolve();
  }

  get(erasureId: ErasureId): Promise<Erasure | undefined> {
    return Promise.resolve(this.tables.erasures.get(erasureId));
  }

  last(fingerprint: string): Promise<Erasure | undefined> {
    const own = this.tables.erasures.values().filter((erasure) => erasure.fingerprint === fingerprint);
    return Promise.resolve(own.toSorted((a, b) => (a.erasedAt < b.erasedAt ? -1 : 1)).at(-1));
  }

  erased(fingerprints: readonly string[]): Promise<readonly ErasedVisitor[]> {
    const own = this.tables.erased.values().filter(({ fingerprint }) => fingerprints.includes(fingerprint));
    return Promise.resolve(own.toSorted((a, b) => (a.erasedAt < b.erasedAt ? -1 : 1)));
  }
}

const pseudonymised = (conversion: Conversion, visitorId: string, pseudonym: string): Conversion => {
  const { order, decision } = conversion;
  const named = decision.inputs.order.visitorId === visitorId;
  const inputs = { ...decision.inputs, order: { ...decision.inputs.order, ...(named && { visitorId: pseudonym }) } };
  return {
    ...conversion,
    order: { ...order, ...(order.visitorId === visitorId && { visitorId: pseudonym }) },
    decision: { ...decision, inputs, digest: digest(inputs) },
  };
};
