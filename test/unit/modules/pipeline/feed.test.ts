import { expect } from 'chai';
import { useFakeTimers } from 'sinon';
import { LocalDoorbell } from '../../../../src/infrastructure/messaging/doorbell.ts';
import { FeedCounters } from '../../../../src/modules/pipeline/adapters/feed/feed-counters.ts';
import { FeedEvents } from '../../../../src/modules/pipeline/adapters/feed/feed-events.ts';
import { FeedFollower, type FeedLog } from '../../../../src/modules/pipeline/adapters/feed/feed-follower.ts';
import { feedRoutes } from '../../../../src/modules/pipeline/adapters/http/feed-routes.ts';
import { FeedBuffer } from '../../../../src/modules/pipeline/domain/feed-buffer.ts';
import { type FeedEvent, feedEvent } from '../../../../src/modules/pipeline/domain/feed-event.ts';
import { feedFilter } from '../../../../src/modules/pipeline/domain/feed-filter.ts';
import { placeText, readPlace } from '../../../../src/modules/pipeline/domain/feed-place.ts';
import { FeedRecent } from '../../../../src/modules/pipeline/domain/feed-recent.ts';
import type { Envelope } from '../../../../src/shared/events.ts';
import { instant } from '../../../../src/shared/instant.ts';
import { idOf, TestWallClock } from '../../../support/clock.ts';
import { serve } from '../../../support/http.ts';
import { rejects } from '../../../support/rejects.ts';
import { eventually, pauseMs } from '../../../support/signals.ts';

const PROGRAM = idOf('prg', 1);
const isKnown = (type: string): boolean => type !== 'orders.misspelt';

const envelope = (type: string, payload: object = {}): Envelope => ({
  id: idOf('evt', 1),
  type,
  version: 1,
  source: type.split('.')[0]!,
  aggregate: 'a',
  aggregateVersion: 1,
  partitionKey: 'a',
  occurredAt: instant('2026-01-01T00:00:00Z'),
  payload,
});
const shown = (type: string, payload: object = {}, position = 1n): FeedEvent =>
  feedEvent(type.split('.')[0]!, position, envelope(type, payload));

/** An outbox in memory. */
class TestLog implements FeedLog {
  readonly events: Envelope[] = [];
  reads = 0;
  failure: Error | undefined;

  constructor(
    readonly schema: string,
    private readonly doorbell: LocalDoorbell,
  ) {}

  say(...numbers: readonly number[]): void {
    for (const n of numbers) this.events.push(envelope(`${this.schema}.said`, { n, programId: PROGRAM }));
    this.doorbell.ring(this.schema);
  }

  end(): Promise<bigint> {
    return this.failure ? Promise.reject(this.failure) : Promise.resolve(BigInt(this.events.length));
  }

  read(cursor: bigint, limit: number): ReturnType<FeedLog['read']> {
    this.reads += 1;
    if (this.failure) return Promise.reject(this.failure);
    const from = Number(cursor);
    const events = this.events.slice(from, from + limit);
    return Promise.resolve({
      events: events.map((event, at) => ({ position: BigInt(from + at + 1), event })),
      upTo: BigInt(Math.max(from, from + events.length)),
    });
  }
}

/** A client of server-sent events, by the letter of the specification. */
class Client {
  lastId = '';
  readonly events: { readonly type: string; readonly data: Readonly<Record<string, unknown>> }[] = [];
  text = '';
  isOver = false;
  private readonly source: AsyncIterator<string>;

  constructor(stream: AsyncIterable<string>) {
    this.source = stream[Symbol.asyncIterator]();
  }

  /** Takes one piece; false at the end. */
  async take(): Promise<boolean> {
    const next = await this.source.next();
    if (next.done === true) {
      this.isOver = true;
      return false;
    }
    this.text += next.value;
    for (const block of next.value.split('\n\n').filter((each) => each !== '')) this.dispatch(block);
    return true;
  }

  async readOn(): Promise<void> {
    while (await this.take());
  }

  async leave(): Promise<void> {
    await this.source.return?.();
  }

  get numbers(): readonly unknown[] {
    return this.events
      .filter(({ type }) => type.endsWith('.said'))
      .map(({ data }) => (data as { payload: { n: number } }).payload.n);
  }

