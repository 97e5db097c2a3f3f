import { type Consumer, consumer } from '../../../../infrastructure/messaging/consumer.ts';
import { type Envelope, is, read } from '../../../../shared/events.ts';
import { CaseOpenedV1, CaseResolvedV1 } from '../../../fraud/events.ts';
import { PayoutProfileChangedV1 } from '../../../partners/events.ts';
import type { CaseNews } from '../../ports/payout-control.ts';
import type { SettlementTransaction } from '../../ports/settlement-stores.ts';

/** What others say of partners that may stand against a payout. */
export const payoutConsumers = (transaction: SettlementTransaction): readonly Consumer[] => [
  consumer('settlement.fraud', transaction, [CaseOpenedV1, CaseResolvedV1], ({ control }, events) =>
    control.guards.noteCases(events.map(caseNews)),
  ),
  consumer('settlement.profiles', transaction, [PayoutProfileChangedV1], async ({ control }, events) => {
    for (const event of events) {
      const { partnerId, changedAt } = read(PayoutProfileChangedV1, event);
      await control.guards.noteProfile(partnerId, changedAt);
    }
  }),
];

const caseNews = (event: Envelope): CaseNews => {
  if (is(CaseOpenedV1, event)) {
    const { caseId, partnerId, openedAt } = read(CaseOpenedV1, event);
    return { caseId, partnerId, openedAt };
  }
  const { caseId, partnerId, resolvedAt } = read(CaseResolvedV1, event);
  return { caseId, partnerId, resolvedAt };
};
