/**
 * Where the words of terms change what orders earn: at the steps of tiers, at limits and budgets. While the figures of a
 * period stay between two of them, nobody's cents change, however many orders come and go.
 */
import type { Id } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { Figures, FigureScope } from './figures.ts';
import { scopesOf } from './scopes.ts';
import type { Group, Limit, Terms, TermsVersion, TierTable } from '../terms/terms.ts';

/** A period of one scope, of one partner or the whole program. */
export interface PeriodKey {
  readonly programId: Id<'prg'>;
  /** Absent: of the program. */
  readonly partnerId?: Id<'par'> | undefined;
  readonly scope: string;
  readonly from: Instant;
}

export const periodName = ({ programId, partnerId = 'all' as Id<'par'>, scope, from }: PeriodKey): string =>
  `${programId}/${partnerId}/${scope}/${from}`;

/**
 * Scopes that count the same orders are the same, whatever terms call them: so the figures of a month go on when another
 * version comes into force.
 */
export const scopeKey = (currency: string, { of, period, group }: Omit<FigureScope, 'name'>): string =>
  [currency, of, period, ...(group === undefined ? [] : [group])].join('/');

/** In ascending order. */
export interface Thresholds {
  /** Of what stands before an order. */
  readonly earned: readonly bigint[];
  readonly orders: readonly bigint[];
  readonly revenue: readonly bigint[];
  /** Of the period as a whole. */
  readonly allOrders: readonly bigint[];
  readonly allRevenue: readonly bigint[];
}

/** Of every scope that any of the versions knows. */
export const thresholdsOf = (versions: readonly TermsVersion[]): ReadonlyMap<string, Thresholds> => {
  const found = new Map<string, Thresholds>();
  for (const { terms } of versions) {
    for (const [scope, axis, values] of thresholdsIn(terms)) {
      const known = found.get(scope) ?? NO_THRESHOLDS;
      found.set(scope, { ...known, [axis]: ascending([...known[axis], ...values]) });
    }
  }
  return found;
};

/** All that orders contribute to: each scope of any version in that currency, so that a later version finds its figures. */
export const scopesOfProgram = (versions: readonly TermsVersion[], currency: string): readonly FigureScope[] => {
  const scopes = versions
    .filter(({ terms }) => terms.currency === currency)
    .flatMap(({ terms }) => scopesOf(terms))
    .map((scope) => [scopeKey(currency, scope), scope] as const);
  return [...new Map(scopes).values()];
};

export const NO_THRESHOLDS: Thresholds = { earned: [], orders: [], revenue: [], allOrders: [], allRevenue: [] };

/** Whose cents may be others once a period has come from one total to another: of those behind the change, or of all. */
export const concernedBy = (thresholds: Thresholds, from: Figures, to: Figures): 'nobody' | 'behind' | 'everybody' => {
  const crossed =
    isBetween(thresholds.allOrders, BigInt(from.orders), BigInt(to.orders)) ||
    isBetween(thresholds.allRevenue, from.revenueMinor, to.revenueMinor);
  if (crossed) return 'everybody';
  const reached =
    isReached(thresholds.earned, from.earnedMinor, to.earnedMinor) ||
    isReached(thresholds.orders, BigInt(from.orders), BigInt(to.orders)) ||
    isReached(thresholds.revenue, from.revenueMinor, to.revenueMinor);
  return reached ? 'behind' : 'nobody';
};

const isBetween = (thresholds: readonly bigint[], a: bigint, b: bigint): boolean =>
  thresholds.some((threshold) => threshold > (a < b ? a : b) && threshold <= (a < b ? b : a));

const isReached = ([first]: readonly bigint[], a: bigint, b: bigint): boolean =>
  first !== undefined && first <= (a < b ? b : a);

type Threshold = readonly [scope: string, axis: keyof Thresholds, values: readonly bigint[]];

const thresholdsIn = (terms: Terms): readonly Threshold[] =>
  [terms, ...(terms.overrides ?? [])].flatMap(({ groups = [], limits = [] }) => [
    ...groups.flatMap((group) => ofGroup(terms.currency, group)),
    ...limits.flatMap((limit) => ofLimit(terms.currency, limit)),
  ]);

const ofGroup = (currency: string, { name, amount, budget }: Group): readonly Threshold[] => [
  ...('tiers' in amount ? [ofTiers(currency, amount.tiers)] : []),
  ...(budget === undefined
    ? []
    : [
        [scopeKey(currency, { of: 'program', period: 'life', group: name }), 'earned', [BigInt(budget.minor)]] as const,
      ]),
];

const AXES = {
  marginal: { count: 'orders', revenue: 'revenue' },
  retroactive: { count: 'allOrders', revenue: 'allRevenue' },
} as const;

const ofTiers = (currency: string, { by, of, per, mode, steps }: TierTable): Threshold => [
  scopeKey(currency, { of, period: per }),
  AXES[mode][by],
  steps.map(({ from }) => BigInt(from)).filter((from) => from > 0n),
];

const ofLimit = (currency: string, limit: Limit): readonly Threshold[] => {
  if (limit.per === 'order') return [];
  const scope = scopeKey(currency, { of: limit.per, period: limit.period ?? 'life' });
  return 'amount' in limit
    ? [[scope, 'earned', [BigInt(limit.amount.minor)]]]
    : [[scope, 'orders', [BigInt(limit.orders)]]];
};

const ascending = (values: readonly bigint[]): readonly bigint[] =>
  [...new Set(values)].toSorted((a, b) => (a < b ? -1 : 1));
