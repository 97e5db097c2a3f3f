import { mustBeStaff } from '../../../../infrastructure/http/authenticate.ts';
import { PageQuery, toPageRequest } from '../../../../infrastructure/http/paging.ts';
import { type Route, route } from '../../../../infrastructure/http/route.ts';
import { parseMonth } from '../../../../shared/calendar.ts';
import {
  IsIdOf,
  IsInstant,
  IsListOf,
  IsMoney,
  IsMonth,
  IsNested,
  IsOneOf,
  IsText,
  IsWhole,
} from '../../../../shared/fields.ts';
import { type Id, isId } from '../../../../shared/ids.ts';
import { instant, isInstant } from '../../../../shared/instant.ts';
import type { MoneyJson } from '../../../../shared/money.ts';
import { encodeCursor, malformedCursor } from '../../../../shared/page.ts';
import type { Station, ThreeWay, ThreeWayPage } from '../../application/reconciliation/three-way.ts';

class ThreeWayQuery extends PageQuery {
  @IsIdOf('prg') readonly programId!: Id<'prg'>;
  @IsMonth({ description: 'In which the orders were placed' }) readonly period!: string;
}

class StationView {
  @IsWhole({ min: 0, max: 1_000_000 }) readonly count!: number;
  @IsMoney({ negative: true }) readonly amount!: MoneyJson;
}

class ThreeWayDifferenceView {
  @IsIdOf('ord') readonly orderId!: string;
  @IsIdOf('com') readonly commissionId!: string;
  @IsOneOf(['booked_differently', 'not_in_ledger', 'paid_differently']) readonly kind!: string;
  @IsMoney({ negative: true }) readonly expected!: MoneyJson;
  @IsMoney({ negative: true }) readonly found!: MoneyJson;
}

class WithoutCommissionView {
  @IsIdOf('ord') readonly orderId!: string;
  @IsText({ max: 200 }) readonly orderRef!: string;
  @IsInstant() readonly deliveredAt!: string;
  @IsText({ max: 100, description: 'Why it earned nobody anything: a code' }) readonly reason!: string;
}

class ThreeWayView {
  @IsListOf(() => StationView, { max: 200, description: 'Delivered by now, by currency' })
  readonly orders!: readonly StationView[];
  @IsNested(() => StationView) readonly commissions!: StationView;
  @IsNested(() => StationView, { description: 'What they cost, by what is posted' }) readonly ledger!: StationView;
  @IsNested(() => StationView, { description: 'Of payouts that the bank has confirmed' }) readonly bank!: StationView;
  @IsListOf(() => ThreeWayDifferenceView, { max: 100_000 }) readonly differences!: readonly ThreeWayDifferenceView[];
  @IsListOf(() => WithoutCommissionView, { max: 1_000 }) readonly withoutCommission!: readonly WithoutCommissionView[];
  @IsText({ max: 1_000, nullable: true, description: 'Null on the last page' }) readonly nextCursor!: string | null;
}

export const threeWayRoutes = (threeWay: ThreeWay): readonly Route[] => [
  route({
    method: 'get',
    path: '/v1/reconciliation/three-way',
    operationId: 'reconcileThreeWays',
    tag: 'settlement',
    summary: 'Orders, commissions, the ledger and the bank, held against each other',
    description:
      'A page of the orders of a period, with what they come to at each station; the sums of all pages are the sums of ' +
      'the period. Every delivered order without a commission says why, in a code.',
    access: { scope: 'settlement:read' },
    query: ThreeWayQuery,
    success: { 200: ThreeWayView },
    errors: ['settlement.unknown_program', 'page.malformed_cursor'],
    handle: async ({ actor, query }) => {
      mustBeStaff(actor);
      const { limit, after } = toPageRequest(query);
      const place = after === undefined ? undefined : placeOf(after);
      return pageView(await threeWay.run(query.programId, parseMonth(query.period), { limit, after: place }));
    },
  }),
];

/** Throws `page.malformed_cursor`. */
const placeOf = ([placedAt, orderId]: readonly string[]) => {
  if (!isInstant(placedAt) || !isId('ord', orderId)) throw malformedCursor();
  return { placedAt: instant(placedAt), orderId };
};

const stationView = ({ count, amount }: Station): StationView => ({ count, amount: amount.toJSON() });

const pageView = ({ orders, commissions, ledger, bank, differences, next, ...page }: ThreeWayPage): ThreeWayView => ({
  ...page,
  orders: orders.map(stationView),
  commissions: stationView(commissions),
  ledger: stationView(ledger),
  bank: stationView(bank),
  differences: differences.map(({ expected, found, ...about }) => ({
    ...about,
    expected: expected.toJSON(),
    found: found.toJSON(),
  })),
  nextCursor: next === null ? null : encodeCursor([next.placedAt, next.orderId]),
});
