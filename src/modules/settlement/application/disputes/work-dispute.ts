import type { Clock } from '../../../../shared/clock.ts';
import { AppError } from '../../../../shared/errors.ts';
import type { Id } from '../../../../shared/ids.ts';
import { Money } from '../../../../shared/money.ts';
import type { AdjustmentsPort } from '../../../commission/index.ts';
import { appealed, evidenceGiven, evidenceRequested, takenUp, withdrawn } from '../../domain/disputes/converse.ts';
import { agreed, reviewed, sentBack, type Verdict } from '../../domain/disputes/decide.ts';
import type { Dispute, Hand, Resolution, Turn } from '../../domain/disputes/dispute.ts';
import type { DisputeId } from '../../index.ts';
import type { DisputeReader } from '../../ports/disputes.ts';
import type { SettlementTransaction } from '../../ports/settlement-stores.ts';
import type { GatherFacts } from './gather-facts.ts';
import { keepTurns } from './keep-turns.ts';
import { snapshotOf } from './snapshot-of.ts';

/** Who does it. A partner's is confined to its own disputes. */
export interface Who {
  readonly by: string;
  readonly partnerId?: Id<'par'> | undefined;
}

type Act = (dispute: Dispute, hand: Hand, earlier: readonly Resolution[]) => Turn;

/** What people do with a dispute that is there. All of them throw `settlement.dispute_not_found`. */
export class WorkDispute {
  constructor(
    private readonly transaction: SettlementTransaction,
    private readonly reader: Pick<DisputeReader, 'find'>,
    private readonly gather: GatherFacts,
    private readonly adjustments: Pick<AdjustmentsPort, 'limit'>,
    private readonly clock: Clock,
  ) {}

  takeUp(id: DisputeId, who: Who): Promise<Dispute> {
    return this.act(id, who, takenUp);
  }

  requestEvidence(id: DisputeId, text: string, who: Who): Promise<Dispute> {
    return this.act(id, who, (dispute, hand) => evidenceRequested(dispute, text, hand));
  }

  addEvidence(id: DisputeId, text: string, who: Who): Promise<Dispute> {
    return this.transaction.run(async (stores) => {
      const [dispute, hand] = [mustBeOwn(await stores.disputes.get(id), id, who), this.handOf(who)];
      const turn = evidenceGiven(dispute, text, hand, await stores.disputes.evidenceOf(id, hand.side));
      await keepTurns(stores, [turn]);
      return turn.dispute;
    });
  }

  async resolve(id: DisputeId, verdict: Verdict, who: Who): Promise<Dispute> {
    const { programId } = await this.look(id, who);
    const limit = Money.fromJson(await this.adjustments.limit(programId));
    return this.act(id, who, (dispute, hand, earlier) => reviewed(dispute, verdict, { limit, earlier, hand }));
  }

  approve(id: DisputeId, who: Who): Promise<Dispute> {
    return this.act(id, who, (dispute, hand, earlier) => agreed(dispute, earlier, hand));
  }

  sendBack(id: DisputeId, text: string, who: Who): Promise<Dispute> {
    return this.act(id, who, (dispute, hand) => sentBack(dispute, text, hand));
  }

  withdraw(id: DisputeId, who: Who): Promise<Dispute> {
    return this.act(id, who, withdrawn);
  }

  /** What is known is taken down anew: much may have come to light. */
  async appeal(id: DisputeId, text: string, who: Who): Promise<Dispute> {
    const { snapshot } = await this.gather.of(await this.look(id, who));
    return this.transaction.run(async (stores) => {
      const turn = appealed(mustBeOwn(await stores.disputes.get(id), id, who), text, this.handOf(who));
      await keepTurns(stores, [turn]);
      await stores.disputes.attach(snapshotOf(turn.dispute, snapshot, turn.entry.at));
      return turn.dispute;
    });
  }

  /** Before the transaction, of which a request has one. */
  private async look(id: DisputeId, who: Who): Promise<Dispute> {
    return mustBeOwn((await this.reader.find(id))?.dispute, id, who);
  }

  private act(id: DisputeId, who: Who, act: Act): Promise<Dispute> {
    return this.transaction.run(async (stores) => {
      const dispute = mustBeOwn(await stores.disputes.get(id), id, who);
      const turn = act(dispute, this.handOf(who), await stores.disputes.resolutions(id));
      await keepTurns(stores, [turn]);
      return turn.dispute;
    });
  }

  private handOf({ by, partnerId }: Who): Hand {
    return { side: partnerId === undefined ? 'staff' : 'partner', by, at: this.clock.now() };
  }
}

const mustBeOwn = (dispute: Dispute | undefined, id: DisputeId, { partnerId }: Who): Dispute => {
  if (dispute !== undefined && (partnerId === undefined || dispute.partnerId === partnerId)) return dispute;
  throw new AppError('not_found', 'settlement.dispute_not_found', `there is no dispute ${id}`);
};
