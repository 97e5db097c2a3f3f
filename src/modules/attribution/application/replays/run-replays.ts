import type { Clock } from '../../../../shared/clock.ts';
import { Money } from '../../../../shared/money.ts';
import type { OrderFacts, OrdersPort } from '../../../orders/index.ts';
import type { Conversion } from '../../domain/deciding/conversion.ts';
import { type Replay, shadowOf, summed, talliesOf } from '../../domain/deciding/replay.ts';
import type { ReplayReader, ReplayStores, ReplayTransaction } from '../../ports/replays.ts';
import type { DecideAgain } from '../deciding/decide-again.ts';

/** Conversions in one transaction: what a run may lose, and all it ever holds in memory. */
const PIECE = 200;

/** Goes on with the oldest replay that is not finished. Cut off anywhere, it goes on where it was. */
export class RunReplays {
  constructor(
    private readonly transaction: ReplayTransaction,
    private readonly reader: ReplayReader,
    private readonly decideAgain: DecideAgain,
    private readonly orders: OrdersPort,
    private readonly clock: Clock,
  ) {}

  due(): Promise<boolean> {
    return this.reader.isUnfinished();
  }

  /** A piece; true when there was something to do. */
  run(): Promise<boolean> {
    return this.transaction.run(async (stores) => {
      const replay = await stores.replays.next();
      if (replay === undefined) return false;
      const conversions = await stores.replays.ahead(replay, PIECE);
      if (conversions.length > 0) await this.decide(stores, replay, conversions);
      else await stores.replays.save({ ...replay, finishedAt: this.clock.now() });
      return true;
    });
  }

  private async decide(stores: ReplayStores, replay: Replay, conversions: readonly Conversion[]): Promise<void> {
    const { replays } = stores;
    const { policy } = replay;
    const again = await this.decideAgain.run(stores, conversions, ({ decision }) => policy ?? decision.inputs.policy);
    const values = await this.values(conversions);
    const compared = conversions.map((live, at) => {
      const shadow = again[at]?.decision ?? live.decision;
      const tallies = talliesOf(live.decision.outcome, shadow.outcome, values.get(live.order.orderId));
      return { decision: shadowOf(live, shadow), tallies };
    });
    const decisions = compared.map(({ decision }) => decision);
    await replays.keep(replay.replayId, decisions, summed(compared.flatMap(({ tallies }) => tallies)));
    await replays.save({
      ...replay,
      decided: replay.decided + decisions.length,
      different: replay.different + decisions.filter(({ considered }) => considered !== undefined).length,
      reached: reachedBy(conversions) ?? replay.reached,
    });
  }

  /** Of those that are known, what was ordered, whatever came back since. */
  private async values(conversions: readonly Conversion[]): Promise<ReadonlyMap<string, Money>> {
    const facts = await this.orders.facts(conversions.map(({ order }) => order.orderId));
    return new Map(facts.map((order) => [order.orderId, valueOf(order)]));
  }
}

const reachedBy = (conversions: readonly Conversion[]): Replay['reached'] => {
  const last = conversions.at(-1);
  return last && { placedAt: last.order.placedAt, conversionId: last.conversionId };
};

const valueOf = ({ currency, lines }: OrderFacts): Money =>
  Money.sum(
    currency,
    lines.map(({ unitPrice, quantity }) => Money.fromJson(unitPrice).times(BigInt(quantity))),
  );
