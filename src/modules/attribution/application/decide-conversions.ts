import type { Clock } from '../../../shared/clock.ts';
import { grouped } from '../../../shared/grouped.ts';
import type { Id } from '../../../shared/ids.ts';
import type { PartnersPort } from '../../partners/index.ts';
import { announcementsOf, type Occasion } from '../domain/announcements.ts';
import { couponKeysOf, couponTouch, couponKey } from '../domain/coupon.ts';
import { conversionIdOf, decided, type PlacedOrder, type RecordedDecision } from '../domain/conversion.ts';
import type { Standing } from '../domain/decide.ts';
import { DEFAULT_POLICY, type Policy } from '../domain/policy.ts';
import type { Touchpoint } from '../domain/touchpoint.ts';
import type { AttributionStores } from '../ports/attribution-stores.ts';

/** An order whose credit is to be decided, and how it was decided before. */
interface Question {
  readonly order: PlacedOrder;
  readonly before?: RecordedDecision | undefined;
}

interface Case extends Question {
  readonly candidates: readonly Touchpoint[];
  readonly policy: Policy;
}

/** Decides who is credited with orders: once when they are placed, and again for each click that arrives late. */
export class DecideConversions {
  constructor(
    private readonly partners: PartnersPort,
    private readonly clock: Clock,
  ) {}

  async first(stores: AttributionStores, orders: readonly PlacedOrder[]): Promise<void> {
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
    const cases = await casesOf(stores, questions);
    const asked = await this.ask(cases);
    const now = this.clock.now();
    const answers = cases.map(({ order, before, candidates, policy }) => {
      const standings = standingsOf({ order, before, candidates, policy }, asked);
      return { before, after: decided(order, { candidates, standings, policy }, before, now) };
    });
    const news = answers.filter(({ before, after }) => before?.digest !== after.decision.digest);
    await stores.conversions.save(news.map(({ after }) => after));
    for (const { before, after } of news) stores.outbox.publish(...announcementsOf(after, before, occasion));
  }

  /** How partners stand who have not been considered before, by program and partner. */
  private async ask(cases: readonly Case[]): Promise<ReadonlyMap<string, Standing['state']>> {
    const states = new Map<string, Standing['state']>();
    for (const [programId, ofProgram] of grouped(cases, ({ order }) => order.programId)) {
      const partnerIds = [...new Set(ofProgram.flatMap(newcomers))];
      if (partnerIds.length === 0) continue;
      const enrolments = await this.partners.enrolments(programId, partnerIds);
      for (const { partnerId, state } of enrolments) states.set(nameOf(programId, partnerId), state);
    }
    return states;
  }
}

/** Of several tellings of one order, the last. */
const distinctOrders = (orders: readonly PlacedOrder[]): readonly PlacedOrder[] => [
  ...new Map(orders.map((order) => [order.orderId, order])).values(),
];

const casesOf = async (
  { touchpoints, policies }: AttributionStores,
  questions: readonly Question[],
): Promise<readonly Case[]> => {
  const candidates = await touchpoints.candidates(questions.map(({ order }) => order));
  const unruled = questions.filter(({ before }) => before === undefined);
  const inForce =
    unruled.length === 0
      ? new Map<Id<'prg'>, Policy>()
      : await policies.inForce([...new Set(unruled.map(({ order }) => order.programId))]);
  return questions.map((question) => ({
    ...question,
    candidates: candidates.get(question.order.orderId) ?? [],
    policy: question.before?.inputs.policy ?? inForce.get(question.order.programId) ?? DEFAULT_POLICY,
  }));
};

const nameOf = (programId: Id<'prg'>, partnerId: Id<'par'>): string => `${programId}/${partnerId}`;

const considered = ({ candidates }: Case): readonly Id<'par'>[] => [
  ...new Set(candidates.flatMap(({ partnerId }) => partnerId ?? [])),
];

const newcomers = (question: Case): readonly Id<'par'>[] => {
  const known = new Set(question.before?.inputs.standings.map(({ partnerId }) => partnerId));
  return considered(question).filter((partnerId) => !known.has(partnerId));
};

/**
 * How partners stood when they were first considered. Were they asked about anew each time, a partner suspended today
 * would lose what it earned a year ago to whichever unrelated click happens to arrive.
 */
const standingsOf = (question: Case, asked: ReadonlyMap<string, Standing['state']>): readonly Standing[] => [
  ...(question.before?.inputs.standings ?? []),
  ...newcomers(question).map((partnerId) => ({
    partnerId,
    state: asked.get(nameOf(question.order.programId, partnerId)) ?? 'none',
  })),
];
