import type { Clock } from '../../../shared/clock.ts';
import { AppError } from '../../../shared/errors.ts';
import { grouped } from '../../../shared/grouped.ts';
import type { Id } from '../../../shared/ids.ts';
import type { OrderFacts, OrdersPort } from '../../orders/index.ts';
import { calculate } from '../domain/calculate.ts';
import type { Commission } from '../domain/commission.ts';
import { assessed, type Credit, creditFacts, type Verdict } from '../domain/credit.ts';
import type { CreditFacts } from '../domain/facts.ts';
import { type Calculations, type Known, reckon, type Reckoned } from '../domain/reckon.ts';
import type { Step } from '../domain/step.ts';
import { termsInForce, type TermsVersion } from '../domain/terms.ts';
import type { Calculated, CommissionStores } from '../ports/commissions.ts';
import { keep } from './keep.ts';

/** What a message says about an order's credit; a message about the order itself says only that it changed. */
export type CreditNews =
  | { readonly orderId: Id<'ord'>; readonly credit: Omit<Credit, 'verdicts'> }
  | {
      readonly orderId: Id<'ord'>;
      readonly verdict: Verdict;
      readonly programId: Id<'prg'>;
      readonly conversionId: Id<'cnv'>;
    }
  | { readonly orderId: Id<'ord'> };

/** Takes in what others said of some orders, and brings their commissions to where all facts together put them. */
export class ReckonCommissions {
  constructor(
    private readonly orders: OrdersPort,
    private readonly clock: Clock,
  ) {}

  /** Throws `commission.no_terms`, `commission.currency_not_covered`: an order nobody can calculate is parked, not guessed. */
  async run(stores: CommissionStores, news: readonly CreditNews[]): Promise<void> {
    const { credits, commissions, terms } = stores;
    const byOrder = grouped(news, ({ orderId }) => orderId);
    const orderIds = [...byOrder.keys()];
    const stored = new Map((await credits.ofOrders(orderIds)).map((credit) => [credit.orderId, credit]));
    const current = orderIds.flatMap((orderId) => withNews(stored.get(orderId), byOrder.get(orderId) ?? []) ?? []);
    if (current.length === 0) return;
    await credits.save(current.filter((credit) => credit !== stored.get(credit.orderId)));
    const concerned = current.map(({ orderId }) => orderId);
    const existing = grouped(await commissions.ofOrders(concerned), ({ orderId }) => orderId);
    const facts = new Map((await this.orders.facts(concerned)).map((order) => [order.orderId, order]));
    const versions = grouped(
      await terms.ofPrograms([...new Set(current.map(({ programId }) => programId))]),
      ({ programId }) => programId,
    );
    const reckoned = current.flatMap((credit) => {
      const order = facts.get(credit.orderId);
      const own = existing.get(credit.orderId) ?? [];
      if (order === undefined || (credit.credits.length === 0 && own.length === 0)) return [];
      return reckonOne(order, credit, own, versions.get(credit.programId) ?? []);
    });
    const now = this.clock.now();
    const changed = reckoned.flatMap(({ result }) => result.commissions);
    const steps = reckoned.flatMap(({ result }) => result.steps);
    await keep(stores, { commissions: changed, steps }, now);
    await commissions.explain(
      reckoned.flatMap(({ known, result }) => explained(known, result.steps)),
      now,
    );
  }
}

const reckonOne = (
  order: OrderFacts,
  credit: Credit,
  commissions: readonly Commission[],
  versions: readonly TermsVersion[],
): { readonly known: Known; readonly result: Reckoned } => {
  const inForce = termsInForce(versions, order.placedAt);
  if (inForce === undefined) {
    throw new AppError(
      'refused',
      'commission.no_terms',
      `program ${order.programId} has no terms for orders of ${order.placedAt}; publish some, then re-drive`,
    );
  }
  const parts = new Map(
    creditFacts(credit, order.placedAt).map((part) => [part.partnerId, calculationsOf(order, part, inForce)]),
  );
  const known = { order, credit, commissions, parts };
  return { known, result: reckon(known) };
};

const calculationsOf = (order: OrderFacts, credit: CreditFacts, version: TermsVersion): Calculations => {
  const facts = { order, credit, timeZone: 'UTC' };
  const kept = calculate(facts, version, new Map());
  const ordered =
    order.returns.length === 0 ? kept : calculate({ ...facts, order: withoutReturns(order) }, version, new Map());
  return { ordered, kept };
};

const withoutReturns = (order: OrderFacts): OrderFacts => ({
  ...order,
  lines: order.lines.map((line) => ({ ...line, returnedQuantity: 0 })),
});

/** The credit with the news; undefined while nobody has said anything of the order's credit. */
const withNews = (stored: Credit | undefined, news: readonly CreditNews[]): Credit | undefined =>
  news.reduce<Credit | undefined>((credit, item) => {
    if ('credit' in item)
      return isOlder(item.credit.decision, credit?.decision)
        ? credit
        : { ...item.credit, verdicts: credit?.verdicts ?? [] };
    return 'verdict' in item ? assessed(credit ?? undecided(item), item.verdict) : credit;
  }, stored);

/** What was said before what is known already changes nothing. */
const isOlder = (number: number, known: number | undefined): boolean => known !== undefined && number <= known;

/** Fraud's word on a decision may overtake the decision. */
const undecided = ({
  orderId,
  programId,
  conversionId,
  verdict,
}: Extract<CreditNews, { verdict: Verdict }>): Credit => ({
  orderId,
  programId,
  conversionId,
  credits: [],
  decidedAt: verdict.assessedAt,
  decision: 0,
  verdicts: [],
});

const EXPLAINED = new Set<Step['kind']>(['accrued', 'raised', 'reduced', 'clawed_back', 'topped_up']);

/** Whose credit is gone has nothing calculated any more: that says it all. */
const explained = ({ parts }: Known, steps: readonly Step[]): readonly Calculated[] =>
  steps.flatMap(({ kind, commission }) => {
    const part = parts.get(commission.partnerId);
    if (part === undefined || commission.recruit !== undefined || !EXPLAINED.has(kind)) return [];
    const { explanation } = kind === 'accrued' ? part.ordered : part.kept;
    return [{ commissionId: commission.id, kind: kind as Calculated['kind'], explanation }];
  });
