import type { Clock } from '../../../../shared/clock.ts';
import { grouped } from '../../../../shared/grouped.ts';
import type { Id } from '../../../../shared/ids.ts';
import type { PartnersPort } from '../../../partners/index.ts';
import type { Instant } from '../../../../shared/instant.ts';
import { announcementsOf, type Notes, type Occasion } from '../../domain/deciding/announcements.ts';
import { couponKeysOf, couponTouch, couponKey } from '../../domain/traffic/coupon.ts';
import {
  type Conversion,
  conversionIdOf,
  decided,
  type DecisionInputs,
  type PlacedOrder,
  type RecordedDecision,
} from '../../domain/deciding/conversion.ts';
import type { Standing } from '../../domain/deciding/journey.ts';
import { inRules, type Policy, policyInForce } from '../../domain/policy/policy.ts';
import type { Touchpoint } from '../../domain/traffic/touchpoint.ts';
import type { AttributionStores } from '../../ports/attribution-stores.ts';
import { type Gathered, gatherTouches } from './gather-touches.ts';
import type { Redrawn } from '../identity/redraw-identities.ts';

/** An order whose credit is to be decided, and how it was decided before. */
interface Question {
  readonly order: PlacedOrder;
  readonly before?: RecordedDecision | undefined;
}

interface Case extends Question, Gathered {
  readonly policy: Policy;
}

/** Decides who is credited with orders: once when they are placed, and again for each click that arrives late. */
export class DecideConversions {
  /** Programs there are, as far as anybody has asked: none is ever taken away, and where somebody is enrolled there is one. */
  private readonly programs = new Set<Id<'prg'>>();

  constructor(
    private readonly partners: PartnersPort,
    private readonly clock: Clock,
  ) {}

  /** Answers which it decided: those that were decided before, it leaves alone. */
  async first(stores: AttributionStores, orders: readonly PlacedOrder[]): Promise<readonly Id<'ord'>[]> {
    const distinct = distinctOrders(orders);
    const known = await stores.conversions.decided(distinct.map(conversionIdOf));
    const done = new Set(known.map(({ conversionId }) => conversionId));
    const undecided = distinct.filter((order) => !done.has(conversionIdOf(order)));
    await this.useCoupons(stores, undecided);
    await this.decide(
      stores,
      undecided.map((order) => ({ order })),
      'late_click',
    );
    return undecided.map(({ orderId }) => orderId);
  }

  /** Orders that turned out to be otherwise: decided anew by what is known of them now. */
  async amended(stores: AttributionStores, orders: readonly PlacedOrder[]): Promise<void> {
    const distinct = distinctOrders(orders);
    const known = await stores.conversions.decided(distinct.map(conversionIdOf));
    await this.useCoupons(stores, distinct);
    const decisions = new Map(known.map(({ conversionId, decision }) => [conversionId, decision]));
    await this.decide(
      stores,
      distinct.map((order) => ({ order, before: decisions.get(conversionIdOf(order)) })),
      'order_amended',
    );
  }

  /** By the policy each was decided by before: a late click changes what is known, not the rules. */
  async again(stores: AttributionStores, late: readonly Touchpoint[]): Promise<void> {
    const touched = await stores.conversions.touchedBy(late);
    await this.decide(
      stores,
      touched.map(({ order, decision }) => ({ order, before: decision })),
      'late_click',
    );
  }

  /** Orders of whose customers more is known to be one, or less. */
  async rejoined(stores: AttributionStores, { merged, split }: Redrawn): Promise<void> {
    await this.ofOrders(stores, [...merged], 'identities_merged');
    await this.ofOrders(
      stores,
      [...split].filter((orderId) => !merged.has(orderId)),
      'identities_split',
    );
  }

  /** Orders that were nobody's because there was no such program, which there is now. */
  async found(stores: AttributionStores, strays: readonly Conversion[]): Promise<void> {
    await this.useCoupons(
      stores,
      strays.map(({ order }) => order),
    );
    await this.decide(
      stores,
      strays.map(({ order, decision }) => ({ order, before: decision })),
      'program_created',
    );
  }

  private async ofOrders(stores: AttributionStores, orderIds: readonly Id<'ord'>[], occasion: Occasion): Promise<void> {
    if (orderIds.length === 0) return;
    const known = await stores.conversions.decided(orderIds.map((orderId) => conversionIdOf({ orderId })));
    await this.decide(
      stores,
      known.map(({ order, decision }) => ({ order, before: decision })),
      occasion,
    );
  }

  /** By a claim that was confirmed. */
  claimed(stores: AttributionStores, conversions: readonly Conversion[]): Promise<void> {
    return this.decide(
      stores,
      conversions.map(({ order, decision }) => ({ order, before: decision })),
      'claim_confirmed',
    );
  }

  /** Whoever's codes an order was placed with has touched the customer then. Codes that nobody has are the shop's own. */
  private async useCoupons({ coupons, touchpoints }: AttributionStores, orders: readonly PlacedOrder[]): Promise<void> {
    const names = orders.flatMap((order) => couponKeysOf(order).map((key) => ({ programId: order.programId, key })));
    if (names.length === 0) return;
    const known = await coupons.named(names);
    const byName = new Map(known.map((coupon) => [`${coupon.programId}/${couponKey(coupon.code)}`, coupon]));
    const now = this.clock.now();
    const uses = orders.flatMap((order) =>
      couponKeysOf(order).flatMap((key) => {
        const coupon = byName.get(`${order.programId}/${key}`);
        return coupon === undefined ? [] : [couponTouch(order, coupon, now)];
      }),
    );
    if (uses.length > 0) await touchpoints.record(uses);
  }

