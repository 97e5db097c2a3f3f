/** What other terms would have made of history: added up order by order, in memory that does not grow with the orders. */
import type { AppError } from '../../../../shared/errors.ts';
import type { Id } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import { Money, type MoneyJson } from '../../../../shared/money.ts';
import type { OrderFacts } from '../../../orders/index.ts';
import type { BacktestId, CommissionId, TermsDraftId, TermsId } from '../../index.ts';
import type { CutMade } from '../engine/cuts.ts';
import type { Explanation } from '../explaining/explanation.ts';
import type { Terms } from '../terms/terms.ts';

/** What is rehearsed: words, wherever they stand; or each order by the version that judged it. */
export type BacktestSubject =
  | { readonly kind: 'draft'; readonly draftId: TermsDraftId; readonly terms: Terms }
  | { readonly kind: 'version'; readonly termsId: TermsId; readonly terms: Terms }
  | { readonly kind: 'words'; readonly terms: Terms }
  | { readonly kind: 'live' };

export interface Backtest {
  readonly backtestId: BacktestId;
  readonly programId: Id<'prg'>;
  readonly subject: BacktestSubject;
  /** Of orders placed from then on and before `until`. */
  readonly from: Instant;
  readonly until: Instant;
  /** More than this, and the result says so. */
  readonly budget?: MoneyJson | undefined;
  readonly askedBy: string;
  readonly askedAt: Instant;
  readonly state: 'running' | 'finished' | 'failed';
  /** Orders gone through so far. */
  readonly judged: number;
  readonly result?: BacktestResult | undefined;
  readonly failure?: string | undefined;
  readonly finishedAt?: Instant | undefined;
}

interface Sums {
  /** As history has it, after everything that was added and taken back. */
  readonly live: MoneyJson;
  readonly rehearsed: MoneyJson;
  readonly delta: MoneyJson;
}

export interface PartnerDelta extends Sums {
  readonly partnerId: Id<'par'>;
  readonly orders: number;
}

export interface CapHit {
  /** `order`, `partner/month`, `budget "spring"`. */
  readonly limit: string;
  readonly orders: number;
  readonly cut: MoneyJson;
}

export interface ChangedOrder extends Sums {
  readonly orderId: Id<'ord'>;
  readonly orderRef: string;
  readonly partnerId: Id<'par'>;
  readonly commissionId: CommissionId | null;
  readonly liveExplanation: Explanation | null;
  readonly rehearsedExplanation: Explanation | null;
}

export interface NotCalculated {
  readonly code: string;
  readonly orders: number;
  readonly example: { readonly orderRef: string; readonly detail: string };
}

export interface BacktestResult extends Sums {
  readonly orders: number;
  readonly changedOrders: number;
  /** Who gains or loses most comes first; no more than a thousand. */
  readonly partners: readonly PartnerDelta[];
  readonly partnersInAll: number;
  readonly caps: readonly CapHit[];
  readonly changed: readonly ChangedOrder[];
  readonly notCalculated: readonly NotCalculated[];
  readonly budget: { readonly limit: MoneyJson; readonly isBreached: boolean } | null;
}

/** One partner's part of an order, both ways. */
export interface ComparedPart {
  readonly partnerId: Id<'par'>;
  readonly live: bigint;
  readonly rehearsed: bigint;
  readonly cuts: readonly CutMade[];
  /** The commission it has been until now. */
  readonly commissionId?: CommissionId | undefined;
  readonly explain?: (() => Explanation) | undefined;
}

export interface MostChanged {
  readonly order: Pick<OrderFacts, 'orderId' | 'orderRef'>;
  readonly part: ComparedPart;
}

const MOST_PARTNERS = 1_000;
const MOST_CHANGED = 10;

interface Tally {
  live: bigint;
  rehearsed: bigint;
  orders: number;
}

export class BacktestTally {
  private readonly all: Tally = { live: 0n, rehearsed: 0n, orders: 0 };
  private changedOrders = 0;
  private readonly partners = new Map<Id<'par'>, Tally>();
  private readonly caps = new Map<string, { orders: number; cut: bigint }>();
  private readonly refusals = new Map<string, { orders: number; example: NotCalculated['example'] }>();
  private most: readonly MostChanged[] = [];

