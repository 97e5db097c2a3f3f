/** Other modules' events, in reporting's words. */
import { type Contract, type Envelope, nameOf, read } from '../../../../shared/events.ts';
import type { Instant } from '../../../../shared/instant.ts';
import {
  AttributionChangedV1,
  ClickRecordedV1,
  ConversionAttributedV1,
  ConversionUnattributedV1,
} from '../../../attribution/events.ts';
import {
  CommissionAccruedV1,
  CommissionAdjustedV1,
  CommissionClawedBackV1,
  CommissionConfirmedV1,
  CommissionHeldV1,
  CommissionLockedV1,
  CommissionPaidV1,
  CommissionRaisedV1,
  CommissionReducedV1,
  CommissionReleasedV1,
  CommissionReversedV1,
  CommissionVestedV1,
} from '../../../commission/events.ts';
import { ConversionAssessedV1 } from '../../../fraud/events.ts';
import { MilestoneReachedV1 } from '../../../orders/events.ts';
import {
  PayoutFailedV1,
  PayoutReturnedV1,
  PayoutUnconfirmedV1,
  PayoutSettledV1,
  PayoutSubmittedV1,
  StatementClosedV1,
  StatementContinuedV1,
} from '../../../settlement/events.ts';
import type { CommissionStep, News, PayoutStep, StepNews } from '../../domain/news.ts';
import type { Rank } from '../../domain/rank.ts';

interface Entry {
  readonly contract: Contract;
  readonly heard: (event: Envelope) => News;
}

const hear = <Payload extends object>(
  contract: Contract<Payload>,
  heard: (told: Payload, rank: Rank) => News,
): Entry => ({
  contract,
  heard: (event) => heard(read(contract, event), { version: event.aggregateVersion, eventId: event.id }),
});

type AnyStep = Pick<StepNews, 'commissionId' | 'orderId' | 'orderRef' | 'programId' | 'partnerId' | 'amount'>;

const step = <Payload extends AnyStep>(
  contract: Contract<Payload>,
  name: CommissionStep,
  rest: (told: Payload) => Pick<StepNews, 'at' | 'change' | 'vested' | 'locksAt' | 'reasons'>,
): Entry =>
  hear(contract, (told, rank) => {
    const { commissionId, orderId, orderRef, programId, partnerId, amount } = told;
    const about = { commissionId, orderId, orderRef, programId, partnerId, amount };
    return { about: 'step', step: name, ...rank, ...about, ...rest(told) };
  });

const payout = <Payload extends PayoutFields>(
  contract: Contract<Payload>,
  name: PayoutStep,
  at: (told: Payload) => Instant,
): Entry =>
  hear(contract, (told, rank) => {
    const { payoutId, programId, partnerId, amount, allocations = [], recovered = [], reason } = told;
    const about = { payoutId, programId, partnerId, amount, allocations, recovered, reason };
    return { about: 'payout', step: name, ...rank, ...about, at: at(told) };
  });

type PayoutFields = Pick<PayoutSubmittedV1, 'payoutId' | 'programId' | 'partnerId' | 'amount'> & {
  readonly allocations?: PayoutSettledV1['allocations'];
  readonly recovered?: PayoutSettledV1['recovered'];
  readonly reason?: string;
};

