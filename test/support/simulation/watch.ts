/** Promises that can only be seen broken in the moment they are: within the transaction that breaks them. */
import { effectOnAvailable } from '../../../src/modules/settlement/domain/books/chart-of-accounts.ts';
import type { PayoutAnswer } from '../../../src/modules/settlement/domain/payouts/payout-decision.ts';
import type { Payouts, SettlementStores } from '../../../src/modules/settlement/ports/settlement-stores.ts';
import type { Ports } from './process.ts';
import type { Stores } from './stores.ts';
import { Violation } from './violation.ts';

export const watched = (ports: Ports, stores: Stores): Ports => {
  const { inSettlement } = ports;
  const watching = (own: SettlementStores): SettlementStores => ({ ...own, payouts: seen(own.payouts, stores) });
  return {
    ...ports,
    inSettlement: {
      run: (work) => inSettlement.run((own) => work(watching(own))),
      look: (work) => inSettlement.look((own) => work(watching(own))),
      once: (consumer, ids, work) => inSettlement.once(consumer, ids, (own, fresh) => work(watching(own), fresh)),
    },
  };
};

const seen = (payouts: Payouts, stores: Stores): Payouts =>
  new Proxy(payouts, {
    get: (target, name): unknown => {
      if (name !== 'add') return Reflect.get(target, name);
      return async (answer: PayoutAnswer): Promise<void> => {
        mustBeThere(answer, stores);
        await target.add(answer);
      };
    },
  });

/** What was taken back before a payout is decided is not paid out first and missed afterwards. */
const mustBeThere = ({ payouts }: PayoutAnswer, { settlement: { tables } }: Stores): void => {
  const findings = payouts.flatMap(({ id, programId, partnerId, amount }) => {
    const isOwn = (each: { readonly programId: string; readonly partnerId?: string | undefined }): boolean =>
      each.programId === programId && each.partnerId === partnerId;
    const booked = tables.bookings.values().filter(({ booking }) => isOwn(booking));
    const unsent = tables.payouts.values().filter((each) => isOwn(each) && /^(draft|approved)$/.test(each.state));
    const there = booked.reduce((sum, { booking }) => sum + effectOnAvailable(booking), 0n);
    const left = unsent.reduce((sum, each) => sum - each.amount.minor, there);
    return amount.minor <= left ? [] : [`${id} is ${amount.minor}, and there are ${left}`];
  });
  if (findings.length > 0) throw new Violation('no payout is more than there is', findings);
};
