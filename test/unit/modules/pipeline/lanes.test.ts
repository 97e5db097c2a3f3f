import { expect } from 'chai';
import { Lanes } from '../../../../src/modules/pipeline/application/lanes.ts';
import {
  LaneQueue,
  PATIENCE,
  type Turn,
  type Writers,
  writersFor,
} from '../../../../src/modules/pipeline/domain/lane-queue.ts';
import { BOUNDS, CHUNK, type Lane, LANES } from '../../../../src/modules/pipeline/domain/lanes.ts';
import { TestWallClock } from '../../../support/clock.ts';

const one = { events: 1, bytes: 1 };

/** In the order they are served, by one writer. */
const served = (queue: LaneQueue<string>): readonly string[] => {
  const order: string[] = [];
  for (let turn = queue.next(); turn !== undefined; turn = queue.next()) {
    order.push(turn.item);
    queue.done(turn);
  }
  return order;
};

describe('the lanes', () => {
  it('serve the most urgent first, and each lane in its order', () => {
    const queue = new LaneQueue<string>({ shared: 1, reserved: 0 });
    for (const lane of LANES.toReversed()) for (const nth of [1, 2]) queue.put(lane, `${lane} ${nth}`, one);

    expect(served(queue)).to.deep.equal(LANES.flatMap((lane) => [`${lane} 1`, `${lane} 2`]));
  });

  it('let nobody starve: who was passed over for so long has a turn', () => {
    const queue = new LaneQueue<string>({ shared: 1, reserved: 0 });
    queue.put('logs', 'log', one);
    for (let nth = 0; nth < 3 * PATIENCE; nth += 1) queue.put('clicks', 'click', one);

    expect(served(queue).indexOf('log')).to.equal(PATIENCE);
  });

  it('keep a writer for money, whatever the others are busy with', () => {
    const queue = new LaneQueue<string>({ shared: 2, reserved: 1 });
    for (let nth = 0; nth < 5; nth += 1) queue.put('clicks', 'click', one);
    const taken = [queue.next(), queue.next(), queue.next()].map((turn) => turn?.item);
    queue.put('money', 'order', one);

    expect(taken).to.deep.equal(['click', 'click', undefined]);
    expect(queue.next()).to.deep.equal({ item: 'order', lane: 'money', writer: 'reserved' });
  });

  it('leave logs one writer at a time', () => {
    const queue = new LaneQueue<string>({ shared: 2, reserved: 1 });
    for (let nth = 0; nth < 5; nth += 1) queue.put('logs', 'log', one);
    const turn = queue.next();

    expect([turn?.item, queue.next()]).to.deep.equal(['log', undefined]);
    if (turn) queue.done(turn);
    expect(queue.next()?.item).to.equal('log');
  });

  it('let money have the other writers too, before anybody else', () => {
    const queue = new LaneQueue<string>({ shared: 2, reserved: 1 });
    for (let nth = 0; nth < 3; nth += 1) queue.put('logs', 'log', one);
    for (let nth = 0; nth < 3; nth += 1) queue.put('money', 'order', one);

    expect([queue.next(), queue.next(), queue.next()].map((turn) => turn?.item)).to.deep.equal([
      'order',
      'order',
      'order',
    ]);
  });

  it('let no logs begin while money is written, but for their small share', () => {
    const queue = new LaneQueue<string>({ shared: 2, reserved: 1 });
    queue.put('money', 'order', one);
    const first = queue.next();
    queue.put('logs', 'log', one);
    expect(queue.next()).to.equal(undefined);

    for (let nth = 1, turn = first; nth <= PATIENCE; nth += 1) {
      queue.put('money', 'order', one);
      const next = queue.next();
      if (turn) queue.done(turn);
      turn = next;
    }
    expect(queue.next()?.item).to.equal('log');
  });

  it('begin with logs as soon as money is written', () => {
    const queue = new LaneQueue<string>({ shared: 2, reserved: 1 });
    queue.put('money', 'order', one);
    const order = queue.next();
    queue.put('logs', 'log', one);
    if (order) queue.done(order);

    expect(queue.next()?.item).to.equal('log');
  });

  it('count what is being read as what will need room', () => {
    const lanes = new Lanes({ shared: 1, reserved: 0 }, new TestWallClock());
    const { events } = BOUNDS.logs;
    const isRead = lanes.expect('logs', events - 1);

    expect([lanes.mayCome('logs', 1), lanes.mayCome('logs', 2), lanes.mayCome('clicks', 2)]).to.deep.equal([
      true,
      false,
      true,
    ]);
    isRead();
    expect(lanes.mayCome('logs', 2 * events)).to.equal(true);
  });

  it('are pressed by money from its reading until a moment after its answer, and by nothing else', async () => {
    const wallClock = new TestWallClock();
    const lanes = new Lanes({ shared: 1, reserved: 0 }, wallClock);
    const during: boolean[] = [];
    const look = (): void => void during.push(lanes.isPressed);

    lanes.expect('logs', 1)();
    await lanes.enter('clicks', one, async () => {
      look();
      await Promise.resolve();
    });
    const isRead = lanes.expect('money', 1);
    look();
    isRead();
    wallClock.pass(99);
    look();
    wallClock.pass(1);
    look();
    await lanes.enter('money', one, async () => {
      wallClock.pass(1_000);
      look();
      await Promise.resolve();
    });
    look();
    wallClock.pass(100);
    look();

    expect(during).to.deep.equal([false, true, true, false, true, true, false]);
  });

  it('are bounded by events and by bytes, but for whoever finds nobody waiting', () => {
    const queue = new LaneQueue<string>({ shared: 0, reserved: 0 });
    const { events, bytes } = BOUNDS.logs;

    expect(queue.hasRoom('logs', { events: 2 * events, bytes: 2 * bytes })).to.equal(true);
    queue.put('logs', 'log', { events: events - 1, bytes: 1 });
    expect(queue.hasRoom('logs', one)).to.equal(true);
    expect(queue.hasRoom('logs', { events: 2, bytes: 1 })).to.equal(false);
    expect(queue.hasRoom('logs', { events: 1, bytes })).to.equal(false);
    expect(queue.hasRoom('clicks', { events: 2, bytes: 1 })).to.equal(true);
  });

  it('leave a connection to whoever only reads, where there are enough', () => {
    expect([1, 2, 3, 4, 10].map(writersFor)).to.deep.equal([
      { shared: 1, reserved: 0 },
      { shared: 1, reserved: 0 },
      { shared: 1, reserved: 1 },
      { shared: 2, reserved: 1 },
      { shared: 2, reserved: 1 },
    ]);
  });

  it('go on after work that failed', async () => {
    const lanes = new Lanes({ shared: 1, reserved: 0 }, new TestWallClock());
    const died = lanes.enter('logs', one, () => Promise.reject(new Error('died')));
    const next = lanes.enter('logs', one, () => Promise.resolve('done'));

    expect(await died.catch((error: unknown) => (error as Error).message)).to.equal('died');
    expect(await next).to.equal('done');
  });
});

