/**
 * What an order comes to where other orders count too: each partner's part is calculated by the figures of its periods,
 * and what it earns is written into them for whoever stands behind it.
 */
import type { Id } from '../../../../shared/ids.ts';
import type { OrderFacts } from '../../../orders/index.ts';
import { calculate, type Calculation } from '../engine/calculate.ts';
import type { Commission } from '../life-cycle/commission.ts';
import type { Credit } from '../life-cycle/credit.ts';
import { endOf, ending } from '../life-cycle/ending.ts';
import type { CreditFacts, Exchange } from '../engine/facts.ts';
import type { FigureScope, FiguresOfPeriods, PeriodFigures } from './figures.ts';
import type { Contribution, PeriodBook, Place, Standing } from './period-book.ts';
import { periodAt, type PeriodBounds } from './periods.ts';
import { type Calculations, isLive, type Known, reckon, type Reckoned } from '../life-cycle/reckon.ts';
import type { Recruiter } from '../life-cycle/recruits.ts';
import { scopesOf } from './scopes.ts';
import { at, type Cause } from '../life-cycle/step.ts';
import type { TermsVersion } from '../terms/terms.ts';
import { type PeriodKey, periodName, scopeKey } from './thresholds.ts';

/** An order whose turn it is. */
export interface Subject {
  readonly order: OrderFacts;
  readonly credit: Credit;
  readonly commissions: readonly Commission[];
  readonly timeZone: string;
  readonly parts: readonly Part[];
  /** Where it is not the order itself that has changed. */
  readonly because?: Cause | undefined;
}

/** One partner's part, the terms that judge it, and the periods it contributes to. */
export interface Part {
  readonly place: Place;
  readonly version: TermsVersion;
  readonly exchange?: Exchange | undefined;
  readonly credit: CreditFacts;
  readonly periods: readonly PlacedPeriod[];
  /** Who has a percentage of what the partner earns. */
  readonly recruiters?: readonly Recruiter[] | undefined;
}

export interface PlacedPeriod {
  readonly scope: FigureScope;
  readonly key: PeriodKey;
  readonly bounds: PeriodBounds;
}

export type Books = ReadonlyMap<string, PeriodBook>;

export interface Judged {
  readonly known: Known;
  readonly reckoned: Reckoned;
}

type FiguresOfScopes = ReadonlyMap<string, { readonly figures: PeriodFigures; readonly standing: Standing }>;

/** The periods of those scopes in which a place counts. */
export const periodsAt = (
  { placedAt, partnerId }: Place,
  programId: Id<'prg'>,
  scopes: readonly FigureScope[],
  { terms: { currency } }: TermsVersion,
  timeZone: string,
): readonly PlacedPeriod[] => {
  const bounds = new Map(scopes.map(({ period }) => [period, periodAt(period, placedAt, timeZone)]));
  return scopes.flatMap((scope) => {
    const within = bounds.get(scope.period);
    if (within === undefined) return [];
    const subject = scope.of === 'partner' ? { partnerId } : {};
    return [
      { scope, key: { programId, ...subject, scope: scopeKey(currency, scope), from: within.from }, bounds: within },
    ];
  });
};

/** Throws what `calculate` throws; then the periods hold what they held of the order, to stay so. */
export const judge = (subject: Subject, books: Books): Judged => {
  const { order, credit, commissions, because } = subject;
  const parts = new Map<Id<'par'>, Calculations>();
  let isFirst = true;
  for (const part of subject.parts) {
    const figures = figuresFor(part, books);
    const calculations = calculationsOf(subject, part, byName(figures, part.version));
    parts.set(part.place.partnerId, calculations);
    const counts = stillEarns(subject, part, calculations);
    for (const period of part.periods) {
      const contribution = counts ? contributionTo(period, part, calculations.kept, isFirst, figures) : undefined;
      bookOf(books, period.key).write(part.place, contribution);
    }
    if (counts) isFirst = false;
  }
  const known: Known = { order, credit, commissions, parts, because };
  return { known, reckoned: reckon(known) };
};

