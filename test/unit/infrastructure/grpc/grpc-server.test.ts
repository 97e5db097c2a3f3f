import { credentials, status as Status } from '@grpc/grpc-js';
import { expect } from 'chai';
import { memoryCache } from '../../../../src/infrastructure/cache/memory-cache.ts';
import { GrpcServer } from '../../../../src/infrastructure/grpc/grpc-server.ts';
import { toStatus } from '../../../../src/infrastructure/grpc/status.ts';
import { eventIntake } from '../../../../src/modules/pipeline/adapters/grpc/event-intake.ts';
import { AppError, type ErrorKind, invalid } from '../../../../src/shared/errors.ts';
import { clientOf, IntakeClient, wireEvent } from '../../../support/grpc.ts';
import { idOf, TestWallClock } from '../../../support/clock.ts';
import { plainTokens } from '../../../support/http.ts';
import { rejects } from '../../../support/rejects.ts';
import { eventually, pauseMs } from '../../../support/signals.ts';

const TOKEN = 'shop~events/write';
type Judgement = Parameters<typeof eventIntake>[0];
type Verdicts = Awaited<ReturnType<Judgement['run']>>;

/** A store that takes a batch when it is let: what it holds is what the server has in hand. */
class SlowStore implements Judgement {
  readonly waiting: (() => void)[] = [];
  readonly kept: unknown[][] = [];
  isOpen = true;
  failure: Error | undefined;

  async run(inputs: readonly unknown[]): Promise<Verdicts> {
    if (!this.isOpen) await new Promise<void>((resolve) => this.waiting.push(resolve));
    if (this.failure !== undefined) throw this.failure;
    this.kept.push([...inputs]);
    return inputs.map((input, index) => ({
      index,
      id: (input as { id: string }).id,
      verdict: 'accepted' as const,
      faults: [],
    }));
  }

  letOne(): void {
    this.waiting.shift()?.();
  }

  open(): void {
    this.isOpen = true;
    for (const go of this.waiting.splice(0)) go();
  }
}

interface HealthClient {
  Check(asked: object, done: (error: unknown, reply: unknown) => void): void;
  Watch(asked: object): NodeJS.ReadableStream;
  close(): void;
}

const event = (id: string, data: unknown = {}) => wireEvent({ id, type: 'order.confirmed', data });
const batch = (batchId: string, ...ids: readonly string[]) => ({ batchId, events: ids.map((id) => event(id)) });