describe('a flood of logs', () => {
  interface Arrival {
    readonly at: number;
    readonly lane: Lane;
    readonly events: number;
  }

  /** Writes take their time and nothing else happens: how long each money event was under way, in ms. */
  const play = (arrivals: readonly Arrival[], writers: Writers): readonly number[] => {
    const queue = new LaneQueue<Arrival>(writers);
    const waits: number[] = [];
    let working: { readonly until: number; readonly turn: Turn<Arrival> }[] = [];
    const coming = arrivals.toSorted((a, b) => b.at - a.at);
    const nextAt = (): number => coming.at(-1)?.at ?? Infinity;
    const arrive = (arrival: Arrival | undefined): void => {
      const size = { events: arrival?.events ?? 0, bytes: 1 };
      if (arrival && queue.hasRoom(arrival.lane, size)) queue.put(arrival.lane, arrival, size);
    };
    while (coming.length > 0 || working.length > 0) {
      const now = Math.min(nextAt(), ...working.map(({ until }) => until));
      for (const { turn } of working.filter(({ until }) => until <= now)) queue.done(turn);
      working = working.filter(({ until }) => until > now);
      while (nextAt() <= now) arrive(coming.pop());
      for (let turn = queue.next(); turn !== undefined; turn = queue.next()) {
        const until = now + 1 + turn.item.events * 0.02;
        working.push({ until, turn });
        if (turn.lane === 'money') waits.push(until - turn.item.at);
      }
    }
    return waits.toSorted((a, b) => a - b);
  };

  const every = (ms: number, lane: Lane, events: number): readonly Arrival[] =>
    Array.from({ length: Math.floor(20_000 / ms) }, (_, nth) => ({ at: nth * ms, lane, events }));
  const p99 = (waits: readonly number[]): number => waits[Math.floor(waits.length * 0.99)] ?? Number.NaN;

  /** Two at a time: more than the writer that is their own takes at once. */
  const orders = [...every(10, 'money', 60), ...every(10, 'money', 20)];
  /** Three times what two writers can do. */
  const flood = every(0.5, 'logs', CHUNK.logs);

  it('does not move the wait of money by more than a fifth', () => {
    const quiet = play(orders, { shared: 2, reserved: 1 });
    const flooded = play([...orders, ...flood], { shared: 2, reserved: 1 });

    expect(flooded).to.have.length(orders.length);
    expect(p99(flooded) / p99(quiet)).to.be.at.most(1.2);
  });

  it('would, if money had no writer of its own', () => {
    const quiet = play(orders, { shared: 2, reserved: 0 });
    const flooded = play([...orders, ...flood], { shared: 2, reserved: 0 });

    expect(p99(flooded) / p99(quiet)).to.be.greaterThan(1.2);
  });
});
