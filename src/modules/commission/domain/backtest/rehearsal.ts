/**
 * What orders would have earned by some terms, judged one after the other as they were placed. The figures of periods are
 * kept in memory as they grow: a few for each partner and period, however many orders there are.
 */
import type { Id } from '../../../../shared/ids.ts';
import type { OrderFacts } from '../../../orders/index.ts';
import { calculate, type Reckoning, reckoning } from '../engine/calculate.ts';
import type { Explanation } from '../explaining/explanation.ts';
import type { CreditFacts, Exchange, Facts } from '../engine/facts.ts';
import type { Figures, FigureScope, FiguresOfPeriods } from '../periods/figures.ts';
import { periodsAt, type PlacedPeriod } from '../periods/judge.ts';
import { minus, NO_FIGURES, plus } from '../periods/period-book.ts';
import { scopesOf } from '../periods/scopes.ts';
import type { Terms, TermsVersion } from '../terms/terms.ts';
import { periodName, scopeKey, scopesOfProgram } from '../periods/thresholds.ts';

export interface RehearsedOrder {
  readonly order: OrderFacts;
  readonly parts: readonly RehearsedPart[];
}

export interface RehearsedPart {
  readonly credit: CreditFacts;
  readonly version: TermsVersion;
  readonly exchange?: Exchange | undefined;
  /** What was reversed is nothing to anybody. */
  readonly counts: boolean;
}

export interface Earning extends Pick<Reckoning, 'total' | 'cuts'> {
  readonly partnerId: Id<'par'>;
  readonly explain: () => Explanation;
}

const NO_SCOPES: FiguresOfPeriods = new Map();

export class Rehearsal {
  private readonly seen = new Map<string, Figures>();
  private readonly scopes = new Map<string, readonly FigureScope[]>();
  /** By the words that go by them, with the keys of their periods. */
  private readonly scopesByTerms = new Map<Terms, readonly (readonly [FigureScope, string])[]>();

  /** `wholes`: what periods come to in the end, from a rehearsal before; where terms look ahead. */
  constructor(
    private readonly versions: readonly TermsVersion[],
    private readonly timeZone: string,
    private readonly wholes?: ReadonlyMap<string, Figures>,
  ) {}

  /** By period, of all orders so far. */
  get figures(): ReadonlyMap<string, Figures> {
    return this.seen;
  }

  /** The next order. Throws what `calculate` throws; then it counts nothing. */
  judge({ order, parts }: RehearsedOrder): readonly Earning[] {
    const own = new Map<string, Figures>();
    let isFirst = true;
    const earnings = parts.map((part): Earning => {
      const { earning, written } = this.part(order, part, isFirst, own);
      if (part.counts) isFirst = false;
      for (const [name, figures] of written) own.set(name, plus(own.get(name) ?? NO_FIGURES, figures));
      return earning;
    });
    for (const [name, figures] of own) this.seen.set(name, plus(this.seen.get(name) ?? NO_FIGURES, figures));
    return earnings;
  }

  private part(
    order: OrderFacts,
    { credit, version, exchange, counts }: RehearsedPart,
    isFirst: boolean,
    shared: ReadonlyMap<string, Figures>,
  ): { readonly earning: Earning; readonly written: readonly (readonly [string, Figures])[] } {
    const { partnerId } = credit;
    const facts: Facts = { order, credit, exchange, timeZone: this.timeZone };
    const place = { placedAt: order.placedAt, orderId: order.orderId, partnerId };
    const scopes = this.scopesIn(version.terms.currency);
    const periods = scopes.length === 0 ? [] : periodsAt(place, order.programId, scopes, version, this.timeZone);
    const writing = (found: Reckoning) =>
      counts ? periods.flatMap((period) => contribution(period, found, isFirst)) : [];
    let figures = this.figuresFor(version, periods, shared, new Map());
    // What it adds to the period is known before what it earns; only then is it known what the others add.
    if (this.wholes !== undefined && counts)
      figures = this.figuresFor(version, periods, shared, new Map(writing(reckoning(facts, version, figures))));
    const found = reckoning(facts, version, figures);
    const { total, cuts } = found;
    const explain = (): Explanation => calculate(facts, version, figures).explanation;
    return { earning: { partnerId, total, cuts, explain }, written: writing(found) };
  }

  private scopesIn(currency: string): readonly FigureScope[] {
    const known = this.scopes.get(currency);
    if (known !== undefined) return known;
    const scopes = scopesOfProgram(this.versions, currency);
    this.scopes.set(currency, scopes);
    return scopes;
  }

  private keyedScopes(terms: Terms): readonly (readonly [FigureScope, string])[] {
    const known = this.scopesByTerms.get(terms);
    if (known !== undefined) return known;
    const scopes = scopesOf(terms).map((scope) => [scope, scopeKey(terms.currency, scope)] as const);
    this.scopesByTerms.set(terms, scopes);
    return scopes;
  }

  private figuresFor(
    { terms }: TermsVersion,
    periods: readonly PlacedPeriod[],
    shared: ReadonlyMap<string, Figures>,
    own: ReadonlyMap<string, Figures>,
  ): FiguresOfPeriods {
    if (periods.length === 0) return NO_SCOPES;
    const byKey = new Map(periods.map((period) => [period.key.scope, period]));
    return new Map(
      this.keyedScopes(terms).flatMap(([scope, key]) => {
        const period = byKey.get(key);
        if (period === undefined) return [];
        const name = periodName(period.key);
        const ofOrder = shared.get(name) ?? NO_FIGURES;
        const seen = this.seen.get(name) ?? NO_FIGURES;
        // Of what the order's other partners earn, limits hear; the order is still one.
        const before = { ...seen, earnedMinor: seen.earnedMinor + ofOrder.earnedMinor };
        const whole = this.wholes === undefined ? seen : minus(this.wholes.get(name) ?? seen, ofOrder);
        return [[scope.name, { ...period.bounds, before, others: minus(whole, own.get(name) ?? NO_FIGURES) }] as const];
      }),
    );
  }
}

/** As `judge` writes it into the books. */
const contribution = (
  { scope: { of, group }, key }: PlacedPeriod,
  { total, revenue, paidBy }: Reckoning,
  isFirst: boolean,
): readonly (readonly [string, Figures])[] => {
  const name = periodName(key);
  if (group !== undefined) return [[name, { orders: 0, revenueMinor: 0n, earnedMinor: paidBy(group) }]];
  const counts = of === 'partner' || isFirst;
  return [[name, { orders: counts ? 1 : 0, revenueMinor: counts ? revenue.minor : 0n, earnedMinor: total.minor }]];
};
