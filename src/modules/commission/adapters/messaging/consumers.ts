import { type Consumer, consumer } from '../../../../infrastructure/messaging/consumer.ts';
import { unreachable } from '../../../../shared/errors.ts';
import { type Envelope, is, read } from '../../../../shared/events.ts';
import { AttributionChangedV1, ConversionAttributedV1, ConversionUnattributedV1 } from '../../../attribution/events.ts';
import { ConversionAssessedV1 } from '../../../fraud/events.ts';
import { LinesReturnedV1, MilestoneReachedV1, OrderCancelledV1, OrderChargedBackV1 } from '../../../orders/events.ts';
import type { Instant } from '../../../../shared/instant.ts';
import { TermsAcceptedV1 } from '../../../partners/events.ts';
import {
  PayoutReturnedV1,
  PayoutSettledV1,
  PayoutUnconfirmedV1,
  StatementClosedV1,
  StatementContinuedV1,
} from '../../../settlement/events.ts';
import type { LookAgain } from '../../application/reckoning/look-again.ts';
import type { ReckonCommissions } from '../../application/reckoning/reckon-commissions.ts';
import type {
  NewsOfPayout,
  SettleCommissions,
  SettlementNews,
} from '../../application/reckoning/settle-commissions.ts';
import type { CreditNews } from '../../domain/life-cycle/credit-news.ts';
import { type CreditPart, WHOLE } from '../../domain/life-cycle/credit.ts';
import { TermsPublishedV1 } from '../../events.ts';
import type { CommissionTransaction } from '../../ports/commissions.ts';

const ABOUT_ORDERS = [MilestoneReachedV1, OrderCancelledV1, LinesReturnedV1, OrderChargedBackV1];
const ABOUT_CREDIT = [ConversionAttributedV1, ConversionUnattributedV1, AttributionChangedV1, ConversionAssessedV1];

export interface Listeners {
  readonly reckon: ReckonCommissions;
  readonly settle: SettleCommissions;
  readonly lookAgain: LookAgain;
}

export const commissionConsumers = (
  transaction: CommissionTransaction,
  { reckon, settle, lookAgain }: Listeners,
): readonly Consumer[] => [
  consumer('commission', transaction, [...ABOUT_ORDERS, ...ABOUT_CREDIT], (stores, events) =>
    reckon.run(stores, events.map(creditNews)),
  ),
  consumer(
    'commission.settlement',
    transaction,
    [StatementClosedV1, StatementContinuedV1, PayoutSettledV1, PayoutReturnedV1, PayoutUnconfirmedV1],
    (stores, events) => settle.run(stores, events.flatMap(settlementNews)),
  ),
  consumer('commission.terms', transaction, [TermsPublishedV1], async (stores, events) => {
    for (const event of events) {
      const { programId, termsId } = read(TermsPublishedV1, event);
      await lookAgain.afterTerms(stores, programId, termsId);
    }
  }),
  consumer('commission.acceptance', transaction, [TermsAcceptedV1], async (stores, events) => {
    for (const event of events) await lookAgain.afterAcceptance(stores, read(TermsAcceptedV1, event));
  }),
];

const creditNews = (event: Envelope): CreditNews => {
  if (is(ConversionAttributedV1, event)) return decided(event, read(ConversionAttributedV1, event));
  if (is(ConversionUnattributedV1, event)) return decided(event, read(ConversionUnattributedV1, event));
  if (is(AttributionChangedV1, event)) return decided(event, read(AttributionChangedV1, event));
  if (is(ConversionAssessedV1, event)) {
    const { orderId, programId, conversionId, partnerId, verdict, reasons, assessedAt } = read(
      ConversionAssessedV1,
      event,
    );
    return {
      orderId,
      programId,
      conversionId,
      verdict: { partnerId, verdict, reasons, assessedAt, assessment: event.aggregateVersion },
    };
  }
  for (const contract of ABOUT_ORDERS)
    if (is(contract, event)) return { orderId: read<{ orderId: CreditNews['orderId'] }>(contract, event).orderId };
  return unreachable(event as never);
};

type Decided = Pick<AttributionChangedV1, 'orderId' | 'programId' | 'conversionId' | 'decidedAt'> & Whole;
type Whole = Partial<Pick<AttributionChangedV1, 'partnerId' | 'clickId' | 'touchKind' | 'touchedAt' | 'credits'>>;

/** Versions of one aggregate count its decisions. */
const decided = (
  { aggregateVersion }: Envelope,
  { orderId, programId, conversionId, decidedAt, credits, ...whole }: Decided,
): CreditNews => ({
  orderId,
  credit: {
    orderId,
    programId,
    conversionId,
    credits: credits ?? wholeOf(whole),
    decidedAt,
    decision: aggregateVersion,
  },
});

/** Of one partner, if anybody's. */
const wholeOf = ({ partnerId, clickId, touchKind, touchedAt }: Whole): readonly CreditPart[] =>
  partnerId === undefined ? [] : [{ partnerId, share: WHOLE, clickId, touchKind, touchedAt }];

const settlementNews = (event: Envelope): readonly SettlementNews[] => {
  if (is(StatementClosedV1, event)) {
    const { commissionIds, closedAt } = read(StatementClosedV1, event);
    return commissionIds.map((commissionId) => ({ kind: 'settled', commissionId, at: closedAt }));
  }
  if (is(StatementContinuedV1, event)) {
    const { commissionIds, closedAt } = read(StatementContinuedV1, event);
    return commissionIds.map((commissionId) => ({ kind: 'settled', commissionId, at: closedAt }));
  }
  if (is(PayoutSettledV1, event)) {
    const { settledAt, ...told } = read(PayoutSettledV1, event);
    return [
      ...ofPayout('paid', told.allocations, told, settledAt),
      ...ofPayout('recovered', told.recovered, told, settledAt),
    ];
  }
  if (is(PayoutUnconfirmedV1, event)) {
    const { unconfirmedAt, ...told } = read(PayoutUnconfirmedV1, event);
    return takenBack(told, unconfirmedAt);
  }
  const { returnedAt, ...told } = read(PayoutReturnedV1, event);
  return takenBack(told, returnedAt);
};

type Shares = Pick<PayoutReturnedV1, 'allocations' | 'recovered' | 'payoutId'>;

const takenBack = (told: Shares, at: Instant): readonly SettlementNews[] => [
  ...ofPayout('unpaid', told.allocations, told, at),
  ...ofPayout('unrecovered', told.recovered, told, at),
];

const ofPayout = (
  kind: NewsOfPayout,
  shares: Shares['recovered'] = [],
  { payoutId }: Shares,
  at: Instant,
): readonly SettlementNews[] =>
  shares.map(({ commissionId, amount }) => ({ kind, commissionId, amount, payoutId, at }));