  private dispatch(block: string): void {
    const fields = new Map(block.split('\n').map((line) => line.split(/: (.*)/s) as [string, string]));
    this.lastId = fields.get('id') ?? this.lastId;
    const data = fields.get('data');
    if (data === undefined) return;
    this.events.push({ type: fields.get('event') ?? 'message', data: JSON.parse(data) as Record<string, unknown> });
  }
}

const range = (from: number, to: number): readonly number[] =>
  Array.from({ length: to - from + 1 }, (_, at) => from + at);

describe('the live feed', () => {
  let doorbell: LocalDoorbell;
  let orders: TestLog;
  let commission: TestLog;
  let follower: FeedFollower;
  let stop: AbortController;
  let clock: TestWallClock;
  const troubles: unknown[] = [];

  const open = async (choice = {}, from?: string): Promise<Client> =>
    new Client(
      await FeedEvents.open(follower, clock, feedFilter(choice, isKnown), from === undefined ? from : readPlace(from)),
    );

  beforeEach(async () => {
    doorbell = new LocalDoorbell();
    orders = new TestLog('orders', doorbell);
    commission = new TestLog('commission', doorbell);
    stop = new AbortController();
    clock = new TestWallClock();
    troubles.length = 0;
    const trouble = { report: (_: string, error: unknown) => troubles.push(error) };
    follower = new FeedFollower({ logs: () => [orders, commission], doorbell, trouble });
    await follower.start(stop.signal);
  });
  afterEach(async () => {
    stop.abort();
    await follower.close();
  });

  it('shows everybody what happens from now on, each what they chose, and reads it once', async () => {
    orders.say(1, 2);
    const [all, some] = [await open(), await open({ types: 'commission.*' })];
    void all.readOn();
    void some.readOn();
    const readsBefore = orders.reads;

    orders.say(3);
    commission.say(4);

    await eventually('both have it', () => all.numbers.length === 2 && some.numbers.length === 1);
    expect(all.numbers).to.have.members([3, 4]);
    expect(all.events[0]).to.deep.include({ type: 'orders.said' });
    expect(some.numbers).to.deep.equal([4]);
    expect(orders.reads - readsBefore).to.be.at.most(4);
  });

  it('shows who comes back all they missed, once, however long it is, while more goes on happening', async () => {
    const first = await open();
    await first.take();
    orders.say(1);
    await first.take();
    await first.leave();
    orders.say(...range(2, 3_000));
    commission.say(...range(10_001, 12_000));

    const again = await open({}, first.lastId);
    void again.readOn();
    let next = 3_001;
    await eventually('it is all there', async () => {
      orders.say(next);
      next += 1;
      await pauseMs(1);
      return again.numbers.length >= 5_100;
    });

    const numbers = again.numbers as readonly number[];
    const ofOrders = numbers.filter((n) => n < 10_000);
    expect(ofOrders).to.deep.equal(range(2, ofOrders.at(-1)!));
    expect(numbers.filter((n) => n > 10_000)).to.deep.equal(range(10_001, 12_000));
  });

  it('lets a client go on anywhere: its id is right after every event', async () => {
    const whole = await open();
    orders.say(1, 2, 3);
    commission.say(11, 12);
    void whole.readOn();
    await eventually('all is there', () => whole.numbers.length === 5);
    const ids = [...whole.text.matchAll(/^id: (.*)\nevent/gm)].map(([, id]) => id!);

    for (const [at, id] of ids.entries()) {
      const rest = await open({}, id);
      void rest.readOn();
      await eventually('the rest is there', () => rest.numbers.length >= 4 - at);
      await pauseMs(5);
      expect(rest.numbers).to.have.members(whole.numbers.slice(at + 1));
      await rest.leave();
    }
  });

  it('tells who is too slow how many went by, and shows them the latest', async () => {
    const slow = await open();
    await slow.take();
    const quick = await open();
    void quick.readOn();
    orders.say(...range(1, 2_500));
    await eventually('the quick one has it', () => quick.numbers.at(-1) === 2_500);

    while (slow.numbers.at(-1) !== 2_500) await slow.take();

    expect(slow.events[0]).to.deep.equal({ type: 'gap', data: { missed: 1_500 } });
    expect(slow.numbers).to.deep.equal(range(1_501, 2_500));
    expect(quick.numbers).to.deep.equal(range(1, 2_500));
  });

  it('stops reading when the last has left, and begins anew with the next', async () => {
    const [one, two] = [await open(), await open()];
    void one.readOn();
    await two.take();
    expect(follower.watching).to.equal(2);

    await one.leave();
    await two.leave();
    expect(follower.watching).to.equal(0);
    await pauseMs(20);
    const reads = orders.reads;
    orders.say(1);
    await pauseMs(20);
    expect(orders.reads).to.equal(reads);

    const third = await open();
    void third.readOn();
    orders.say(2);
    await eventually('it has what is new', () => third.numbers.length === 1);
    expect(third.numbers).to.deep.equal([2]);
  });

  it('ends for everybody when the process stops, and lets nobody in', async () => {
    const [events, counters] = [
      await open(),
      new Client(await FeedCounters.open(follower, clock, feedFilter({}, isKnown))),
    ];
    const ended = Promise.all([events.readOn(), counters.readOn()]);

    stop.abort();
    await ended;
    await follower.close();

    expect([events.isOver, counters.isOver]).to.deep.equal([true, true]);
    expect(events.text).to.match(/: come back.*\n\n$/);
    await rejects(open(), 'pipeline.feed_closed');
  });

  it('says that it lives, and where one is, when nothing happens; and ends after an hour', async () => {
    const timers = useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const quiet = await open({ types: 'commission.*' });
      void quiet.readOn();
      await timers.tickAsync(10);
      const before = quiet.lastId;
      orders.say(1);
      await timers.tickAsync(15_000);
      expect(quiet.text.split('\n:\n')).to.have.lengthOf(2);
      expect(quiet.lastId).to.not.equal(before);
      expect(readPlace(quiet.lastId).get('orders')).to.equal(1n);

      clock.pass(3_600_001);
      await timers.tickAsync(15_000);
      expect(quiet.isOver).to.equal(true);
      expect(follower.watching).to.equal(1); // until the connection says that it is over
    } finally {
      timers.restore();
    }
  });

  it('forgets, over HTTP, who leaves or only asks for the headers', async () => {
    const serving = await serve(feedRoutes(follower, clock, isKnown));
    try {
      const headers = { authorization: 'Bearer desk~reports/read' };
      const leaving = new AbortController();
      const paths = ['/v1/feed', '/v1/feed/counters'];
      const open = await Promise.all(
        paths.map((path) => fetch(`${serving.url}${path}`, { headers, signal: leaving.signal })),
      );
      expect(open.map(({ status }) => status)).to.deep.equal([200, 200]);
      expect(follower.watching).to.equal(2);
      await fetch(`${serving.url}/v1/feed`, { headers, method: 'HEAD' });
      expect(follower.watching).to.equal(2);

      leaving.abort();

      await eventually('nobody watches', () => follower.watching === 0);
    } finally {
      await serving.close();
    }
  });

  it('shows who comes back large events without a gap, though no buffer would hold them', async () => {
    const start = await open();
    await start.take();
    const before = start.lastId;
    const note = 'x'.repeat(10_000);
    for (const n of range(1, 400)) orders.events.push(envelope('orders.said', { n, note }));
    doorbell.ring('orders');
    await eventually('the others have read it', () => orders.reads > 1 && start.lastId === before);
    await pauseMs(20);

    const again = await open({}, before);
    while (again.numbers.length < 400) await again.take();

    expect(again.events.map(({ type }) => type)).to.not.include('gap');
    expect(again.numbers).to.deep.equal(range(1, 400));
  });

  for (const [who, comesBack] of [
    ['takes nothing', false],
    ['comes back', true],
  ] as const)
    it(`holds little for who ${who}: one piece of text, and what everybody shares`, async () => {
      const note = 'x'.repeat(1_000);
      const slow = await open();
      const quick = await open();
      await slow.take();
      void quick.readOn();
      const before = slow.lastId;
      for (const n of range(1, 700)) orders.events.push(envelope('orders.said', { n, note }));
      doorbell.ring('orders');
      await eventually('the quick one has it', () => quick.numbers.length === 700);

      const client = comesBack ? await open({}, before) : slow;
      let longest = 0;
      for (let had = client.text.length; client.numbers.length < 700; had = client.text.length) {
        await client.take();
        longest = Math.max(longest, client.text.length - had);
      }

      expect(client.numbers).to.deep.equal(range(1, 700));
      expect(longest).to.be.below(100_000);
    });

  it('is full at a hundred', async () => {
    const all = await Promise.all(range(1, 100).map(() => open()));
    const { details } = await rejects(open(), 'pipeline.feed_full');
    expect(details.retryAfterSeconds).to.equal(5);
    await all[0]!.leave();
    await open();
  });

  it('goes on when an outbox could not be read for a while', async () => {
    const timers = useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const client = await open();
      void client.readOn();
      orders.failure = new Error('away');
      orders.say(1);
      await timers.tickAsync(600);
      expect(troubles).to.have.lengthOf(1);
      orders.failure = undefined;
      await timers.tickAsync(2_000);
      expect(client.numbers).to.deep.equal([1]);
    } finally {
      timers.restore();
    }
  });

  it('keeps nobody who could not be let in', async () => {
    orders.failure = new Error('away');
    const failure = await open().catch((error: unknown) => error);
    expect(failure).to.equal(orders.failure);
    expect(follower.watching).to.equal(0);
    orders.failure = undefined;
    await open();
  });

  it('begins now for who was somewhere beyond the end', async () => {
    orders.say(1);
    const client = await open(
      {},
      placeText(
        new Map([
          ['orders', 99n],
          ['gone', 5n],
          ['commission', 0n],
        ]),
      ),
    );
    void client.readOn();
    orders.say(2);
    await eventually('it has what is new', () => client.numbers.length > 0);
    expect(client.numbers).to.deep.equal([2]);
  });

  it('counts each second what happened, by type and lane', async () => {
    const timers = useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const counters = new Client(
        await FeedCounters.open(follower, clock, feedFilter({ programId: PROGRAM }, isKnown)),
      );
      void counters.readOn();
      await timers.tickAsync(1);
      orders.say(1, 2, 3);
      commission.say(4);
      commission.events.push(envelope('commission.said', { n: 5 }));
      clock.pass(1_000);
      await timers.tickAsync(1_000);
      clock.pass(1_000);
      await timers.tickAsync(1_000);

      expect(counters.events.map(({ type }) => type)).to.deep.equal(['counters', 'counters']);
      const [full, empty] = counters.events;
      expect(full?.data).to.deep.equal({
        from: '2026-01-01T00:00:00.000Z',
        to: '2026-01-01T00:00:01.000Z',
        counts: [
          { type: 'orders.said', lane: null, events: 3 },
          { type: 'commission.said', lane: null, events: 1 },
        ],
      });
      expect(empty?.data['counts']).to.deep.equal([]);
    } finally {
      timers.restore();
    }
  });
});

