/** The live feed as a dashboard sees it: a whole program, and somebody else's client for server-sent events. */
import { expect } from 'chai';
import { Agent, EventSource, type MessageEvent } from 'undici';
import { OutboxReader } from '../../../../src/infrastructure/postgres/outbox-reader.ts';
import { identity } from '../../../../src/modules/identity/module.ts';
import { pipeline } from '../../../../src/modules/pipeline/module.ts';
import { idOf } from '../../../support/clock.ts';
import { cloneDatabase, type TestDatabase } from '../../../support/database.ts';
import { type RunningApp, startApp } from '../../../support/running-app.ts';
import { eventually } from '../../../support/signals.ts';

const PROGRAM = idOf('prg', 1);
/** Of both programs that one test starts. */
const KEY = { MASTER_KEY: Buffer.alloc(32, 7).toString('base64') };
const TYPES = ['order.confirmed', 'order.cancelled', 'counters'] as const;

const confirmed = (id: string, type = 'order.confirmed') => ({
  id,
  type,
  programId: PROGRAM,
  subject: `A-${id}`,
  time: '2018-01-01T12:00:00Z',
  data: {},
});

/** A browser's own client, given the header that a browser's cannot send. */
const watch = (url: string, token: string, lastEventId?: string) => {
  const agent = new Agent().compose((dispatch) => (options, handler) => {
    const headers = {
      ...(options.headers as Record<string, string>),
      authorization: `Bearer ${token}`,
      ...(lastEventId !== undefined && { 'last-event-id': lastEventId }),
    };
    return dispatch({ ...options, headers }, handler);
  });
  const source = new EventSource(url, { node: { dispatcher: agent, reconnectionTime: 50 } });
  const heard: { readonly type: string; readonly data: unknown; readonly id: string }[] = [];
  for (const type of TYPES)
    source.addEventListener(type, ((event: MessageEvent) => {
      heard.push({ type: event.type, data: JSON.parse(String(event.data)), id: event.lastEventId });
    }) as never);
  const opened = new Promise<void>((resolve) => {
    source.addEventListener('open', () => {
      resolve();
    });
  });
  const close = async (): Promise<void> => {
    source.close();
    await agent.destroy();
  };
  return { source, heard, opened, close };
};

