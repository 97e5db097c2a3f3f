import type { Instant } from '../../../shared/instant.ts';
import type { Vault } from '../../../shared/vault.ts';
import { type ErasedVisitor, FINGERPRINT, visitorName } from '../domain/erasure.ts';
import type { Erasures } from '../ports/erasures.ts';

interface Told {
  readonly visitorId?: string | undefined;
}

/**
 * What is told of a visitor after its erasure and happened before it: a touch that was still in the journal, an order that
 * is amended a month later. It finds its place under the pseudonym, and brings nothing back that was removed.
 */
export class Veil {
  constructor(private readonly vault: Vault) {}

  /** How to tell what was told; to be asked once nobody else works on these visitors. */
  async over(erasures: Erasures, told: readonly Told[]): Promise<Veiling> {
    const visitors = [...new Set(told.flatMap(({ visitorId }) => visitorId ?? []))];
    if (visitors.length === 0) return new Veiling(new Map());
    const fingerprints = new Map(visitors.map((id) => [this.vault.fingerprint(FINGERPRINT, visitorName(id)), id]));
    const byVisitor = new Map<string, ErasedVisitor[]>();
    for (const erased of await erasures.erased([...fingerprints.keys()])) {
      const visitorId = fingerprints.get(erased.fingerprint) ?? '';
      byVisitor.set(visitorId, [...(byVisitor.get(visitorId) ?? []), erased]);
    }
    return new Veiling(byVisitor);
  }
}

interface Traced extends Told {
  readonly userAgent?: string | undefined;
  readonly referrer?: string | undefined;
}

export class Veiling {
  /** The erasures of each visitor, in order of time. */
  constructor(private readonly erased: ReadonlyMap<string, readonly ErasedVisitor[]>) {}

  touch<Touch extends Traced & { readonly occurredAt: Instant }>(touch: Touch): Touch {
    const visitorId = this.pseudonym(touch, touch.occurredAt);
    if (visitorId === undefined) return touch;
    return { ...touch, ...NOTHING_LEFT, visitorId };
  }

  order<Order extends Told & { readonly placedAt: Instant }>(order: Order): Order {
    const visitorId = this.pseudonym(order, order.placedAt);
    return visitorId === undefined ? order : { ...order, visitorId };
  }

  /** Of the first erasure since; what happens after the last one is a visitor's own again. */
  private pseudonym({ visitorId }: Told, at: Instant): string | undefined {
    if (visitorId === undefined) return undefined;
    return this.erased.get(visitorId)?.find(({ erasedAt }) => at <= erasedAt)?.pseudonym;
  }
}

const NOTHING_LEFT = { userAgent: undefined, referrer: undefined, network: undefined, subs: undefined };