describe('an event in the feed', () => {
  it('has the name and the lane it came in with', () => {
    const named = (type: string, payload: object) => {
      const { type: name, lane } = shown(type, payload);
      return [name, lane];
    };
    expect(named('pipeline.order_event_received', { kind: 'placed' })).to.deep.equal(['order.placed', 'money']);
    expect(named('pipeline.click_received', {})).to.deep.equal(['click.recorded', 'clicks']);
    expect(named('pipeline.event_received', { eventType: 'acme.test_drive', lane: 'logs' })).to.deep.equal([
      'acme.test_drive',
      'logs',
    ]);
    expect(named('orders.order_placed', { lane: 'odd' })).to.deep.equal(['orders.order_placed', null]);
  });

  it('is shown without what is personal, however deep it lies', () => {
    const text = shown('pipeline.order_event_received', {
      kind: 'placed',
      visitorId: 'v',
      userAgent: 'u',
      referrer: 'r',
      network: '203.0.113.0/24',
      data: { customerEmailFingerprint: 'f', customerRef: 'c', lines: [{ sku: 's', address: { city: 'x' } }] },
    }).text();
    expect(JSON.parse(text)).to.deep.equal({
      id: idOf('evt', 1),
      type: 'pipeline.order_event_received',
      version: 1,
      source: 'pipeline',
      aggregate: 'a',
      aggregateVersion: 1,
      occurredAt: '2026-01-01T00:00:00.000Z',
      payload: { kind: 'placed', data: { lines: [{ sku: 's' }] } },
    });
  });

  it('is a line, whatever it holds', () => {
    expect(shown('orders.said', { text: 'a\nb\r\n\nid: x' }).text()).to.not.match(/[\r\n]/);
  });
});

