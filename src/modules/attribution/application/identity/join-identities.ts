import { grouped } from '../../../../shared/grouped.ts';
import { derivedId, type Id } from '../../../../shared/ids.ts';
import type { PlacedOrder } from '../../domain/deciding/conversion.ts';
import {
  type IdentityKey,
  keysOf,
  type KeptMerge,
  type Merge,
  type NamedCustomer,
  type ProgramKey,
  stands,
  type Undoing,
} from '../../domain/identity/identity.ts';
import type { TouchKeys, Touchpoint } from '../../domain/traffic/touchpoint.ts';
import type { AttributionStores } from '../../ports/attribution-stores.ts';
import type { Clicked } from '../../ports/identities.ts';
import { redraw, type Redrawing, type Redrawn, type TakenBack } from './redraw-identities.ts';

type Stores = Pick<AttributionStores, 'identities' | 'outbox'>;
type Change = Redrawing & { readonly programId: Id<'prg'> };

/** An order, and by what it names its customer. */
export type IdentifiedOrder = PlacedOrder & NamedCustomer;

type OfProgram = Pick<ProgramKey, 'programId'>;

/**
 * To be called before anything else is read. A click that somebody names leads to its visitor, whom they need not name.
 * Answers the clicks that were kept.
 */
export const holdAll = async (
  { touchpoints, identities }: AttributionStores,
  named: readonly (NamedCustomer & OfProgram)[],
  touches: readonly TouchKeys[] = [],
): Promise<readonly Clicked[]> => {
  const clicked = await identities.clicked(named.flatMap(({ clickId }) => clickId ?? []));
  const all = [...touches, ...named, ...clicked];
  await touchpoints.hold(all);
  await identities.hold(all.flatMap((each) => keysOf(each).map((key) => ({ programId: each.programId, key }))));
  return clicked;
};

/** What an order says of its customer when it is amended takes the place of what it said before. */
export const joinOrders = async (
  stores: Stores,
  placed: readonly IdentifiedOrder[],
  amended: readonly IdentifiedOrder[],
): Promise<Redrawn> => {
  const told = new Map([...placed, ...amended].map((order) => [order.orderId, order]));
  if (told.size === 0) return NOTHING;
  const last = await stores.identities.lastOf([...told.keys()]);
  const byOrder = new Map(last.map((merge) => [merge.orderId, merge]));
  const mayChange = new Set(amended.map(({ orderId }) => orderId));
  const orders = [...told.values()].filter(({ orderId }) => !byOrder.has(orderId) || mayChange.has(orderId));
  const clicked = await stores.identities.clicked(orders.flatMap(({ clickId }) => clickId ?? []));
  const byClick = new Map(clicked.map((touch) => [touch.clickId, touch]));
  const touchMerges = clicked.flatMap(touchMerge).map(({ mergeId }) => mergeId);
  const known = await stores.identities.known(touchMerges);
  return redrawAll(
    stores,
    orders.map((order) => changeOf(order, byOrder.get(order.orderId), byClick.get(order.clickId ?? 'clk_'), known)),
  );
};

/** Clicks that orders, or somebody, named before anybody told us of them. */
export const joinTouches = async (stores: Stores, touches: readonly Touchpoint[]): Promise<Redrawn> => {
  const naming = await stores.identities.naming(
    touches.flatMap(({ programId, clickId }) => keysOf({ clickId }).map((key) => ({ programId, key }))),
  );
  if (naming.length === 0) return NOTHING;
  const changes = touches.flatMap((touch): readonly Change[] => {
    const [key] = keysOf({ clickId: touch.clickId });
    const own = naming.filter(
      ({ programId, keys }) => programId === touch.programId && keys.some((one) => one === key),
    );
    if (own.length === 0) return [];
    if (touch.consent === 'denied') return own.map((merge) => withoutClick(merge, touch));
    return [{ programId: touch.programId, undone: [], said: touchMerge(touch).map((merge) => [merge]) }];
  });
  return redrawAll(stores, changes);
};

