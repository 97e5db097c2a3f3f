/**
 * Judges orders in the periods they count in. Their periods are locked, in one order for everybody; then the orders are
 * judged by place, each by what those before it have come to. Whoever stands behind them, and may now be judged by
 * figures that no longer hold, is left to `CheckPeriods`: nobody waits here for more than the orders given.
 */
import { AppError } from '../../../../shared/errors.ts';
import type { Id } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import { grouped } from '../../../../shared/grouped.ts';
import type { OrderFacts } from '../../../orders/index.ts';
import type { Figures } from '../../domain/periods/figures.ts';
import { type Books, judge, judgeEnded, type Judged, type Subject } from '../../domain/periods/judge.ts';
import { NO_FIGURES, PeriodBook, type Place, placeName, sameFigures } from '../../domain/periods/period-book.ts';
import {
  concernedBy,
  NO_THRESHOLDS,
  type PeriodKey,
  periodName,
  type Thresholds,
} from '../../domain/periods/thresholds.ts';
import type { UncalculatedOrder } from '../../index.ts';
import type { Behind, Changes, Kept, Periods, Unchecked } from '../../ports/periods.ts';

/** An order whose turn it is, or why nobody can judge it. */
export type Case = Pick<Subject, 'order' | 'credit' | 'commissions'> &
  ({ readonly subject: Subject } | { readonly refusal: AppError });

/** Where nothing is to be kept, `save` does nothing. */
type PeriodsOfBatch = Pick<Periods, 'ofOrders' | 'open' | 'behind' | 'save'>;

export interface Outcome {
  readonly judged: readonly Judged[];
  readonly calculated: readonly Id<'ord'>[];
  readonly setAside: readonly UncalculatedOrder[];
}

/** A place that the batch asks for, or had. */
interface Asked {
  readonly period: PeriodKey;
  readonly place: Place;
}

/** A period's book, what it came to before, and how many stand behind a place. */
interface Opened {
  readonly period: PeriodKey;
  readonly book: PeriodBook;
  readonly before: Figures;
  readonly countBehind: (place: Place) => number;
}

export const judgeOrders = async (
  periods: PeriodsOfBatch,
  cases: readonly Case[],
  thresholds: ReadonlyMap<string, Thresholds>,
  now: Instant,
): Promise<Outcome> => {
  const orderIds = cases.map(({ order }) => order.orderId);
  const kept = await periods.ofOrders(orderIds);
  const opened = await open(periods, cases, kept, orderIds);
  const books = new Map([...opened].map(([name, { book }]) => [name, book]));
  const outcome = judgeAll(
    cases,
    grouped(kept, ({ place }) => place.orderId),
    books,
    now,
  );
  await periods.save(changesOf([...opened.values()], thresholds), now);
  return outcome;
};

/** What orders count in their periods stays as it is, and nobody looks at it again, until somebody can judge them. */
export const leaveAsTheyAre = async (
  periods: PeriodsOfBatch,
  orderIds: readonly Id<'ord'>[],
  now: Instant,
): Promise<void> => {
  const kept = await periods.ofOrders(orderIds);
  const opened = await open(periods, [], kept, orderIds);
  for (const { period, place } of kept) opened.get(periodName(period))?.book.restore(place);
  await periods.save(changesOf([...opened.values()], new Map()), now);
};

const open = async (
  periods: PeriodsOfBatch,
  cases: readonly Case[],
  kept: readonly Kept[],
  orderIds: readonly Id<'ord'>[],
): Promise<ReadonlyMap<string, Opened>> => {
  const placed = cases.flatMap((each) => ('subject' in each ? each.subject.parts : []));
  const asked: readonly Asked[] = [
    ...placed.flatMap((part) => part.periods.map(({ key }) => ({ period: key, place: part.place }))),
    ...kept,
  ];
  const keys = new Map(asked.map(({ period }) => [periodName(period), period]));
  const totals = await periods.open([...keys.values()]);
  const behind = await periods.behind(asked, orderIds);
  const behindAt = new Map(asked.map((each, index) => [askedName(each), behind[index] ?? NOTHING_BEHIND]));
  const bounds = new Map(placed.flatMap((part) => part.periods.map((each) => [periodName(each.key), each.bounds])));
  const old = grouped(kept, ({ period }) => periodName(period));
  return new Map(
    totals.map(({ period, total }) => {
      const name = periodName(period);
      const at = (place: Place): Behind => behindAt.get(askedName({ period, place })) ?? NOTHING_BEHIND;
      const start = { bounds: bounds.get(name) ?? period, total, old: old.get(name) ?? [], behind: at };
      const book = new PeriodBook(start);
      return [name, { period, book, before: total, countBehind: (place: Place) => at(place).count }];
    }),
  );
};