/** Nobody can calculate it, and nothing is left to calculate: an order that ended has come to nothing. */
export const judgeEnded = ({
  order,
  credit,
  commissions,
}: Pick<Known, 'order' | 'credit' | 'commissions'>): Judged | undefined => {
  const end = endOf(order);
  if (end === undefined) return undefined;
  const ways = commissions.filter(isLive).map((commission) => ending(at(commission), end));
  return {
    known: { order, credit, commissions, parts: new Map() },
    reckoned: { commissions: ways.map(({ commission }) => commission), steps: ways.flatMap(({ steps }) => steps) },
  };
};

const bookOf = (books: Books, key: PeriodKey): PeriodBook => {
  const book = books.get(periodName(key));
  if (book === undefined) throw new Error(`nobody has opened the period ${periodName(key)}`);
  return book;
};

/** Of the scopes that the version looks at, by key. */
const figuresFor = ({ place, periods, version: { terms } }: Part, books: Books): FiguresOfScopes => {
  const looked = new Set(scopesOf(terms).map((scope) => scopeKey(terms.currency, scope)));
  return new Map(
    periods.flatMap(({ key }) => {
      if (!looked.has(key.scope)) return [];
      const book = bookOf(books, key);
      return [[key.scope, { figures: book.figuresAt(place), standing: book.standingAt(place) }] as const];
    }),
  );
};

const byName = (figures: FiguresOfScopes, { terms }: TermsVersion): FiguresOfPeriods =>
  new Map(
    scopesOf(terms).flatMap((scope) => {
      const found = figures.get(scopeKey(terms.currency, scope));
      return found === undefined ? [] : [[scope.name, found.figures] as const];
    }),
  );

const calculationsOf = (
  { order, timeZone }: Subject,
  { credit, version, exchange, recruiters }: Part,
  figures: FiguresOfPeriods,
): Calculations => {
  const facts = { order, credit, exchange, timeZone };
  const kept = calculate(facts, version, figures);
  const ordered =
    order.returns.length === 0 ? kept : calculate({ ...facts, order: withoutReturns(order) }, version, figures);
  return { ordered, kept, reviewAfterDays: version.terms.reviewAfterDays, recruiters };
};

const withoutReturns = (order: OrderFacts): OrderFacts => ({
  ...order,
  lines: order.lines.map((line) => ({ ...line, returnedQuantity: 0 })),
});

/** Whether the part has a commission that has not ended. */
const stillEarns = (
  { order, credit, commissions }: Subject,
  { place: { partnerId } }: Part,
  calculations: Calculations,
): boolean => {
  const own = commissions.filter((each) => each.partnerId === partnerId && each.recruit === undefined);
  const alone = { ...credit, credits: credit.credits.filter((each) => each.partnerId === partnerId) };
  const { commissions: changed } = reckon({
    order,
    credit: alone,
    commissions: own,
    parts: new Map([[partnerId, calculations]]),
  });
  const after = new Map([...own, ...changed].map((each) => [each.id, each]));
  return [...after.values()].some(isLive);
};

// ── what it adds ──────────────────────────────────────────────────────────────────────────────────────────────────

/** Of an order that several partners share, the program counts the order and its revenue once; budgets count neither. */
const contributionTo = (
  { scope: { of, group }, key }: PlacedPeriod,
  { place }: Part,
  { total, revenue, explanation }: Calculation,
  isFirst: boolean,
  figures: FiguresOfScopes,
): Contribution | undefined => {
  const paid = explanation.lines.filter((line) => line.group?.name === group);
  if (group !== undefined && paid.length === 0) return undefined;
  const counts = group === undefined && (of === 'partner' || isFirst);
  const earnedMinor =
    group === undefined ? total.minor : paid.reduce((sum, { amount }) => sum + BigInt(amount.minor), 0n);
  const wanted = explanation.limits.flatMap(({ counted, before }) =>
    counted !== undefined && counted.group === group ? [BigInt(before.minor)] : [],
  );
  return {
    place,
    orders: counts ? 1 : 0,
    revenueMinor: counts ? revenue.minor : 0n,
    earnedMinor,
    wantedMinor: wanted.reduce((most, each) => (each > most ? each : most), earnedMinor),
    judgedAt: figures.get(key.scope)?.standing,
  };
};
