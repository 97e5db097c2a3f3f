import { boundsOf, type Month } from '../../../../shared/calendar.ts';
import type { Id } from '../../../../shared/ids.ts';
import { Money } from '../../../../shared/money.ts';
import type { DeliveredOrder, OutcomesPort, PlacedAt } from '../../../commission/index.ts';
import type { PartnersPort } from '../../../partners/index.ts';
import type { ReconciliationReader, SettledCommission } from '../../ports/reconciliation-reader.ts';
import { knownProgram } from '../books/open-books.ts';

/** Orders, commissions, the ledger and the bank: how many there are at each, and what they come to. */
export interface Station {
  readonly count: number;
  readonly amount: Money;
}

export interface Difference {
  readonly orderId: Id<'ord'>;
  readonly commissionId: Id<'com'>;
  /** `booked_differently`: commission and settlement; `not_in_ledger`: booked, not posted; `paid_differently`: commission and the bank. */
  readonly kind: 'booked_differently' | 'not_in_ledger' | 'paid_differently';
  readonly expected: Money;
  readonly found: Money;
}

export interface ThreeWayPage {
  /** By currency of the orders. */
  readonly orders: readonly Station[];
  readonly commissions: Station;
  readonly ledger: Station;
  readonly bank: Station;
  readonly differences: readonly Difference[];
  readonly withoutCommission: readonly (Pick<DeliveredOrder, 'orderId' | 'orderRef' | 'deliveredAt'> & {
    readonly reason: string;
  })[];
  readonly next: PlacedAt | null;
}

/** Orders held against commissions, those against the ledger, and that against the bank; a page of orders at a time. */
export class ThreeWay {
  constructor(
    private readonly outcomes: OutcomesPort,
    private readonly reader: Pick<ReconciliationReader, 'settled'>,
    private readonly partners: PartnersPort,
  ) {}

  /** Of orders placed in the period and delivered by now. Throws `settlement.unknown_program`. */
  async run(
    programId: Id<'prg'>,
    period: Month,
    { limit, after }: { readonly limit: number; readonly after?: PlacedAt | undefined },
  ): Promise<ThreeWayPage> {
    const { currency, timeZone } = await knownProgram(this.partners, programId);
    const { orders, next } = await this.outcomes.delivered(programId, { ...boundsOf(period, timeZone), after, limit });
    const ids = orders.flatMap(({ commissions }) => commissions.map(({ commissionId }) => commissionId));
    const settled = ids.length === 0 ? [] : await this.reader.settled(ids);
    return { ...heldAgainst(orders, settled, currency), next };
  }
}

/** Pure: what one page of orders comes to at each station. */
export const heldAgainst = (
  orders: readonly DeliveredOrder[],
  settled: readonly SettledCommission[],
  currency: string,
): Omit<ThreeWayPage, 'next'> => {
  const known = new Map(settled.map((each) => [each.commissionId, each]));
  const commissions = orders.flatMap((order) => order.commissions);
  const money = (minor: bigint): Money => Money.of(minor, currency);
  const station = (minors: readonly bigint[]): Station => ({
    count: minors.filter((minor) => minor !== 0n).length,
    amount: money(minors.reduce((sum, minor) => sum + minor, 0n)),
  });
  return {
    orders: valuesOf(orders),
    commissions: station(commissions.map(({ amount }) => BigInt(amount.minor))),
    ledger: station(settled.map(({ booked, unposted }) => booked - unposted)),
    bank: station(settled.map(({ paid }) => paid)),
    differences: orders.flatMap((order) => differencesIn(order, known, money)),
    withoutCommission: orders.flatMap(({ orderId, orderRef, deliveredAt, reason }) =>
      reason === null ? [] : [{ orderId, orderRef, deliveredAt, reason }],
    ),
  };
};

const valuesOf = (orders: readonly DeliveredOrder[]): readonly Station[] => {
  const sums = new Map<string, Station>();
  for (const { value } of orders) {
    const { count, amount } = sums.get(value.currency) ?? { count: 0, amount: Money.zero(value.currency) };
    sums.set(value.currency, { count: count + 1, amount: amount.plus(Money.fromJson(value)) });
  }
  return [...sums.values()];
};

const differencesIn = (
  { orderId, commissions }: DeliveredOrder,
  known: ReadonlyMap<Id<'com'>, SettledCommission>,
  money: (minor: bigint) => Money,
): readonly Difference[] =>
  commissions.flatMap(({ commissionId, amount, paid }): Difference[] => {
    const { booked = 0n, unposted = 0n, paid: settled = 0n } = known.get(commissionId) ?? {};
    const checks: readonly (readonly [Difference['kind'], bigint, bigint])[] = [
      ['booked_differently', BigInt(amount.minor), booked],
      ['not_in_ledger', 0n, unposted],
      ['paid_differently', BigInt(paid.minor), settled],
    ];
    return checks
      .filter(([, expected, found]) => expected !== found)
      .map(([kind, expected, found]) => ({
        orderId,
        commissionId,
        kind,
        expected: money(expected),
        found: money(found),
      }));
  });