describe('a choice of events', () => {
  const chosen = (types: string | undefined, type: string, payload: object = {}, programId?: string): boolean =>
    feedFilter({ types, programId }, isKnown)(shown(type, payload));

  it('is all of them, or names, or names with a star', () => {
    expect(chosen(undefined, 'orders.said')).to.equal(true);
    expect(chosen('orders.said', 'orders.said')).to.equal(true);
    expect(chosen('orders.sai', 'orders.said')).to.equal(false);
    expect(chosen('orders.*', 'orders.said')).to.equal(true);
    expect(chosen('*.said', 'orders.said')).to.equal(true);
    expect(chosen('orders.said*said', 'orders.said')).to.equal(false);
    expect(chosen('commission.*, orders.*', 'orders.said')).to.equal(true);
    expect(chosen('commission.*', 'orders.said')).to.equal(false);
    expect(chosen('order.*', 'pipeline.order_event_received', { kind: 'placed' })).to.equal(true);
  });

  it('is not a name that nothing has, for it would wait for ever', async () => {
    await rejects(() => feedFilter({ types: 'orders.said,orders.misspelt' }, isKnown), 'input.invalid');
    expect(chosen('orders.misspel*', 'orders.said')).to.equal(false);
  });

  it('may be of one program', () => {
    expect(chosen('*', 'orders.said', { programId: PROGRAM }, PROGRAM)).to.equal(true);
    expect(chosen('*', 'orders.said', {}, PROGRAM)).to.equal(false);
  });

  for (const types of ['', ',', 'a,,b', 'a**', '*a*', 'a b', 'A', Array(51).fill('a').join()])
    it(`is not ${JSON.stringify(types).slice(0, 20)}`, async () => {
      await rejects(() => feedFilter({ types }, isKnown), 'input.invalid');
    });
});