describe('the door for gRPC', () => {
  let store: SlowStore;
  let server: GrpcServer;
  let stop: AbortController;
  let clients: IntakeClient[];
  const troubles: unknown[] = [];

  const connect = (token: string | undefined = TOKEN): IntakeClient => {
    const client = new IntakeClient(server.boundPort, token);
    clients.push(client);
    return client;
  };
  const partsWith = (port: number | undefined) => ({
    settings: { HOST: '127.0.0.1', GRPC_PORT: port, BODY_LIMIT_BYTES: 100_000, SHUTDOWN_GRACE_MS: 2_000 },
    verifier: plainTokens,
    limiter: memoryCache(new TestWallClock(), 100).limiter,
    trouble: { report: (_: string, error: unknown) => troubles.push(error) },
  });

  beforeEach(async () => {
    store = new SlowStore();
    stop = new AbortController();
    clients = [];
    troubles.length = 0;
    server = new GrpcServer(partsWith(0), [eventIntake(store)]);
    await server.start(stop.signal);
  });
  afterEach(async () => {
    store.open();
    for (const client of clients) client.close();
    stop.abort();
    await server.close();
  });

  it('is shut when it is told no port, and says so when it cannot have it', async () => {
    const shut = new GrpcServer(partsWith(undefined), [eventIntake(store)]);
    await shut.start(stop.signal);
    expect(shut.boundPort).to.equal(0);
    await shut.close();

    const second = new GrpcServer(partsWith(server.boundPort), [eventIntake(store)]);
    await rejects(second.start(stop.signal), 'grpc.cannot_listen');
  });

  it('brings an event in as HTTP would, and its verdict back', async () => {
    const data = { currency: 'EUR', lines: [] };
    const full = { id: 'e1', source: 'shop', type: 'order.placed', programId: 'prg_x', subject: 'A1', time: 'now' };

    const reply = await connect().publishBatch({
      batchId: 'b1',
      events: [wireEvent({ ...full, schemaVersion: 2, data }), wireEvent({ id: 'e2', data: 'no JSON' })],
    });

    expect(store.kept).to.deep.equal([
      [
        { ...full, schemaVersion: 2, data },
        { id: 'e2', data: 'no JSON' },
      ],
    ]);
    expect(reply).to.deep.include({ batchId: 'b1', accepted: 2, duplicate: 0, refused: 0 });
    expect(reply.results[1]).to.deep.equal({
      index: 1,
      id: 'e2',
      verdict: 'VERDICT_ACCEPTED',
      faults: [],
      quarantineId: '',
    });
  });

  it('hands on why an event was refused, and where it is kept', async () => {
    const faults = Array.from({ length: 9 }, (_, at) => ({
      pointer: `/data/${at}`,
      code: 'input.invalid',
      detail: 'x',
    }));
    store.run = () =>
      Promise.resolve([
        { index: 0, id: null, verdict: 'refused', faults, quarantineId: 'qua_1' },
        { index: 1, id: 'e2', verdict: 'duplicate', faults: [] },
      ]);

    const { results, refused, duplicate } = await connect().publishBatch(batch('', 'e1', 'e2'));

    expect([refused, duplicate]).to.deep.equal([1, 1]);
    expect(results[0]).to.deep.include({ id: '', verdict: 'VERDICT_REFUSED', quarantineId: 'qua_1' });
    expect(results[0]?.faults).to.deep.equal(faults.slice(0, 5));
    expect(results[1]?.verdict).to.equal('VERDICT_DUPLICATE');
  });

  it('keeps what is nested too deep from whoever would walk through it', async () => {
    const deep = `${'['.repeat(5_000)}${']'.repeat(5_000)}`;
    await connect().publishBatch({ events: [wireEvent({ id: 'e1', data: deep })] });
    expect(store.kept[0]?.[0]).to.deep.include({ data: deep });
  });

  it('asks for a token of the house that may post events, of calls and of streams', async () => {
    const cases = [
      { token: undefined, code: Status.UNAUTHENTICATED, name: 'http.unauthenticated' },
      { token: 'wrong~', code: Status.UNAUTHENTICATED, name: 'http.unauthenticated' },
      { token: 'shop~events/read', code: Status.PERMISSION_DENIED, name: 'http.missing_scope' },
    ];
    for (const { token, code, name } of cases) {
      const client = new IntakeClient(server.boundPort, token);
      clients.push(client);
      const failure = await client.publishBatch(batch('b', 'e')).catch((error: unknown) => error);
      expect(failure).to.include({ code });
      const stream = client.publish();
      stream.send(batch('b', 'e'));
      const end = await stream.ended;
      expect(end.code).to.equal(code);
      expect(end.metadata.get('tributary-code')).to.deep.equal([name]);
    }
    expect(store.kept).to.deep.equal([]);
  });

  it('is for the house alone, whatever scopes a partner holds', async () => {
    const { PublishBatch } = eventIntake(store).methods;
    const partner = { subject: 'p', clientId: 'p', scopes: new Set(['events:write']), partnerId: idOf('par', 1) };
    await rejects(() => PublishBatch!({ batchId: '', events: [] } as never, partner), 'http.staff_only');
  });

  it('refuses an empty batch, one of more than a thousand, and a message that is too large', async () => {
    const failureOf = (message: object): Promise<unknown> =>
      connect()
        .publishBatch(message)
        .catch((error: unknown) => error);
    const many = Array.from({ length: 1_001 }, (_, at) => event(`e${at}`));

    expect(await failureOf({ events: [] })).to.include({ code: Status.INVALID_ARGUMENT });
    expect(await failureOf({ events: many })).to.include({ code: Status.INVALID_ARGUMENT });
    expect(await failureOf({ events: [event('e', { note: 'x'.repeat(100_000) })] })).to.include({
      code: Status.RESOURCE_EXHAUSTED,
    });
    expect(store.kept).to.deep.equal([]);
  });

  it('answers the batches of a stream in their order, whichever is durable first', async () => {
    const stream = connect().publish();
    const late: (() => void)[] = [];
    const quick = store.run.bind(store);
    store.run = async (inputs) => {
      if ((inputs[0] as { id: string }).id === 'first') await new Promise<void>((resolve) => late.push(resolve));
      return quick(inputs);
    };
    stream.send(batch('1', 'first'));
    stream.send(batch('2', 'second'));
    await eventually('the second is durable', () => store.kept.length === 1);
    expect(stream.verdicts).to.deep.equal([]);

    late[0]!();
    stream.stream.end();

    expect((await stream.ended).code).to.equal(Status.OK);
    expect(stream.verdicts.map(({ batchId }) => batchId)).to.deep.equal(['1', '2']);
  });

  it('holds a sender back who writes faster than batches become durable, with few of them in hand', async () => {
    store.isOpen = false;
    const stream = connect().publish();
    const large = 'x'.repeat(90_000);
    const sent = 60;
    for (let at = 0; at < sent; at += 1) stream.send({ batchId: String(at), events: [event(`e${at}`, { large })] });
    await eventually('four are in hand', () => store.waiting.length === 4);
    await pauseMs(200);
    const taken = stream.taken();
    await pauseMs(100);

    // In hand, and what the windows and buffers of both ends hold: the rest waits with the sender.
    expect(store.waiting.length).to.equal(4);
    expect(stream.taken()).to.equal(taken).and.to.be.lessThan(20);

    store.letOne();
    await eventually('one more is read for the one that was answered', () => stream.verdicts.length === 1);
    await eventually('four are in hand again', () => store.waiting.length === 4);
    await pauseMs(50);
    expect(store.waiting.length).to.equal(4);

    store.open();
    stream.stream.end();
    expect((await stream.ended).code).to.equal(Status.OK);
    expect(stream.verdicts.map(({ batchId }) => Number(batchId))).to.deep.equal([...Array(sent).keys()]);
  });

  it('says when to come back where there is no room, after the verdicts before it', async () => {
    const stream = connect().publish();
    stream.send(batch('1', 'e1'));
    await eventually('the first is answered', () => stream.verdicts.length === 1);
    store.failure = new AppError('unavailable', 'http.rate_limited', 'no room', { retryAfterSeconds: 3 });
    stream.send(batch('2', 'e2'));

    const { code, metadata } = await stream.ended;

    expect(code).to.equal(Status.RESOURCE_EXHAUSTED);
    expect(metadata.get('retry-after')).to.deep.equal(['3']);
    expect(metadata.get('grpc-retry-pushback-ms')).to.deep.equal(['3000']);
    expect(stream.verdicts.map(({ batchId }) => batchId)).to.deep.equal(['1']);
    expect(troubles).to.deep.equal([]);
  });

  it('counts each batch as a request of its client, and lets nobody have more than there are', async () => {
    const stream = connect('greedy~events/write').publish();
    for (let at = 0; at < 101; at += 1) stream.send(batch(String(at), `e${at}`));

    const { code, metadata } = await stream.ended;

    expect(code).to.equal(Status.RESOURCE_EXHAUSTED);
    expect(metadata.get('tributary-code')).to.deep.equal(['http.rate_limited']);
    expect(stream.verdicts).to.have.lengthOf(100);
    expect(store.kept).to.have.lengthOf(100);
  });

  it('reports a fault of ours, and tells the caller nothing of it', async () => {
    store.failure = new Error('a secret');
    const failure = (await connect()
      .publishBatch(batch('1', 'e1'))
      .catch((error: unknown) => error)) as Error;
    expect(failure).to.include({ code: Status.INTERNAL });
    expect(failure.message).to.not.include('secret');
    expect(troubles).to.deep.equal([store.failure]);
  });

  it('reads on for nobody whose deadline has passed', async () => {
    store.isOpen = false;
    const client = connect();
    const stream = client.publish(150);
    for (let at = 0; at < 20; at += 1) stream.send(batch(String(at), `e${at}`));
    const single = await client.publishBatch(batch('single', 'single'), 100).catch((error: unknown) => error);

    expect(single).to.include({ code: Status.DEADLINE_EXCEEDED });
    expect((await stream.ended).code).to.equal(Status.DEADLINE_EXCEEDED);
    await pauseMs(300); // the server's own clock says it a little later
    store.open();
    await pauseMs(50);
    expect(store.kept.length).to.be.at.most(5);
  });

  it('that stops answers what is in hand, ends the streams, and takes no more', async () => {
    store.isOpen = false;
    const stream = connect().publish();
    for (let at = 0; at < 20; at += 1) stream.send(batch(String(at), `e${at}`));
    await eventually('four are in hand', () => store.waiting.length === 4);

    stop.abort();
    const closed = server.close();
    await pauseMs(50);
    store.open();
    const { code, metadata } = await stream.ended;
    await closed;

    expect(code).to.equal(Status.UNAVAILABLE);
    expect(metadata.get('tributary-code')).to.deep.equal(['grpc.stopping']);
    expect(stream.verdicts.map(({ batchId }) => batchId)).to.deep.equal(['0', '1', '2', '3']);
    expect(store.kept.flat().map((each) => (each as { id: string }).id)).to.deep.equal(['e0', 'e1', 'e2', 'e3']);
  });

  it('that stops waits for the grace at most, whatever hangs', async () => {
    const impatient = new GrpcServer(
      { ...partsWith(0), settings: { ...partsWith(0).settings, SHUTDOWN_GRACE_MS: 100 } },
      [eventIntake(store)],
    );
    await impatient.start(stop.signal);
    store.isOpen = false;
    const client = new IntakeClient(impatient.boundPort, TOKEN);
    const stream = client.publish();
    stream.send(batch('1', 'e1'));
    await eventually('it hangs', () => store.waiting.length === 1);

    stop.abort();
    await impatient.close();

    expect((await stream.ended).code).to.not.equal(Status.OK);
    client.close();
  });

  it('forgets a sender who leaves, and goes on for the others', async () => {
    store.isOpen = false;
    const leaving = connect().publish();
    leaving.send(batch('1', 'e1'));
    await eventually('it is in hand', () => store.waiting.length === 1);
    leaving.stream.cancel();
    await leaving.ended;
    store.open();

    expect(await connect().publishBatch(batch('2', 'e2'))).to.deep.include({ accepted: 1 });
    expect(troubles).to.deep.equal([]);
  });

  it('answers for its health, until it stops', async () => {
    const Health = clientOf('grpc/health/v1/health.proto', 'grpc.health.v1.Health');
    const client = new Health(`127.0.0.1:${server.boundPort}`, credentials.createInsecure()) as unknown as HealthClient;
    const check = (service: string): Promise<unknown> =>
      new Promise((resolve) => {
        client.Check({ service }, (error: unknown, reply: unknown) => {
          resolve(error ?? reply);
        });
      });
    expect(await check('')).to.deep.equal({ status: 'SERVING' });
    expect(await check('tributary.events.v1.EventIntake')).to.deep.equal({ status: 'SERVING' });
    expect(await check('tributary.Nothing')).to.include({ code: Status.NOT_FOUND });

    const watched: unknown[] = [];
    const watch = client.Watch({ service: '' });
    watch.on('data', (reply: unknown) => watched.push(reply));
    const over = new Promise((resolve) => watch.on('end', resolve));
    await eventually('it is told', () => watched.length === 1);
    stop.abort();
    await over;
    expect(watched).to.deep.equal([{ status: 'SERVING' }, { status: 'NOT_SERVING' }]);
    client.close();
  });
});

