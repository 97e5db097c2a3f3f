import type { Clock } from '../../../../shared/clock.ts';
import { AppError } from '../../../../shared/errors.ts';
import type { Ids } from '../../../../shared/ids.ts';
import type { Payout } from '../../domain/payouts/payout.ts';
import { decided, type ProposalAction } from '../../domain/proposals/proposal.ts';
import { nextAsk } from '../../domain/rails/asking.ts';
import { heardBy, mustBeUnknown, type Ruling, type RulingId } from '../../domain/rails/ruling.ts';
import type { PayoutId } from '../../index.ts';
import type { RailPayment } from '../../ports/rail-payments.ts';
import type { SettlementStores, SettlementTransaction } from '../../ports/settlement-stores.ts';
import { followRail } from './follow-rail.ts';

export interface RulingWish extends Pick<Ruling, 'payoutId' | 'verdict' | 'note'> {
  readonly by: string;
}

/** One person says what a provider has confirmed of a payout that nobody knows the end of. Nothing moves yet. */
export class AskRuling {
  constructor(
    private readonly transaction: SettlementTransaction,
    private readonly ids: Ids,
    private readonly clock: Clock,
  ) {}

  /** Throws `settlement.payout_not_found`, `settlement.not_unknown`, `settlement.ruling_asked`. */
  run({ payoutId, verdict, note, by }: RulingWish): Promise<Ruling> {
    return this.transaction.run(async (stores) => {
      const { payout } = await heldPayment(stores, payoutId);
      mustBeUnknown(payout);
      if ((await stores.rulings.asked(payoutId)) !== undefined) throw askedAlready(payoutId);
      const ruling: Ruling = {
        id: this.ids.next('rul'),
        ...{ payoutId, programId: payout.programId, verdict, note },
        state: 'asked',
        askedBy: by,
        askedAt: this.clock.now(),
      };
      await stores.rulings.save(ruling);
      return ruling;
    });
  }
}

/**
 * Another person agrees, and the payout goes where the rail's own word would have led it. It is sent no second time: the
 * payment stays one that was sent, and a balance that comes back is paid at the next close.
 */
export class DecideRuling {
  constructor(
    private readonly transaction: SettlementTransaction,
    private readonly clock: Clock,
  ) {}

  /**
   * Throws `settlement.ruling_not_found`, `settlement.four_eyes`, `settlement.illegal_move`, `settlement.not_unknown`.
   */
  run(id: RulingId, action: ProposalAction, by: string): Promise<Ruling> {
    const now = this.clock.now();
    return this.transaction.run(async (stores) => {
      const ruling = decided(await stores.rulings.ruling(id), action, by, now);
      if (action === 'approve') {
        const { payment, payout } = await heldPayment(stores, ruling.payoutId);
        mustBeUnknown(payout); // its rail may have answered meanwhile
        const after = await followRail(stores, payout, heardBy(ruling, now));
        const lastWord = `ruled: ${ruling.verdict}`;
        await stores.rails.save({ ...payment, asks: 0, nextAt: nextAsk(after, 0, now), lastWord, heardAt: now });
      }
      await stores.rulings.save(ruling);
      return ruling;
    });
  }
}

/** In the order in which whoever asks the rail takes hold of them. */
const heldPayment = async (
  { rails, payouts }: SettlementStores,
  payoutId: PayoutId,
): Promise<{ readonly payment: RailPayment; readonly payout: Payout }> => {
  const payment = await rails.hold(payoutId);
  const [payout] = payment === undefined ? [] : await payouts.ofIds(payment.programId, [payoutId]);
  if (payment === undefined || payout === undefined) throw noPayment(payoutId);
  return { payment, payout };
};

const noPayment = (payoutId: PayoutId): AppError =>
  new AppError(
    'not_found',
    'settlement.payout_not_found',
    `there is no payment ${payoutId} on a rail that is called; what goes by file is for the bank's statement to say`,
  );

const askedAlready = (payoutId: PayoutId): AppError =>
  new AppError(
    'conflict',
    'settlement.ruling_asked',
    `somebody has said already what became of ${payoutId}; agree with that, or refuse it first`,
  );
