import { grouped } from '../../../../shared/grouped.ts';
import type { Id } from '../../../../shared/ids.ts';
import { type Announcement, published } from '../../../../shared/outbox.ts';
import type { Payout } from '../../domain/payouts/payout.ts';
import { accountFaultOf } from '../../domain/rails/account-faults.ts';
import { PayoutMethodBlockedV1 } from '../../events.ts';
import type { RefusedMethod } from '../../ports/payout-control.ts';
import type { SettlementStores } from '../../ports/settlement-stores.ts';

/**
 * Money that came back from an account that is bad goes there no more, until the partner names another. Whoever has done
 * so meanwhile need not be told.
 */
export const refuseMethods = async (stores: SettlementStores, payouts: readonly Payout[]): Promise<void> => {
  const { guards } = stores.control;
  for (const [programId, own] of grouped(payouts.flatMap(refusedBy), (method) => method.programId)) {
    const known = await guards.heard(
      programId,
      own.map(({ partnerId }) => partnerId),
    );
    await guards.refuseMethods(own);
    const toTell = new Map<Id<'par'>, RefusedMethod>();
    for (const method of own) {
      const { refusedMethods = [], profileChangedAt } = known.get(method.partnerId) ?? {};
      const isKnown = refusedMethods.some(({ version }) => version === method.version);
      const isReplaced = profileChangedAt !== undefined && profileChangedAt > method.sentAt;
      if (!isKnown && !isReplaced) toTell.set(method.partnerId, method);
    }
    stores.outbox.publish(...[...toTell.values()].map(told));
  }
};

const refusedBy = (payout: Payout): readonly RefusedMethod[] => {
  const { id: payoutId, programId, partnerId, profileVersion: version, submittedAt, endedAt, reason = '' } = payout;
  const isBack = payout.state === 'rejected' || payout.state === 'returned';
  const fault = accountFaultOf(reason);
  if (!isBack || fault === undefined || version === undefined || submittedAt === undefined || endedAt === undefined)
    return [];
  return [{ payoutId, programId, partnerId, version, code: fault.code, sentAt: submittedAt, refusedAt: endedAt }];
};

const told = ({ payoutId, programId, partnerId, code, refusedAt }: RefusedMethod): Announcement =>
  published(
    PayoutMethodBlockedV1,
    { aggregate: partnerId, occurredAt: refusedAt },
    {
      ...{ payoutId, programId, partnerId, code },
      reason: accountFaultOf(code)?.reason ?? code,
      blockedAt: refusedAt,
    },
  );
