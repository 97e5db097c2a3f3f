/** Orders of a program whose terms count them over periods: told in any order, judged, and what must come out of it. */
import { CheckPeriods } from '../../src/modules/commission/application/reckoning/check-periods.ts';
import { ReckonCommissions } from '../../src/modules/commission/application/reckoning/reckon-commissions.ts';
import type { Commission } from '../../src/modules/commission/domain/life-cycle/commission.ts';
import type { Limit, Terms, TierTable } from '../../src/modules/commission/domain/terms/terms.ts';
import type { CommissionTransaction } from '../../src/modules/commission/ports/commissions.ts';
import { type OrderFacts, OrdersPort } from '../../src/modules/orders/index.ts';
import type { Id } from '../../src/shared/ids.ts';
import { type Instant, instantAt } from '../../src/shared/instant.ts';
import { aCredit, aLine, allowing, anOrder, aPart, aTermsVersion, olistTerms } from './builders.ts';
import { at, idOf } from './clock.ts';
import { StandingPartners } from './standing-partners.ts';

export class KnownOrders extends OrdersPort {
  readonly known = new Map<string, OrderFacts>();

  facts(ids: readonly string[]): Promise<readonly OrderFacts[]> {
    return Promise.resolve(ids.flatMap((id) => this.known.get(id) ?? []));
  }

  ofCustomer(): Promise<never> {
    return Promise.reject(new Error('commission asks for no customers'));
  }
}

/** One partner's order of one line; the n-th is placed after those of smaller numbers. */
export interface Told {
  readonly n: number;
  readonly partner?: number;
  /** Of what share, from the first partner on; absent: one has it all. */
  readonly shared?: readonly string[];
  readonly minor: bigint;
  readonly placedAt?: Instant;
  readonly cancelled?: boolean;
  readonly delivered?: boolean;
}

/** January 2018, one order a minute. */
const placedAt = ({ n, placedAt: given }: Told): Instant => given ?? instantAt(Date.UTC(2018, 0, 10, 12, n));

export const orderOf = (told: Told): OrderFacts => {
  const placed = placedAt(told);
  return anOrder({
    orderId: idOf('ord', told.n),
    orderRef: `A-${told.n}`,
    placedAt: placed,
    lines: [aLine({ unitPrice: { minor: told.minor.toString(), currency: 'BRL' } })],
    milestones: { placed, ...(told.delivered && { delivered: placed }) },
    ...(told.cancelled && { cancelledAt: placed }),
  });
};

/** 5 % on everything, and what the test adds. */
export const countingTerms = (terms: Partial<Terms>): ReturnType<typeof aTermsVersion> =>
  aTermsVersion({
    ...olistTerms,
    groups: [{ name: 'everything', rank: 1, when: { all: [] }, amount: { percent: '5' } }],
    limits: [],
    ...terms,
  });

const NOW = '2018-03-01T00:00:00Z';

export class CountedOrders {
  readonly orders = new KnownOrders();
  readonly partners = new StandingPartners();
  readonly reckon = new ReckonCommissions(this.orders, this.partners, at(NOW));
  private readonly check: CheckPeriods;

  constructor(readonly transaction: CommissionTransaction) {
    this.check = new CheckPeriods(transaction, this.reckon, { backlog: () => Promise.reject(new Error()) }, at(NOW));
  }

  /** The orders as they are from now on, and the news of it, in the order given. */
  async tell(...told: readonly Told[]): Promise<void> {
    for (const each of told) this.orders.known.set(idOf('ord', each.n), orderOf(each));
    const news = told.flatMap(({ n, partner = 1, shared }) => {
      const orderId = idOf('ord', n);
      const credits = shared?.map((share, index) => aPart(index + 1, { share })) ?? [aPart(partner)];
      const { verdicts: _, ...credit } = aCredit({ orderId, credits });
      const { programId, conversionId } = credit;
      return [
        { orderId, credit },
        { orderId, programId, conversionId, verdict: allowing(partner) },
      ];
    });
    await this.transaction.run((stores) => this.reckon.run(stores, news));
  }

  /** Until nothing is left to look at again. */
  async settle(): Promise<void> {
    for (let round = 0; await this.check.run(); round += 1)
      if (round > 1_000) throw new Error('the periods never come to rest');
  }

  async commissions(...numbers: readonly number[]): Promise<readonly Commission[]> {
    const ids: readonly Id<'ord'>[] = numbers.map((n) => idOf('ord', n));
    const found = await this.transaction.run(({ commissions }) => commissions.ofOrders(ids));
    return found.toSorted((a, b) => (`${a.orderId}/${a.partnerId}` < `${b.orderId}/${b.partnerId}` ? -1 : 1));
  }

  /** What each order has come to in the end, by its number; undefined: it has no commission. */
  async minors(...numbers: readonly number[]): Promise<readonly (bigint | undefined)[]> {
    const found = new Map((await this.commissions(...numbers)).map((each) => [each.orderId, each]));
    return numbers.map((n) => {
      const commission = found.get(idOf('ord', n));
      if (commission === undefined) return undefined;
      const { amount, adjusted, clawedBack, state } = commission;
      return state === 'reversed' ? 0n : amount.plus(adjusted).minus(clawedBack).minor;
    });
  }
}

// ── what terms may count ──────────────────────────────────────────────────────────────────────────────────────────

export const amount = (minor: number) => ({ minor: String(minor), currency: 'BRL' });
export const monthly = (minor: number, per: 'partner' | 'program' = 'program'): Limit => ({
  per,
  period: 'month',
  amount: amount(minor),
});

export const tiered = (tiers: Omit<TierTable, 'of' | 'per'>): Partial<Terms> => ({
  groups: [{ name: 'all', rank: 1, when: { all: [] }, amount: { tiers: { of: 'partner', per: 'month', ...tiers } } }],
});

/** Of each kind one, and some together. */
export const COUNTING_WORDS: readonly Partial<Terms>[] = [
  { limits: [monthly(1_700), { per: 'partner', period: 'day', amount: amount(900) }] },
  { limits: [{ per: 'partner', period: 'week', orders: 4 }, monthly(2_000)] },
  tiered({
    by: 'revenue',
    mode: 'marginal',
    steps: [
      { from: '0', amount: { percent: '3' } },
      { from: '25000', amount: { percent: '7.5' } },
    ],
  }),
  {
    ...tiered({
      by: 'count',
      mode: 'retroactive',
      steps: [
        { from: '0', amount: { percent: '5' } },
        { from: '3', amount: { percent: '10' } },
        { from: '5', amount: { percent: '2' } },
      ],
    }),
    limits: [monthly(3_000)],
  },
  {
    groups: [{ name: 'spring', rank: 1, when: { all: [] }, amount: { percent: '9' }, budget: amount(2_500) }],
    limits: [monthly(1_900, 'partner')],
  },
];
