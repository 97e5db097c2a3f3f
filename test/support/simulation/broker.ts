import type { Consumer } from '../../../src/infrastructure/messaging/consumer.ts';
import { type Envelope, nameOf } from '../../../src/shared/events.ts';
import type { Chaos } from './chaos.ts';

/** An outbox, as a relay reads it. */
export interface Outboxed {
  readonly published: readonly Envelope[];
}

/** What waits for a consumer from one outbox under one partition key, in the order it was told. */
interface Lane {
  readonly partitionKey: string;
  readonly waiting: Envelope[];
}

interface Queue {
  readonly name: string;
  readonly lanes: Map<string, Lane>;
  /** Partition keys somebody has in hand. */
  readonly inHand: Set<string>;
}

/**
 * Promises what every broker here promises, and not a bit more: nothing said is lost; each consumer gets every event at
 * least once; events of one outbox with one partition key come in the order they were told. Everything else is chance:
 * which consumer is served, how large its batch is, how lanes mix, what comes again.
 */
export class SimulatedBroker {
  private readonly cursors: number[];
  private readonly queues: readonly Queue[];
  private readonly hearers = new Map<string, Queue[]>();

  constructor(
    private readonly outboxes: readonly Outboxed[],
    consumers: readonly Pick<Consumer, 'name' | 'types'>[],
    private readonly chaos: Chaos,
  ) {
    this.cursors = outboxes.map(() => 0);
    this.queues = consumers.map(({ name }) => ({ name, lanes: new Map(), inHand: new Set() }));
    consumers.forEach(({ types }, index) => {
      const queue = this.queues[index];
      for (const type of types) if (queue) this.hearers.set(type, [...(this.hearers.get(type) ?? []), queue]);
    });
  }

  /** Brings what was told since the last look to the queues of those who hear it. */
  relay(): void {
    for (const [index, { published }] of this.outboxes.entries()) {
      const from = this.cursors[index] ?? 0;
      for (const event of published.slice(from)) this.enqueue(event);
      // A relay that dies before it has noted how far it came begins again where it noted last.
      const lost = published.length > from && this.chaos.happensAgain();
      this.cursors[index] = lost ? from + this.chaos.random.below(published.length - from) : published.length;
    }
  }

  /** Consumers with something to hear that nobody has in hand. */
  ready(): readonly string[] {
    return this.queues.filter((queue) => freeLanes(queue).length > 0).map(({ name }) => name);
  }

  isIdle(): boolean {
    const told = this.outboxes.every(({ published }, index) => this.cursors[index] === published.length);
    return told && this.queues.every(({ lanes }) => [...lanes.values()].every(({ waiting }) => waiting.length === 0));
  }

  /** A batch of at most so many. What the consumer does not finish comes again. */
  async deliver({ name, handle }: Pick<Consumer, 'name' | 'handle'>, most: number): Promise<void> {
    const queue = this.queues.find((each) => each.name === name);
    if (queue === undefined) throw new Error(`nobody here is called ${name}`);
    const { batch, taken } = this.batchOf(freeLanes(queue), most);
    for (const { partitionKey } of taken.keys()) queue.inHand.add(partitionKey);
    try {
      await handle(batch);
      this.chaos.mayDie('before an acknowledgement');
      for (const [lane, count] of taken) lane.waiting.splice(0, count);
    } finally {
      for (const { partitionKey } of taken.keys()) queue.inHand.delete(partitionKey);
    }
  }

  private enqueue(event: Envelope): void {
    const { source, partitionKey } = event;
    for (const { lanes } of this.hearers.get(nameOf(event)) ?? []) {
      const key = `${source} ${partitionKey}`;
      const lane = lanes.get(key) ?? { partitionKey, waiting: [] };
      lane.waiting.push(event);
      lanes.set(key, lane);
    }
  }

  private batchOf(lanes: Lane[], most: number): { batch: Envelope[]; taken: Map<Lane, number> } {
    const batch: Envelope[] = [];
    const taken = new Map<Lane, number>();
    const open = [...lanes];
    while (open.length > 0 && batch.length < most) {
      const at = this.chaos.isCalm ? 0 : this.chaos.random.below(open.length);
      const lane = open[at];
      const count = (lane && taken.get(lane)) ?? 0;
      const event = lane?.waiting[count];
      if (lane === undefined || event === undefined) open.splice(at, 1);
      else {
        batch.push(event);
        taken.set(lane, count + 1);
      }
    }
    return { batch, taken };
  }
}

const freeLanes = ({ lanes, inHand }: Queue): Lane[] =>
  [...lanes.values()].filter(({ waiting, partitionKey }) => waiting.length > 0 && !inHand.has(partitionKey));
