import type { Id } from '../../../../shared/ids.ts';
import type { Announcement } from '../../../../shared/outbox.ts';
import { mergedAnnouncement, splitAnnouncement } from '../../domain/identity/identity-announcements.ts';
import {
  type Customer,
  type IdentityKey,
  type Merge,
  Partition,
  type Undoing,
  whyRefused,
} from '../../domain/identity/identity.ts';
import type { AttributionStores } from '../../ports/attribution-stores.ts';

export interface TakenBack {
  readonly merge: Merge;
  readonly undoing: Undoing;
}

/** What is to be changed in one program. Merges that are told together stand together or not at all. */
export interface Redrawing {
  readonly undone: readonly TakenBack[];
  readonly said: readonly (readonly Merge[])[];
}

/** Orders of whose customers more is known to be one, or less. */
export interface Redrawn {
  readonly merged: ReadonlySet<Id<'ord'>>;
  readonly split: ReadonlySet<Id<'ord'>>;
}

/** Says who is one customer now, keeps why, and tells others. Whoever calls it holds the keys already. */
export const redraw = async (
  { identities, outbox }: Pick<AttributionStores, 'identities' | 'outbox'>,
  programId: Id<'prg'>,
  { undone, said }: Redrawing,
): Promise<Redrawn> => {
  const keys = [...undone.flatMap(({ merge }) => merge.keys), ...said.flat().flatMap((merge) => merge.keys)];
  const joints = await identities.around(programId, distinct(keys));
  const gone = new Set(undone.map(({ merge }) => merge.mergeId));
  const picture: Picture = {
    before: Partition.of(joints),
    now: Partition.of(joints.filter(({ mergeId }) => !gone.has(mergeId))),
    announcements: [],
    merged: new Set(),
    split: new Set(),
  };
  const added = said.flatMap((merges) => addedTo(picture, merges));
  for (const each of undone) removedFrom(picture, each);
  await identities.undo(undone.map(({ merge: { mergeId }, undoing }) => ({ mergeId, undoing })));
  await identities.add(added);
  outbox.publish(...picture.announcements);
  return picture;
};

interface Picture {
  /** As if nothing were undone. */
  readonly before: Partition;
  readonly now: Partition;
  readonly announcements: Announcement[];
  readonly merged: Set<Id<'ord'>>;
  readonly split: Set<Id<'ord'>>;
}

const distinct = (keys: Iterable<IdentityKey>): readonly IdentityKey[] => [...new Set(keys)];

const addedTo = ({ before, now, announcements, merged }: Picture, merges: readonly Merge[]): readonly Merge[] => {
  const [first] = merges;
  if (first === undefined) return [];
  const whole = { ...first, keys: distinct(merges.flatMap(({ keys }) => keys)) };
  const made = now.joined(whole);
  const refusedBecause = first.refusedBecause ?? whyRefused(made);
  if (refusedBecause !== undefined) return [{ ...first, refusedBecause }];
  const met = before.met(whole.keys);
  if (!isOne(met, whole.keys)) for (const orderId of made.orders) merged.add(orderId);
  if (first.cause === 'told' || !isOne(met, whole.keys.filter(isName)))
    announcements.push(mergedAnnouncement(first, met.length));
  now.take(made);
  before.take(before.joined(whole));
  return merges;
};

/** Nobody yet, or one customer who has these keys already. */
const isOne = (met: readonly Customer[], keys: readonly IdentityKey[]): boolean =>
  met.length === 0 || (met.length === 1 && keys.every((key) => met[0]?.keys.has(key)));

/** A customer who comes back by another link is no news of who they are. */
const isName = (key: IdentityKey): boolean => !key.startsWith('click:');

/** What else connects these keys still does; what nothing names any more is a customer of its own. */
const removedFrom = ({ before, now, announcements, split }: Picture, { merge, undoing }: TakenBack): void => {
  const known = now.met(merge.keys);
  const orphans = merge.keys.filter((key) => !known.some((customer) => customer.keys.has(key)));
  const parts = known.length + orphans.length;
  if (parts < 2) return;
  announcements.push(splitAnnouncement(merge, undoing, parts));
  for (const customer of before.met(merge.keys)) for (const orderId of customer.orders) split.add(orderId);
};