const NOTHING_BEHIND: Behind = { ...NO_FIGURES, count: 0 };

const askedName = ({ period, place }: Asked): string => `${periodName(period)}/${place.placedAt}/${placeName(place)}`;

/** Each in its turn: by when it was placed, then by id. */
const judgeAll = (
  cases: readonly Case[],
  kept: ReadonlyMap<string, readonly Kept[]>,
  books: Books,
  since: Instant,
): Outcome => {
  const judged: Judged[] = [];
  const setAside: UncalculatedOrder[] = [];
  for (const each of cases.toSorted((a, b) => compareTurns(a.order, b.order))) {
    const { order } = each;
    const old = kept.get(order.orderId) ?? [];
    try {
      if ('refusal' in each) throw each.refusal;
      for (const { period, place } of old) books.get(periodName(period))?.write(place, undefined);
      judged.push(judge(each.subject, books));
    } catch (error) {
      if (!isRefusal(error)) throw error;
      const ended = judgeEnded(each);
      withdraw(each, old, books, ended === undefined);
      if (ended !== undefined) judged.push(ended);
      else setAside.push(asideBecause(order, error, since));
    }
  }
  return { judged, setAside, calculated: judged.map(({ known }) => known.order.orderId) };
};

const compareTurns = (a: OrderFacts, b: OrderFacts): number =>
  a.placedAt === b.placedAt ? (a.orderId < b.orderId ? -1 : 1) : a.placedAt < b.placedAt ? -1 : 1;

/** Nobody could say what it comes to, by any other means. */
const isRefusal = (error: unknown): error is AppError => error instanceof AppError && error.kind === 'refused';

export const asideBecause = (
  order: OrderFacts,
  { code, message }: Pick<AppError, 'code' | 'message'>,
  since: Instant,
): UncalculatedOrder => ({
  orderId: order.orderId,
  orderRef: order.orderRef,
  programId: order.programId,
  code,
  detail: message,
  since,
});

/** An order that nobody can calculate stays what it was; one that has ended is nothing. */
const withdraw = (each: Case, old: readonly Kept[], books: Books, stays: boolean): void => {
  for (const { place, periods } of 'subject' in each ? each.subject.parts : [])
    for (const { key } of periods) books.get(periodName(key))?.write(place, undefined);
  for (const { period, place } of old)
    if (stays) books.get(periodName(period))?.restore(place);
    else books.get(periodName(period))?.write(place, undefined);
};

const changesOf = (opened: readonly Opened[], thresholds: ReadonlyMap<string, Thresholds>): Changes => ({
  totals: opened.flatMap(({ period, book, before }) =>
    sameFigures(book.total, before) ? [] : [{ period, total: book.total }],
  ),
  contributions: opened.flatMap(({ period, book }) => book.changed.map((each) => ({ ...each, period }))),
  unchecked: opened.flatMap((each) => uncheckedOf(each, thresholds.get(each.period.scope) ?? NO_THRESHOLDS)),
});

const uncheckedOf = ({ period, book, before, countBehind }: Opened, thresholds: Thresholds): readonly Unchecked[] => {
  // Some of the batch may have been judged by what the period came to for a moment only.
  const totals = [before, ...book.changed.flatMap(({ judgedAt }) => judgedAt?.total ?? [])];
  const concerned = totals.map((total) => concernedBy(thresholds, total, book.total));
  if (concerned.includes('everybody')) return [{ period }];
  const first = book.firstChanged;
  if (first === undefined || !concerned.includes('behind') || countBehind(first) === 0) return [];
  return [{ period, behind: first }];
};
