/** The event intake over gRPC, in a whole program with a real database. */
import { status as Status } from '@grpc/grpc-js';
import { expect } from 'chai';
import { rowsOf } from '../../../../src/infrastructure/postgres/database.ts';
import { identity } from '../../../../src/modules/identity/module.ts';
import { pipeline } from '../../../../src/modules/pipeline/module.ts';
import { idOf } from '../../../support/clock.ts';
import { cloneDatabase, type TestDatabase } from '../../../support/database.ts';
import { freePort, IntakeClient, wireEvent } from '../../../support/grpc.ts';
import { type RunningApp, startApp } from '../../../support/running-app.ts';
import { eventually } from '../../../support/signals.ts';

/** Of both programs that one test starts. */
const KEY = { MASTER_KEY: Buffer.alloc(32, 7).toString('base64') };

const event = (id: string, data: unknown = {}, type = 'order.confirmed') =>
  wireEvent({ id, type, programId: idOf('prg', 1), subject: `A-${id}`, time: '2018-01-01T12:00:00Z', data });

describe('events over gRPC', () => {
  let database: TestDatabase;
  let running: RunningApp;
  let port: number;
  const clients: IntakeClient[] = [];

  const start = async (): Promise<void> => {
    port = await freePort();
    running = await startApp(database, [identity, pipeline], { GRPC_PORT: String(port), ...KEY });
  };
  const connect = async (): Promise<IntakeClient> => {
    const client = new IntakeClient(port, await running.tokenWith(['events:write']));
    clients.push(client);
    return client;
  };
  /** What is durable: the ids in the outbox, sorted. */
  const kept = async (): Promise<readonly string[]> =>
    (
      await rowsOf<{ id: string }>(
        database.as('pipeline').knex,
        `select payload->>'eventId' as id from pipeline.outbox order by length(payload->>'eventId'), 1`,
      )
    ).map(({ id }) => id);

  beforeEach(async () => {
    database = await cloneDatabase();
    await start();
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) client.close();
    await running.stop();
    await database.drop();
  });

  it('are accepted once, refused with a reason, and known again over HTTP', async () => {
    const client = await connect();
    const batch = {
      batchId: 'b1',
      events: [event('1'), event('1'), event('2', { note: 5 }), event('3', 'no JSON'), event('4', {}, 'acme.unknown')],
    };

    const { results, batchId } = await client.publishBatch(batch);

    expect(batchId).to.equal('b1');
    expect(results.map(({ verdict }) => verdict)).to.deep.equal([
      'VERDICT_ACCEPTED',
      'VERDICT_DUPLICATE',
      'VERDICT_REFUSED',
      'VERDICT_REFUSED',
      'VERDICT_REFUSED',
    ]);
    expect(results.map(({ faults }) => faults[0]?.pointer)).to.deep.equal([
      undefined,
      undefined,
      '/data/note',
      '/data',
      '/type',
    ]);
    expect(await kept()).to.deep.equal(['1']);
    const { body } = await running.call('POST', '/v1/events', {
      token: await running.tokenWith(['events:write']),
      body: {
        events: [
          {
            id: '1',
            type: 'order.confirmed',
            programId: idOf('prg', 1),
            subject: 'A-1',
            time: '2018-01-01T12:00:00Z',
            data: {},
          },
        ],
      },
    });
    expect(body).to.deep.include({ duplicate: 1 });
  });

  it('are durable if they have a verdict, whenever the server stops; the others can be sent again', async () => {
    const stream = (await connect()).publish();
    const batches = Array.from({ length: 400 }, (_, at) => ({
      batchId: String(at),
      events: Array.from({ length: 20 }, (__, nth) => event(String(at * 20 + nth))),
    }));
    for (const batch of batches) stream.send(batch);
    await eventually('some have their verdict', () => stream.verdicts.length >= 5);

    await running.stop();
    const { code, metadata } = await stream.ended;

    expect(code).to.equal(Status.UNAVAILABLE);
    expect(metadata.get('tributary-code')).to.deep.equal(['grpc.stopping']);
    const answered = stream.verdicts.length;
    expect(answered).to.be.greaterThan(4).and.lessThan(400);
    const durable = await kept();
    expect(durable.slice(0, answered * 20)).to.deep.equal(Array.from({ length: answered * 20 }, (_, at) => String(at)));

    await start();
    const again = (await connect()).publish();
    for (const batch of batches.slice(answered)) again.send(batch);
    again.stream.end();
    expect((await again.ended).code).to.equal(Status.OK);
    expect(await kept()).to.have.lengthOf(8_000);
    expect(again.verdicts.every(({ refused }) => refused === 0)).to.equal(true);
  });
});