  /** Amounts of other currencies are not added up: whoever compares refuses them. */
  constructor(readonly currency: string) {}

  add(order: MostChanged['order'], parts: readonly ComparedPart[]): void {
    this.all.orders += 1;
    if (parts.some(({ live, rehearsed }) => live !== rehearsed)) this.changedOrders += 1;
    for (const part of parts) this.addPart(order, part);
  }

  refused({ orderRef }: MostChanged['order'], { code, message }: AppError): void {
    this.all.orders += 1;
    const known = this.refusals.get(code);
    if (known === undefined) this.refusals.set(code, { orders: 1, example: { orderRef, detail: message } });
    else known.orders += 1;
  }

  /** Those that changed most, the most changed first: theirs are the explanations to be told. */
  get mostChanged(): readonly MostChanged[] {
    return this.most;
  }

  result(changed: readonly ChangedOrder[], budget: MoneyJson | undefined): BacktestResult {
    const partners = [...this.partners]
      .map(([partnerId, tally]): PartnerDelta => ({ partnerId, orders: tally.orders, ...this.sums(tally) }))
      .toSorted(
        (a, b) => compareSizes(BigInt(b.delta.minor), BigInt(a.delta.minor)) || (a.partnerId < b.partnerId ? -1 : 1),
      );
    return {
      orders: this.all.orders,
      changedOrders: this.changedOrders,
      ...this.sums(this.all),
      partners: partners.slice(0, MOST_PARTNERS),
      partnersInAll: partners.length,
      caps: [...this.caps].map(([limit, { orders, cut }]) => ({ limit, orders, cut: this.money(cut) })),
      changed,
      notCalculated: [...this.refusals].map(([code, refusal]) => ({ code, ...refusal })),
      budget: budget === undefined ? null : { limit: budget, isBreached: this.all.rehearsed > BigInt(budget.minor) },
    };
  }

  sums({ live, rehearsed }: Pick<Tally, 'live' | 'rehearsed'>): Sums {
    return { live: this.money(live), rehearsed: this.money(rehearsed), delta: this.money(rehearsed - live) };
  }

  private addPart(order: MostChanged['order'], part: ComparedPart): void {
    const { partnerId, live, rehearsed, cuts } = part;
    const tally = this.partners.get(partnerId) ?? { live: 0n, rehearsed: 0n, orders: 0 };
    this.partners.set(partnerId, tally);
    for (const each of [tally, this.all]) {
      each.live += live;
      each.rehearsed += rehearsed;
    }
    tally.orders += 1;
    for (const cut of cuts) this.addCut(cut);
    this.remember({ order, part });
  }

  private addCut(cut: CutMade): void {
    if (cut.before === cut.after) return;
    const name = limitName(cut);
    const known = this.caps.get(name) ?? { orders: 0, cut: 0n };
    this.caps.set(name, { orders: known.orders + 1, cut: known.cut + cut.before - cut.after });
  }

  private remember(changed: MostChanged): void {
    if (changed.part.live === changed.part.rehearsed) return;
    const last = this.most[MOST_CHANGED - 1];
    if (last !== undefined && compareChanges(changed, last) >= 0) return;
    this.most = [...this.most, changed].toSorted(compareChanges).slice(0, MOST_CHANGED);
  }

  private money(minor: bigint): MoneyJson {
    return Money.of(minor, this.currency).toJSON();
  }
}

const sizeOf = (minor: bigint): bigint => (minor < 0n ? -minor : minor);

const compareSizes = (a: bigint, b: bigint): number => (sizeOf(a) === sizeOf(b) ? 0 : sizeOf(a) < sizeOf(b) ? -1 : 1);

const compareChanges = (a: MostChanged, b: MostChanged): number =>
  compareSizes(b.part.rehearsed - b.part.live, a.part.rehearsed - a.part.live) ||
  (a.order.orderId < b.order.orderId ? -1 : 1);

const limitName = ({ per, counted }: CutMade): string => {
  if (counted === undefined) return per;
  return counted.group === undefined ? `${per}/${counted.period}` : `budget "${counted.group}"`;
};