/** Those that are decided anyway. */
export const without = ({ merged, split }: Redrawn, decided: ReadonlySet<Id<'ord'>>): Redrawn => ({
  merged: new Set([...merged].filter((orderId) => !decided.has(orderId))),
  split: new Set([...split].filter((orderId) => !decided.has(orderId))),
});

const NOTHING: Redrawn = { merged: new Set(), split: new Set() };

const redrawAll = async (stores: Stores, changes: readonly Change[]): Promise<Redrawn> => {
  const merged = new Set<Id<'ord'>>();
  const split = new Set<Id<'ord'>>();
  for (const [programId, own] of grouped(changes, (change) => change.programId)) {
    const undone = own.flatMap((change) => change.undone);
    const said = own.flatMap((change) => change.said);
    if (undone.length + said.length === 0) continue;
    const redrawn = await redraw(stores, programId, { undone, said });
    for (const orderId of redrawn.merged) merged.add(orderId);
    for (const orderId of redrawn.split) split.add(orderId);
  }
  return { merged, split };
};

const changeOf = (
  order: IdentifiedOrder,
  before: KeptMerge | undefined,
  click: Clicked | undefined,
  known: ReadonlySet<Id<'mrg'>>,
): Change => {
  const { orderId, programId, placedAt } = order;
  const isJoinable = click === undefined || (click.consent !== 'denied' && click.programId === programId);
  const keys = keysOf({ ...order, clickId: isJoinable ? order.clickId : undefined });
  const touch = click !== undefined && isJoinable ? touchMerge(click).filter(({ mergeId }) => !known.has(mergeId)) : [];
  if (before !== undefined && isSame(before.keys, keys))
    return { programId, undone: [], said: touch.map((one) => [one]) };
  const undone = before === undefined ? [] : takenBack(before, { cause: 'order_amended', undoneAt: placedAt });
  const own = keys.length === 0 ? [] : [orderMerge({ orderId, programId, keys, mergedAt: placedAt }, before)];
  return { programId, undone, said: [[...own, ...touch]] };
};

/** A chain: an order that says again what it once said, and then something else, says it anew. */
const orderMerge = (
  merge: Omit<Merge, 'mergeId' | 'cause'> & { readonly orderId: Id<'ord'> },
  before: KeptMerge | undefined,
): Merge => ({
  ...merge,
  mergeId: derivedId('mrg', merge.orderId, ...merge.keys, before?.mergeId ?? ''),
  cause: 'order',
});

/** Where the visitor did not want to be remembered, there is none. */
export const touchMerge = ({ clickId, programId, visitorId, consent, occurredAt }: Clicked): readonly Merge[] =>
  visitorId === undefined || consent === 'denied'
    ? []
    : [
        {
          mergeId: derivedId('mrg', 'touch', clickId),
          programId,
          keys: keysOf({ clickId, visitorId }),
          cause: 'touch',
          mergedAt: occurredAt,
        },
      ];

const takenBack = (merge: KeptMerge, undoing: Undoing): readonly TakenBack[] =>
  stands(merge) ? [{ merge, undoing }] : [];

const withoutClick = (before: KeptMerge, { clickId, occurredAt }: Touchpoint): Change => {
  const { orderId, programId, mergedAt } = before;
  const undone = takenBack(before, { cause: 'consent_denied', undoneAt: occurredAt });
  const keys = before.keys.filter((key) => key !== `click:${clickId}`);
  const said =
    orderId === undefined || keys.length === 0 ? [] : [orderMerge({ orderId, programId, keys, mergedAt }, before)];
  return { programId, undone, said: [said] };
};

const isSame = (before: readonly IdentityKey[], after: readonly IdentityKey[]): boolean =>
  before.length === after.length && after.every((key) => before.includes(key));
