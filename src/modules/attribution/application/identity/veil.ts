import { grouped } from '../../../../shared/grouped.ts';
import type { Id } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { Vault } from '../../../../shared/vault.ts';
import { type ErasedVisitor, FINGERPRINT, nameOf } from '../../domain/identity/erasure.ts';
import type { Erasures } from '../../ports/erasures.ts';

interface Told {
  readonly visitorId?: string | undefined;
  readonly programId?: Id<'prg'> | undefined;
  readonly customerRef?: string | undefined;
}

/**
 * What is told of a visitor after its erasure and happened before it: a touch that was still in the journal, an order that
 * is amended a month later. It finds its place under the pseudonym, and brings nothing back that was removed.
 */
export class Veil {
  constructor(private readonly vault: Vault) {}

  /** How to tell what was told; to be asked once nobody else works on these visitors. */
  async over(erasures: Erasures, told: readonly Told[]): Promise<Veiling> {
    const names = [...new Set(told.flatMap((each) => [...visitorNames(each), ...customerNames(each)]))];
    if (names.length === 0) return new Veiling(new Map());
    const fingerprints = new Map(names.map((name) => [this.vault.fingerprint(FINGERPRINT, name), name]));
    const erased = await erasures.erased([...fingerprints.keys()]);
    return new Veiling(grouped(erased, ({ fingerprint }) => fingerprints.get(fingerprint) ?? ''));
  }
}

interface Traced extends Told {
  readonly userAgent?: string | undefined;
  readonly referrer?: string | undefined;
}

export class Veiling {
  /** The erasures of each visitor and customer, by name, in order of time. */
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

  /** Its customer asked for it since: nothing may be joined by what the order says of them. */
  isForgotten(order: Told & { readonly placedAt: Instant }): boolean {
    return customerNames(order).some((name) => this.since(name, order.placedAt) !== undefined);
  }

  /** Of the first erasure since; what happens after the last one is a visitor's own again. */
  private pseudonym(told: Told, at: Instant): string | undefined {
    const [name] = visitorNames(told);
    return name === undefined ? undefined : this.since(name, at)?.pseudonym;
  }

  private since(name: string, at: Instant): ErasedVisitor | undefined {
    return this.erased.get(name)?.find(({ erasedAt }) => at <= erasedAt);
  }
}

const visitorNames = ({ visitorId }: Told): readonly string[] =>
  visitorId === undefined ? [] : [nameOf({ kind: 'visitor', visitorId })];

const customerNames = ({ programId, customerRef }: Told): readonly string[] =>
  programId === undefined || customerRef === undefined ? [] : [nameOf({ kind: 'customer', programId, customerRef })];

const NOTHING_LEFT = { userAgent: undefined, referrer: undefined, network: undefined, subs: undefined };