const entries: readonly Entry[] = [
  hear(ClickRecordedV1, ({ programId, partnerId, occurredAt }) => ({
    about: 'click',
    programId,
    partnerId,
    at: occurredAt,
  })),
  hear(ConversionAttributedV1, ({ conversionId, orderId, programId, partnerId, placedAt }, rank) => ({
    about: 'conversion',
    ...rank,
    conversionId,
    orderId,
    programId,
    partnerId,
    placedAt,
  })),
  hear(ConversionUnattributedV1, ({ conversionId, orderId, programId, placedAt }, rank) => ({
    about: 'conversion',
    ...rank,
    conversionId,
    orderId,
    programId,
    placedAt,
  })),
  hear(AttributionChangedV1, ({ conversionId, orderId, programId, partnerId, previousPartnerId, placedAt }, rank) => ({
    about: 'conversion',
    ...rank,
    conversionId,
    orderId,
    programId,
    partnerId,
    replaces: { partnerId: previousPartnerId },
    placedAt,
  })),
  hear(MilestoneReachedV1, ({ orderId, programId, milestone, reachedAt }, rank) => ({
    about: 'milestone',
    ...rank,
    orderId,
    programId,
    milestone,
    at: reachedAt,
  })),
  hear(ConversionAssessedV1, ({ orderId, programId, partnerId, verdict, reasons, assessedAt }, rank) => ({
    about: 'assessment',
    ...rank,
    orderId,
    programId,
    partnerId,
    verdict,
    reasons,
    at: assessedAt,
  })),
  step(CommissionAccruedV1, 'accrued', ({ accruedAt: at }) => ({ at })),
  step(CommissionConfirmedV1, 'confirmed', ({ confirmedAt: at }) => ({ at })),
  step(CommissionVestedV1, 'vested', ({ vestedAt: at, vested, locksAt }) => ({ at, vested, locksAt })),
  step(CommissionHeldV1, 'held', ({ heldAt: at, reasons }) => ({ at, reasons })),
  step(CommissionReleasedV1, 'released', ({ releasedAt: at }) => ({ at })),
  step(CommissionRaisedV1, 'raised', ({ raisedAt: at, increase, reason }) => ({
    at,
    change: increase,
    reasons: [reason],
  })),
  step(CommissionReducedV1, 'reduced', ({ reducedAt: at, reduction, reason }) => ({
    at,
    change: reduction,
    reasons: [reason],
  })),
  step(CommissionReversedV1, 'reversed', ({ reversedAt: at, reason }) => ({ at, reasons: [reason] })),
  step(CommissionLockedV1, 'locked', ({ lockedAt: at }) => ({ at })),
  hear(CommissionClawedBackV1, (told, rank) => {
    const { commissionId, orderId, orderRef, programId, partnerId, amount, reason } = told;
    const about = { commissionId, orderId, orderRef, programId, partnerId, amount, reason };
    return { about: 'clawback', ...rank, ...about, partId: told.adjustmentId, at: told.clawedBackAt };
  }),
  hear(CommissionAdjustedV1, (told, rank) => {
    const { adjustmentId, commissionId, programId, partnerId, kind, amount, reason, adjustedAt } = told;
    const about = { adjustmentId, commissionId, programId, partnerId, kind, amount, reason };
    return { about: 'adjustment', ...rank, ...about, at: adjustedAt };
  }),
  hear(CommissionPaidV1, (told, rank) => {
    const { commissionId, orderId, orderRef, programId, partnerId, amount } = told;
    const about = { commissionId, orderId, orderRef, programId, partnerId, amount };
    return { about: 'payment', ...rank, ...about, partId: told.payoutId, at: told.paidAt };
  }),
  hear(StatementClosedV1, (told, rank) => {
    const { statementId, number, programId, partnerId, period, commissionIds, closing, closedAt } = told;
    const about = { statementId, number, programId, partnerId, period, commissionIds, closing };
    return { about: 'statement', ...rank, ...about, at: closedAt };
  }),
  hear(StatementContinuedV1, (told, rank) => {
    const { statementId, programId, partnerId, period, commissionIds, closedAt } = told;
    const about = { statementId, programId, partnerId, period, commissionIds };
    return { about: 'more_of_statement', ...rank, ...about, at: closedAt };
  }),
  payout(PayoutSubmittedV1, 'submitted', ({ submittedAt }) => submittedAt),
  payout(PayoutSettledV1, 'settled', ({ settledAt }) => settledAt),
  payout(PayoutFailedV1, 'failed', ({ failedAt }) => failedAt),
  // On its way again.
  payout(PayoutUnconfirmedV1, 'submitted', ({ unconfirmedAt }) => unconfirmedAt),
  payout(PayoutReturnedV1, 'returned', ({ returnedAt }) => returnedAt),
];

const byName = new Map(entries.map((entry) => [nameOf(entry.contract), entry]));

export const contracts: readonly Contract[] = entries.map(({ contract }) => contract);

/** Throws `event.unreadable`. */
export const newsOf = (event: Envelope): News => {
  const entry = byName.get(nameOf(event));
  if (entry === undefined) throw new Error(`nobody asked for ${nameOf(event)}`);
  return entry.heard(event);
};
