/**
 * Who is one customer. Customers are known by keys: a click, a visitor, the shop's reference, keyed hashes of an e-mail
 * address and of a telephone number. A merge is one statement that some keys are one customer's: an order that names
 * several, a click and who made it, somebody's word. Keys are one customer's when merges lead from one to the other:
 *
 *   customer:c-1 ──order A── visitor:v1 ──touch── click:k1
 *        └──────order B── email:… ──────order C── visitor:v2
 *
 * Nothing is joined for good: who belongs together follows from the merges that stand, in whatever order they were told.
 * Undone, a merge connects nothing, and what the others connect is still one. The order counts for one thing alone: what
 * would make one customer of too many keys is refused when it is told.
 */
import type { Id } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { ClickId } from '../../index.ts';

export type MergeId = Id<'mrg'>;

export const KEY_KINDS = ['click', 'visitor', 'customer', 'email', 'phone'] as const;
type KeyKind = (typeof KEY_KINDS)[number];
export type IdentityKey = `${KeyKind}:${string}`;

/** Of one program: two programs' customers are never one, whatever they have in common. */
export interface ProgramKey {
  readonly programId: Id<'prg'>;
  readonly key: IdentityKey;
}

export type Refusal = 'too_many_keys' | 'too_many_merges' | 'consent_denied';

/** A statement that these keys are one customer's. With one key it says whose an order is. */
export interface Merge {
  readonly mergeId: MergeId;
  readonly programId: Id<'prg'>;
  readonly keys: readonly IdentityKey[];
  readonly cause: 'order' | 'touch' | 'told';
  readonly orderId?: Id<'ord'> | undefined;
  readonly toldBy?: string | undefined;
  readonly reason?: string | undefined;
  /** When what it states happened. */
  readonly mergedAt: Instant;
  /** It never stood. */
  readonly refusedBecause?: Refusal | undefined;
}

export interface Undoing {
  readonly cause: 'told' | 'order_amended' | 'consent_denied';
  readonly toldBy?: string | undefined;
  readonly reason?: string | undefined;
  readonly undoneAt: Instant;
}

export interface KeptMerge extends Merge {
  readonly undone?: Undoing | undefined;
}

export const stands = ({ refusedBecause, undone }: KeptMerge): boolean =>
  refusedBecause === undefined && undone === undefined;

/** By what an order, or whoever tells of a customer, names them. */
export interface NamedCustomer {
  readonly clickId?: ClickId | undefined;
  readonly visitorId?: string | undefined;
  readonly customerRef?: string | undefined;
  readonly customerEmailFingerprint?: string | undefined;
  readonly customerPhoneFingerprint?: string | undefined;
}

const FIELDS = {
  click: 'clickId',
  visitor: 'visitorId',
  customer: 'customerRef',
  email: 'customerEmailFingerprint',
  phone: 'customerPhoneFingerprint',
} as const satisfies Readonly<Record<KeyKind, keyof NamedCustomer>>;

export const keysOf = (named: NamedCustomer): readonly IdentityKey[] => {
  const keys: IdentityKey[] = [];
  for (const kind of KEY_KINDS) {
    const value = named[FIELDS[kind]];
    if (value !== undefined) keys.push(`${kind}:${value}`);
  }
  return keys;
};

/** Whom one key names. */
export const namedBy = (key: IdentityKey): NamedCustomer => {
  const kind = KEY_KINDS.find((each) => key.startsWith(`${each}:`));
  return kind === undefined ? {} : { [FIELDS[kind]]: key.slice(kind.length + 1) };
};

/** Of all keys of that kind. */
export const valuesOf = (kind: KeyKind, keys: readonly IdentityKey[]): readonly string[] =>
  keys.filter((key) => key.startsWith(`${kind}:`)).map((key) => key.slice(kind.length + 1));

/** A merge, as far as one of its keys goes. */
export interface Joint {
  readonly mergeId: MergeId;
  readonly key: IdentityKey;
  readonly orderId?: Id<'ord'> | undefined;
}

/** Keys that belong together, and what says so. */
export interface Customer {
  readonly keys: ReadonlySet<IdentityKey>;
  readonly merges: ReadonlySet<MergeId>;
  readonly orders: ReadonlySet<Id<'ord'>>;
}

/** Beyond that it is a shared address, a public computer, or a word that the shop writes for everybody. */
export const MOST_KEYS = 50;
export const MOST_MERGES = 200;

/** Clicks name nobody: a customer may have made any number. */
export const whyRefused = ({ keys, merges }: Customer): Refusal | undefined => {
  if ([...keys].filter((key) => !key.startsWith('click:')).length > MOST_KEYS) return 'too_many_keys';
  return merges.size > MOST_MERGES ? 'too_many_merges' : undefined;
};

/** Keys, and which of them belong together. */
export class Partition {
  private readonly byKey = new Map<IdentityKey, Customer>();

  static of(joints: readonly Joint[]): Partition {
    const partition = new Partition();
    const merges = new Map<MergeId, Joint[]>();
    for (const joint of joints) merges.set(joint.mergeId, [...(merges.get(joint.mergeId) ?? []), joint]);
    for (const [mergeId, own] of merges)
      partition.take(partition.joined({ mergeId, keys: own.map(({ key }) => key), orderId: own[0]?.orderId }));
    return partition;
  }

  /** Whoever has one of the keys. */
  met(keys: Iterable<IdentityKey>): readonly Customer[] {
    return [...new Set([...keys].flatMap((key) => this.byKey.get(key) ?? []))];
  }

  /** Who they would be, if the merge stood. */
  joined({ mergeId, keys, orderId }: Pick<Merge, 'mergeId' | 'keys' | 'orderId'>): Customer {
    const met = this.met(keys);
    return {
      keys: new Set([...met.flatMap((customer) => [...customer.keys]), ...keys]),
      merges: new Set([...met.flatMap(({ merges }) => [...merges]), mergeId]),
      orders: new Set([...met.flatMap(({ orders }) => [...orders]), ...(orderId === undefined ? [] : [orderId])]),
    };
  }

  take(customer: Customer): void {
    for (const key of customer.keys) this.byKey.set(key, customer);
  }
}
