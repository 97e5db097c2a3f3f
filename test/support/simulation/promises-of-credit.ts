import { AttributionQueries } from '../../../src/modules/attribution/application/deciding/attribution-queries.ts';
import { recalculate } from '../../../src/modules/commission/domain/engine/recalculate.ts';
import type { Commission } from '../../../src/modules/commission/domain/life-cycle/commission.ts';
import { FraudQueries } from '../../../src/modules/fraud/application/fraud-queries.ts';
import { updated } from '../../../src/modules/orders/application/receive-order-events.ts';
import type { OrderFacts } from '../../../src/modules/orders/index.ts';
import { canonicalJson } from '../../../src/shared/canonical-json.ts';
import { grouped } from '../../../src/shared/grouped.ts';
import { plusMs } from '../../../src/shared/instant.ts';
import { FakeAttributionReader } from '../fakes/fake-attribution.ts';
import { FakeFraudReader } from '../fakes/fake-fraud.ts';
import type { Findings, Promised } from './promises.ts';
import { DAY } from './story.ts';
import type { World } from './world.ts';

/** What a commission has come to. */
export const netOf = ({ state, amount, adjusted, clawedBack }: Commission): bigint =>
  state === 'reversed' ? 0n : amount.minor + adjusted.minor - clawedBack.minor;

const isLive = ({ state, endReason }: Commission): boolean => state !== 'reversed' && endReason === undefined;

const takenIn = ({ story, stores, scene }: World): Findings => {
  const nameOf = (program: number, ref: string): string => `${scene.programs[program]?.programId ?? ''}/${ref}`;
  const aboutOrders = story.told.filter(({ type }) => type.startsWith('order.'));
  const wanted = grouped(aboutOrders, ({ program, subject }) => nameOf(program, subject));
  const known = new Map(stores.orders.all().map((order) => [`${order.programId}/${order.orderRef}`, order.events]));
  const clicks = story.told.length - aboutOrders.length;
  return [
    ...[...wanted].flatMap(([name, told]) => {
      const [ids, expected] = [
        known
          .get(name)
          ?.map(({ eventId }) => eventId)
          .toSorted(),
        told.map(({ id }) => `otd/${id}`),
      ];
      return canonicalJson(ids ?? []) === canonicalJson(expected.toSorted()) ? [] : [`${name} has other events`];
    }),
    ...(known.size === wanted.size ? [] : [`there are ${known.size} orders instead of ${wanted.size}`]),
    ...(stores.attribution.clicks().length === clicks ? [] : ['there are more or fewer clicks than were told']),
    ...(stores.pipeline.published.length === story.told.length ? [] : ['something was let in twice, or not at all']),
  ];
};

const foldedFromTheirJournals = ({ stores }: World): Findings =>
  stores.orders
    .all()
    .filter((order) => canonicalJson(updated(order, []).facts ?? null) !== canonicalJson(order.facts ?? null))
    .map(({ orderRef }) => `${orderRef} is not the fold of its journal`);

const explained = ({ stores }: World): Findings =>
  stores.commission.all().flatMap(({ id, amount }) => {
    const current = stores.commission.explanationsOf(id).findLast(({ kind }) => kind !== 'clawed_back');
    if (current === undefined) return [`${id} has no explanation`];
    return recalculate(current.explanation).equals(amount) ? [] : [`${id} is not what its explanation comes to`];
  });

/** What is credited to somebody earns, or has ended for a reason; what earns is credited to whoever earns it. */
const decidedUpon = ({ stores }: World): Findings => {
  const commissions = grouped(stores.commission.all(), ({ orderId }) => orderId);
  const conversions = new Map(
    stores.attribution.conversions().map((each) => [each.order.orderId, each.decision.outcome]),
  );
  const undecided = stores.orders.all().filter(({ orderId }) => !conversions.has(orderId));
  const unfounded = stores.commission.all().filter(({ orderId, partnerId, ...rest }) => {
    const outcome = conversions.get(orderId);
    return outcome === undefined || (isLive({ orderId, partnerId, ...rest }) && !isCreditedTo(outcome, partnerId));
  });
  const unearned = [...conversions].filter(
    ([orderId, outcome]) =>
      outcome.kind === 'attributed' &&
      !(commissions.get(orderId) ?? []).some(({ partnerId }) => partnerId === outcome.partnerId),
  );
  return [
    ...undecided.map(({ orderRef }) => `nobody has decided about ${orderRef}`),
    ...unfounded.map(({ id }) => `${id} rests on no decision`),
    ...unearned.map(([orderId]) => `${orderId} is credited and earns nobody anything`),
  ];
};