  private async decide(stores: AttributionStores, questions: readonly Question[], occasion: Occasion): Promise<void> {
    if (questions.length === 0) return;
    const now = this.clock.now();
    const cases = await casesOf(stores, questions, now);
    const asked = await this.ask(cases);
    const missing = await this.missingAmong(questions);
    const answers = cases.map((each) => {
      const { order, before, touches: candidates, policy } = each;
      const programUnknown = missing.has(order.programId) || undefined;
      const known = { candidates, standings: standingsOf(each, asked), policy, programUnknown };
      return { ...each, after: decided(order, known, before, now) };
    });
    const news = answers.filter(({ before, after }) => before?.digest !== after.decision.digest);
    await stores.touchpoints.record(news.flatMap(({ made }) => made));
    await stores.conversions.save(news.map(({ after }) => after));
    for (const { touches, after, before } of news)
      stores.outbox.publish(...announcementsOf({ after, before, occasion, notes: notesOf(touches) }));
  }

  /** Programs that orders name and that do not exist. An order whose program was there once is of one that is there. */
  private async missingAmong(questions: readonly Question[]): Promise<ReadonlySet<Id<'prg'>>> {
    const named = questions.flatMap((question) => (groundsOf(question) === undefined ? question.order.programId : []));
    const unsure = [...new Set(named)].filter((programId) => !this.programs.has(programId));
    const found = await Promise.all(unsure.map((programId) => this.partners.program(programId)));
    for (const program of found) if (program !== undefined) this.programs.add(program.programId);
    return new Set(unsure.filter((programId) => !this.programs.has(programId)));
  }

  /** How partners stand who have not been considered before, by program and partner. */
  private async ask(cases: readonly Case[]): Promise<ReadonlyMap<string, Standing>> {
    const standings = new Map<string, Standing>();
    for (const [programId, ofProgram] of grouped(cases, ({ order }) => order.programId)) {
      const partnerIds = [...new Set(ofProgram.flatMap(newcomers))];
      if (partnerIds.length === 0) continue;
      const enrolments = await this.partners.enrolments(programId, partnerIds);
      if (enrolments.length > 0) this.programs.add(programId);
      for (const { partnerId, state, groups = [] } of enrolments)
        standings.set(nameOf(programId, partnerId), { partnerId, state, ...(groups.length > 0 && { groups }) });
    }
    return standings;
  }
}

/** Of several tellings of one order, the last. */
const distinctOrders = (orders: readonly PlacedOrder[]): readonly PlacedOrder[] => [
  ...new Map(orders.map((order) => [order.orderId, order])).values(),
];

const casesOf = async (
  stores: AttributionStores,
  questions: readonly Question[],
  now: Instant,
): Promise<readonly Case[]> => {
  const policyOf = await policiesFor(stores, questions);
  const ruled = questions.map((question) => ({ ...question, policy: policyOf(question) }));
  const gathered = await gatherTouches(stores, ruled, now);
  return ruled.map((question) => ({ ...question, ...(gathered.get(question.order.orderId) ?? NOTHING) }));
};

const NOTHING: Gathered = { touches: [], made: [] };

/**
 * The one an order was decided by before, and for one that was not the one in force when it was placed. An order that
 * turns out to be of another time is one that was not.
 */
const policiesFor = async ({ policies }: AttributionStores, questions: readonly Question[]) => {
  const unruled = questions.filter((question) => policyBefore(question) === undefined);
  const programIds = [...new Set(unruled.map(({ order }) => order.programId))];
  const versions = programIds.length === 0 ? [] : await policies.ofPrograms(programIds);
  const ofProgram = grouped(versions, ({ programId }) => programId);
  return (question: Question): Policy => {
    const { programId, placedAt } = question.order;
    return policyBefore(question) ?? inRules(policyInForce(ofProgram.get(programId) ?? [], placedAt));
  };
};

const policyBefore = (question: Question): Policy | undefined => {
  const grounds = groundsOf(question);
  return grounds?.order.placedAt === question.order.placedAt ? grounds.policy : undefined;
};

/** What a decision goes by that was made before. One that was made while there was no program stands for nothing. */
const groundsOf = ({ before }: Question): DecisionInputs | undefined =>
  before?.inputs.programUnknown ? undefined : before?.inputs;

const notesOf = (touches: readonly Touchpoint[]): Notes => new Map(touches.map((touch) => [touch.clickId, touch]));

const nameOf = (programId: Id<'prg'>, partnerId: Id<'par'>): string => `${programId}/${partnerId}`;

const considered = ({ touches }: Case): readonly Id<'par'>[] => [
  ...new Set(touches.flatMap(({ partnerId }) => partnerId ?? [])),
];

const newcomers = (question: Case): readonly Id<'par'>[] => {
  const known = new Set(groundsOf(question)?.standings.map(({ partnerId }) => partnerId));
  return considered(question).filter((partnerId) => !known.has(partnerId));
};

/**
 * How partners stood when they were first considered. Were they asked about anew each time, a partner suspended today
 * would lose what it earned a year ago to whichever unrelated click happens to arrive.
 */
const standingsOf = (question: Case, asked: ReadonlyMap<string, Standing>): readonly Standing[] => [
  ...(groundsOf(question)?.standings ?? []),
  ...newcomers(question).map(
    (partnerId): Standing => asked.get(nameOf(question.order.programId, partnerId)) ?? { partnerId, state: 'none' },
  ),
];