describe('the live feed over HTTP', () => {
  let database: TestDatabase;
  let running: RunningApp;
  let token: string;
  const watching: { close(): Promise<void> }[] = [];

  const start = async (path: string, lastEventId?: string) => {
    const watcher = watch(`${running.url}${path}`, token, lastEventId);
    watching.push(watcher);
    await watcher.opened;
    return watcher;
  };
  const post = async (...events: readonly object[]): Promise<void> => {
    const { status } = await running.call('POST', '/v1/events', { token, body: { events } });
    expect(status).to.equal(202);
  };

  beforeEach(async () => {
    database = await cloneDatabase();
    running = await startApp(database, [identity, pipeline], KEY);
    token = await running.tokenWith();
  });
  afterEach(async () => {
    for (const watcher of watching.splice(0)) await watcher.close();
    await running.stop();
    await database.drop();
  });

  it('shows several clients what they chose, within moments, and lets one go on after a break', async () => {
    const [all, some] = [await start('/v1/feed'), await start('/v1/feed?types=order.cancelled')];
    const begun = performance.now();
    await post(confirmed('1'), confirmed('2', 'order.cancelled'));

    await eventually('both know', () => all.heard.length === 2 && some.heard.length === 1);
    expect(performance.now() - begun).to.be.lessThan(2_000);
    expect(all.heard.map(({ type }) => type)).to.deep.equal(['order.confirmed', 'order.cancelled']);
    expect(all.heard[0]?.data).to.deep.include({ source: 'pipeline', type: 'pipeline.order_event_received' });

    await all.close();
    await post(...['3', '4', '5'].map((id) => confirmed(id)));
    const again = await start('/v1/feed', all.heard.at(-1)?.id);
    await post(confirmed('6'));
    await eventually('nothing is lost', () => again.heard.length === 4);
    const ids = again.heard.map(({ data }) => (data as { payload: { eventId: string } }).payload.eventId);
    expect(ids).to.deep.equal(['3', '4', '5', '6']);
  });

  it('counts each second', async () => {
    const counters = await start('/v1/feed/counters?types=order.*');
    await post(confirmed('1'), confirmed('2'), confirmed('3', 'order.cancelled'));
    const counted = (): unknown[] =>
      counters.heard.flatMap(
        ({ data }) => (data as { counts: { type: string; lane: string; events: number }[] }).counts,
      );
    await eventually('they are counted', () => counted().length === 2);
    expect(counted()).to.deep.equal([
      { type: 'order.confirmed', lane: 'money', events: 2 },
      { type: 'order.cancelled', lane: 'money', events: 1 },
    ]);
  });

  it('is for the staff alone, and says what is wrong with what it is asked', async () => {
    const partner = await running.tokenWith(['reports:read'], idOf('par', 1));
    const ask = async (path: string, as: string | undefined) => {
      const { status, body } = await running.call('GET', path, as === undefined ? {} : { token: as });
      return [status, body['code']];
    };
    for (const path of ['/v1/feed', '/v1/feed/counters']) {
      expect(await ask(path, undefined)).to.deep.equal([401, 'http.unauthenticated']);
      expect(await ask(path, partner)).to.deep.equal([403, 'http.staff_only']);
      expect(await ask(`${path}?types=a**`, token)).to.deep.equal([400, 'input.invalid']);
      expect(await ask(`${path}?types=order.placed,pipeline.event_recieved`, token)).to.deep.equal([
        400,
        'input.invalid',
      ]);
    }
    expect(await ask('/v1/feed?after=nonsense', token)).to.deep.equal([400, 'page.malformed_cursor']);
  });

  it('ends when the process stops, at once, and a client goes on with the next one without a loss', async () => {
    const response = await fetch(`${running.url}/v1/feed`, { headers: { authorization: `Bearer ${token}` } });
    expect(response.headers.get('content-type')).to.equal('text/event-stream');
    expect(response.headers.get('cache-control')).to.equal('no-store');
    await post(confirmed('1'));

    const begun = performance.now();
    const whole = response.text();
    await eventually('it was read', async () => {
      const reader = new OutboxReader(database.as('pipeline'));
      return (await reader.end()) === 1n;
    });
    await running.stop();
    const text = await whole;

    expect(performance.now() - begun).to.be.lessThan(5_000);
    expect(text).to.match(/: come back/);
    const id = /^id: (.*)$/gm.exec(text)?.[1];
    running = await startApp(database, [identity, pipeline], KEY);
    token = await running.tokenWith();
    const next = await start('/v1/feed', id);
    await eventually('what was missed is there', () => next.heard.length === 1);
  });
});

describe('the end of an outbox', () => {
  let database: TestDatabase;
  before(async () => {
    database = await cloneDatabase();
  });
  after(() => database.drop());

  it('lies before what is not committed yet, and after what is', async () => {
    const { knex, schema } = database.as('pipeline');
    const reader = new OutboxReader(database.as('pipeline'));
    expect(await reader.end()).to.equal(0n);
    const insert = `insert into ${schema}.outbox
      (event_id, type, version, aggregate, aggregate_version, partition_key, occurred_at, payload)
      values (gen_random_uuid(), 'pipeline.x', 1, gen_random_uuid()::text, 1, 'a', now(), '{}')`;
    await knex.raw(insert);
    expect(await reader.end()).to.equal(1n);

    const trx = await knex.transaction();
    await trx.raw(insert);
    let found: bigint | undefined;
    const looking = reader.end().then((end) => (found = end));
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(found).to.equal(undefined);
    await trx.commit();
    await looking;
    expect(found).to.equal(2n);
  });
});
