/**
 * What an order comes to where other orders count too: each partner's part is calculated by the figures of its periods,
 * and what it earns is written into them for whoever stands behind it.
 */
import type { Id } from '../../../shared/ids.ts';
import type { OrderFacts } from '../../orders/index.ts';
import { calculate, type Calculation } from './calculate.ts';
import type { Commission } from './commission.ts';
import { type Credit, creditFacts } from './credit.ts';
import type { CreditFacts, Exchange } from './facts.ts';
import type { FigureScope, FiguresOfPeriods, PeriodFigures } from './figures.ts';
import type { Contribution, PeriodBook, Place, Standing } from './period-book.ts';
import { periodAt, type PeriodBounds } from './periods.ts';
import { type Calculations, type Known, reckon, type Reckoned } from './reckon.ts';
import { scopesOf } from './scopes.ts';
import type { TermsVersion } from './terms.ts';
import { type PeriodKey, periodName, scopeKey } from './thresholds.ts';

/** An order whose turn it is. */
export interface Subject {
  readonly order: OrderFacts;
  readonly credit: Credit;
  readonly commissions: readonly Commission[];
  readonly version: TermsVersion;
  readonly exchange?: Exchange | undefined;
  readonly timeZone: string;
  readonly parts: readonly Part[];
}

/** One partner's part, and the periods it contributes to. */
interface Part {
  readonly place: Place;
  readonly credit: CreditFacts;
  readonly periods: readonly PlacedPeriod[];
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

/** The parts of an order's credit in their order, each in the periods of those scopes. */
export const partsOf = (
  order: OrderFacts,
  credit: Credit,
  scopes: readonly FigureScope[],
  { terms: { currency } }: TermsVersion,
  timeZone: string,
): readonly Part[] => {
  const bounds = new Map(scopes.map(({ period }) => [period, periodAt(period, order.placedAt, timeZone)]));
  return creditFacts(credit, order.placedAt).map((facts) => ({
    place: { placedAt: order.placedAt, orderId: order.orderId, partnerId: facts.partnerId },
    credit: facts,
    periods: scopes.flatMap((scope) => {
      const within = bounds.get(scope.period);
      if (within === undefined) return [];
      const partnerId = scope.of === 'partner' ? facts.partnerId : undefined;
      const key = { programId: order.programId, partnerId, scope: scopeKey(currency, scope), from: within.from };
      return [{ scope, key, bounds: within }];
    }),
  }));
};

/** Throws what `calculate` throws; then nothing is written. */
export const judge = (subject: Subject, books: Books): Judged => {
  const parts = new Map<Id<'par'>, Calculations>();
  const written: (() => void)[] = [];
  let isFirst = true;
  try {
    for (const part of subject.parts) {
      const figures = figuresFor(part, subject.version, books);
      const calculations = calculationsOf(subject, part, byName(figures, subject.version));
      parts.set(part.credit.partnerId, calculations);
      const counts = stillEarns(subject, part, calculations);
      written.push(
        ...part.periods.map(
          ({ key }) =>
            () =>
              bookOf(books, key).restore(part.place),
        ),
      );
      for (const period of part.periods) {
        const contribution = counts ? contributionTo(period, part, calculations.kept, isFirst, figures) : undefined;
        bookOf(books, period.key).write(part.place, contribution);
      }
      if (counts) isFirst = false;
    }
  } catch (error) {
    for (const restore of written) restore();
    throw error;
  }
  const { order, credit, commissions } = subject;
  const known: Known = { order, credit, commissions, parts };
  return { known, reckoned: reckon(known) };
};

const bookOf = (books: Books, key: PeriodKey): PeriodBook => {
  const book = books.get(periodName(key));
  if (book === undefined) throw new Error(`nobody has opened the period ${periodName(key)}`);
  return book;
};

/** Of the scopes that the version looks at, by key. */
const figuresFor = ({ place, periods }: Part, { terms }: TermsVersion, books: Books): FiguresOfScopes => {
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
  { order, exchange, timeZone, version }: Subject,
  { credit }: Part,
  figures: FiguresOfPeriods,
): Calculations => {
  const facts = { order, credit, exchange, timeZone };
  const kept = calculate(facts, version, figures);
  const ordered =
    order.returns.length === 0 ? kept : calculate({ ...facts, order: withoutReturns(order) }, version, figures);
  return { ordered, kept };
};

const withoutReturns = (order: OrderFacts): OrderFacts => ({
  ...order,
  lines: order.lines.map((line) => ({ ...line, returnedQuantity: 0 })),
});

/** Whether the part has a commission that has not ended. */
const stillEarns = (
  { order, credit, commissions }: Subject,
  { credit: { partnerId } }: Part,
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
  return [...after.values()].some(({ state, endReason }) => state !== 'reversed' && endReason === undefined);
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