describe('a place in the feed', () => {
  it('is the same after a journey', () => {
    const place = new Map([
      ['orders', 12n],
      ['pipeline', 9_007_199_254_740_991n],
    ]);
    expect(readPlace(placeText(place))).to.deep.equal(place);
  });
  for (const text of [
    '',
    'x',
    Buffer.from('["orders"]').toString('base64url'),
    Buffer.from('["o","-1"]').toString('base64url'),
  ])
    it(`is not ${JSON.stringify(text)}`, async () => {
      await rejects(() => readPlace(text), 'page.malformed_cursor');
    });
});

describe('the buffer of who watches', () => {
  const numbered = (position: number): FeedEvent => shown('orders.said', { n: 'x'.repeat(100) }, BigInt(position));
  const positions = (events: readonly FeedEvent[]): readonly number[] => events.map(({ position }) => Number(position));

  it('gives the oldest away when it is full of events', () => {
    const buffer = new FeedBuffer({ events: 3, characters: 1_000_000 });
    for (const n of range(1, 5)) buffer.add(numbered(n));
    const { missed, events } = buffer.take(1_000_000);
    expect([missed, positions(events)]).to.deep.equal([2, [3, 4, 5]]);
    expect(buffer.isEmpty).to.equal(true);
  });

  it('gives the oldest away when their texts are too long', () => {
    const size = numbered(1).text().length;
    const buffer = new FeedBuffer({ events: 100, characters: 2 * size });
    for (const n of range(1, 5)) buffer.add(numbered(n));
    const { missed, events } = buffer.take(1_000_000);
    expect([missed, positions(events)]).to.deep.equal([3, [4, 5]]);
    buffer.add(numbered(6));
    expect(buffer.take(1_000_000).missed).to.equal(0);
  });

  it('gives so much at a time, and one event at least', () => {
    const buffer = new FeedBuffer({ events: 3, characters: 1_000_000 });
    for (const n of range(1, 4)) buffer.add(numbered(n));
    const first = buffer.take(2 * numbered(1).text().length);
    buffer.add(numbered(5));
    const second = buffer.take(1);

    expect([first.missed, positions(first.events)]).to.deep.equal([1, [2, 3]]);
    expect([second.missed, positions(second.events)]).to.deep.equal([0, [4]]);
  });
});

describe('the last events', () => {
  it('are given to who lacks no more than they are', () => {
    const recent = new FeedRecent(new Map([['orders', 10n]]), 5);
    for (const n of range(11, 19)) recent.add(shown('orders.said', {}, BigInt(n)));
    const since = (position: bigint) => recent.since(new Map([['orders', position]]))?.map((each) => each.position);
    expect(since(10n)).to.deep.equal(range(11, 19).map(BigInt));
    expect(since(9n)).to.equal(undefined);

    recent.add(shown('orders.said', {}, 20n));

    expect(since(14n)).to.equal(undefined);
    expect(since(15n)).to.deep.equal(range(16, 20).map(BigInt));
    expect(since(25n)).to.deep.equal([]);
    expect(recent.since(new Map())).to.equal(undefined);
  });
});