describe('an error over gRPC', () => {
  const kinds: readonly [ErrorKind, Status][] = [
    ['invalid', Status.INVALID_ARGUMENT],
    ['forbidden', Status.PERMISSION_DENIED],
    ['not_found', Status.NOT_FOUND],
    ['conflict', Status.ABORTED],
    ['refused', Status.FAILED_PRECONDITION],
    ['unavailable', Status.UNAVAILABLE],
  ];
  for (const [kind, code] of kinds)
    it(`of the kind ${kind} is ${Status[code]}`, () => {
      const { code: found, metadata } = toStatus(new AppError(kind, 'a.code', 'why'));
      expect(found).to.equal(code);
      expect(metadata.get('tributary-code')).to.deep.equal(['a.code']);
    });

  it('is RESOURCE_EXHAUSTED where there is no room, or no room for so much', () => {
    for (const code of ['pipeline.overloaded', 'http.rate_limited', 'http.body_too_large'])
      expect(toStatus(new AppError('unavailable', code, 'why')).code, code).to.equal(Status.RESOURCE_EXHAUSTED);
  });

  it('says when to try again if the database is away', () => {
    const { code, metadata } = toStatus(Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }));
    expect(code).to.equal(Status.UNAVAILABLE);
    expect(metadata.get('retry-after')).to.deep.equal(['1']);
  });

  it('travels whatever its sentence holds', () => {
    const { details } = toStatus(invalid('a.code', `${'x'.repeat(999)}\u{1f600}`));
    expect(() => encodeURI(details)).to.not.throw();
    expect(details).to.have.lengthOf(1_000);
  });
});