const isCreditedTo = (outcome: { readonly kind: string; readonly partnerId?: string }, partnerId: string): boolean =>
  outcome.kind === 'attributed' && outcome.partnerId === partnerId;

const hasEnded = ({ cancelledAt, returnedAt, chargedBackAt }: OrderFacts): boolean =>
  (cancelledAt ?? returnedAt ?? chargedBackAt) !== undefined;

const nothingForNothing = ({ stores }: World): Findings => {
  const ended = new Set(
    stores.orders.all().flatMap(({ orderId, facts }) => (facts && hasEnded(facts) ? [orderId] : [])),
  );
  return stores.commission
    .all()
    .filter((commission) => ended.has(commission.orderId) && netOf(commission) !== 0n)
    .map(({ id, orderRef }) => `${id} keeps something of ${orderRef}, which came to nothing`);
};

/** Not before the return window after the delivery is over, by the word of whoever told the story. */
const lockedInTime = ({ stores, story, scene, clock }: World): Findings => {
  const plans = new Map(
    story.orders.map((order) => [`${scene.programs[order.program]?.programId ?? ''}/${order.ref}`, order]),
  );
  const allowed = new Set(
    stores.fraud
      .assessments()
      .flatMap(({ orderId, partnerId, verdict }) => (verdict === 'allow' ? [`${orderId}/${partnerId}`] : [])),
  );
  return stores.commission.all().flatMap(({ id, programId, partnerId, orderId, orderRef, lockedAt }) => {
    if (lockedAt === undefined) return [];
    const plan = plans.get(`${programId}/${orderRef}`);
    const days = scene.programs.find((program) => program.programId === programId)?.returnWindowDays ?? 0;
    const early =
      plan?.deliveredAt === undefined || lockedAt < plusMs(plan.deliveredAt, days * DAY) || lockedAt > clock.now();
    return [
      ...(early ? [`${id} locked at ${lockedAt}, too early`] : []),
      ...(allowed.has(`${orderId}/${partnerId}`) ? [] : [`${id} locked without fraud's word`]),
    ];
  });
};

const nothingLeft = ({ stores, broker, clock }: World): Findings => {
  const now = clock.now();
  const { bookings, periods } = stores.settlement.tables;
  const due = stores.commission
    .all()
    .filter(({ state, allowed, locksAt }) => state === 'vested' && allowed && (locksAt ?? now) < now);
  return [
    ...(broker.isIdle() ? [] : ['messages wait']),
    ...due.map(({ id }) => `${id} is due to lock`),
    ...stores.fraud.cases().flatMap(({ caseId, state }) => (state === 'open' ? [`${caseId} is open`] : [])),
    ...bookings.committed
      .values()
      .flatMap(({ booking, postedAt }) => (postedAt ? [] : [`${booking.id} is not posted`])),
    ...periods.committed.values().flatMap(({ period, state }) => (state === 'closed' ? [] : [`${period} is ${state}`])),
  ];
};

export const locksWait: Promised = { promise: 'nothing locks before its time', findings: lockedInTime };

export const promisesOfCredit: readonly Promised[] = [
  { promise: 'after everything nothing is left to do', findings: nothingLeft },
  { promise: 'everything that was told took effect once', findings: takenIn },
  { promise: 'every order is the fold of its journal', findings: foldedFromTheirJournals },
  {
    promise: 'every decision is what its recorded inputs decide',
    findings: ({ stores }) => new AttributionQueries(new FakeAttributionReader(stores.attribution)).contradictions(),
  },
  {
    promise: 'every fraud finding is what the rules make of the recorded facts',
    findings: ({ stores }) => new FraudQueries(new FakeFraudReader(stores.fraud)).contradictions(),
  },
  { promise: 'every commission has an explanation that comes to the same cents', findings: explained },
  { promise: 'every commission rests on a decision', findings: decidedUpon },
  { promise: 'an order that came to nothing earns nothing', findings: nothingForNothing },
  locksWait,
];
