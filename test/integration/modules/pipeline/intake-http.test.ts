import { expect } from 'chai';
import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { redriveRefused } from '../../../../src/cli/quarantine.ts';
import { identity } from '../../../../src/modules/identity/module.ts';
import { pipeline } from '../../../../src/modules/pipeline/module.ts';
import { rowsOf } from '../../../../src/infrastructure/postgres/database.ts';
import { idOf } from '../../../support/clock.ts';
import { type Reply, startApp, withRunningApp } from '../../../support/running-app.ts';

interface Result {
  readonly index: number;
  readonly verdict: string;
  readonly faults: readonly { readonly pointer: string; readonly code: string }[];
  readonly quarantineId?: string;
}

const MASTER_KEY = randomBytes(32).toString('base64');
const YESTERDAY = new Date(Date.now() - 86_400_000).toISOString();

const drive = (id: string, data: object = { model: 'AUR-ONE' }, more: object = {}) => ({
  id,
  type: 'acme.test_drive',
  time: YESTERDAY,
  data,
  ...more,
  ...('type' in more && { source: more.type }), // ids are its own, then
});

const testDrive = {
  type: 'acme.test_drive',
  lane: 'conversions',
  about: 'Somebody drove it',
  schema: {
    type: 'object',
    properties: {
      model: { type: 'string', maxLength: 50 },
      email: { type: 'string', format: 'email', maxLength: 320, 'x-fingerprint': 'email' },
    },
    required: ['model'],
    additionalProperties: false,
  },
};

describe('event types and the quarantine over HTTP', () => {
  const running = withRunningApp([identity, pipeline], { MASTER_KEY });
  let token: string;
  let n = 0;
  const fresh = (): string => `acme.thing_${(n += 1)}`;

  before(async () => {
    token = await running().tokenWith();
  });

  const post = <Body = Record<string, unknown>>(path: string, body: unknown, headers = {}): Promise<Reply<Body>> =>
    running().call<Body>('POST', path, { token, body, headers });
  const get = <Body = Record<string, unknown>>(path: string): Promise<Reply<Body>> =>
    running().call<Body>('GET', path, { token });
  const register = async (type: string, more: object = {}) => post('/v1/event-types', { ...testDrive, type, ...more });
  const send = async (...events: readonly object[]) => {
    const { status, body } = await post<{ results?: readonly Result[] }>('/v1/events', { events });
    return { status, results: body.results ?? [] };
  };
  const said = () =>
    rowsOf<{ payload: Record<string, unknown> & { data: Record<string, unknown> } }>(
      running().database.owner.knex,
      `select payload from pipeline.outbox where type = 'pipeline.event_received' order by id`,
    );

  it('takes events of a type from the moment it is registered, and tells of them once', async () => {
    const type = fresh();
    const first = await register(type);
    const again = await register(type);

    const sent = await send(drive('1', undefined, { type }), drive('1', undefined, { type }));
    const repeated = await send(drive('1', undefined, { type }), drive('1', { model: 'other' }, { type }));

    expect([first.status, again.status]).to.deep.equal([201, 200]);
    expect(again.body).to.deep.equal(first.body);
    expect(sent.results.map(({ verdict }) => verdict)).to.deep.equal(['accepted', 'duplicate']);
    expect(repeated.results.map(({ verdict }) => verdict)).to.deep.equal(['duplicate', 'refused']);
    const told = (await said()).filter(({ payload }) => payload['eventType'] === type);
    expect(told.map(({ payload }) => [payload['eventId'], payload['schemaVersion'], payload['lane']])).to.deep.equal([
      ['1', 1, 'conversions'],
    ]);
  });

  it('stores fingerprints where the schema says so', async () => {
    const type = fresh();
    await register(type);

    await send(drive('1', { model: 'AUR-ONE', email: 'Ann@Example.com' }, { type }));

    const [row] = (await said()).filter(({ payload }) => payload['eventType'] === type);
    expect(Object.keys(row?.payload.data ?? {})).to.have.members(['model', 'emailFingerprint']);
    expect(JSON.stringify(row)).to.not.match(/example/i);
  });

  it('refuses a version that breaks the one before, and takes it when it is told to', async () => {
    const type = fresh();
    await register(type);
    const stricter = { ...testDrive.schema, required: ['model', 'email'] };

    const refused = await register(type, { schema: stricter });
    const forced = await register(type, { schema: stricter, compatibility: 'none' });

    expect([refused.status, refused.body['code']]).to.deep.equal([422, 'pipeline.schema_incompatible']);
    expect((refused.body['errors'] as Result['faults']).map(({ pointer }) => pointer)).to.deep.equal([
      '/schema/required',
    ]);
    expect([forced.status, forced.body['version']]).to.deep.equal([201, 2]);
    const { results } = await send(
      drive('old', undefined, { type, schemaVersion: 1 }),
      drive('new', undefined, { type }),
      drive('never', undefined, { type, schemaVersion: 3 }),
    );
    expect(results.map(({ verdict, faults }) => [verdict, faults[0]?.code])).to.deep.equal([
      ['accepted', undefined],
      ['refused', 'input.invalid'],
      ['refused', 'pipeline.unknown_version'],
    ]);
    const { body } = await get<{ data: readonly { version: number }[] }>(`/v1/event-types/${type}`);
    expect(body.data.map(({ version }) => version)).to.deep.equal([1, 2]);
  });

  it('refuses names of ours, and schemas it cannot compile', async () => {
    expect((await register('order.refunded')).body['code']).to.equal('pipeline.type_reserved');
    const missingType = { type: 'object', properties: { a: { type: 'integer', maxLength: 3 } } };
    expect((await register(fresh(), { schema: missingType })).body['code']).to.equal('pipeline.schema_refused');
  });

  it('lists ours and theirs', async () => {
    const type = fresh();
    await register(type);

    const { body } = await get<{ data: readonly { type: string; builtIn: boolean }[] }>('/v1/event-types');

    expect(body.data.find((each) => each.type === 'order.placed')?.builtIn).to.equal(true);
    expect(body.data.find((each) => each.type === type)?.builtIn).to.equal(false);
  });

  it('keeps what it refuses, shows it, and takes it once it can be read', async () => {
    const type = fresh();
    const { status, results } = await send(drive('early', undefined, { type, subject: 'A' }), {
      id: 'o',
      type: 'order.cancelled',
      programId: idOf('prg', 1),
      subject: 'B',
      time: '2018-01-01T12:00:00Z',
      data: {},
    });
    const id = results[0]?.quarantineId ?? '';
    const repeated = await post<{ errors: unknown }>('/v1/events', {
      events: [drive('early', undefined, { type, subject: 'A' })],
    });
    const listed = await get<{ data: readonly { id: string; eventId: string }[] }>(`/v1/quarantine?type=${type}`);
    const shown = await get(`/v1/quarantine/${id}`);
    const inVain = await post('/v1/quarantine/redrive', { ids: [id] });
    await register(type);
    const redriven = await post('/v1/quarantine/redrive', { filter: { type } });
    const twice = await post('/v1/quarantine/redrive', { ids: [id] });
    const late = await send(drive('early', undefined, { type, subject: 'A' }));
    const after = await get(`/v1/quarantine/${id}`);

    expect([status, repeated.status]).to.deep.equal([207, 422]);
    expect(listed.body.data.map((each) => [each.id, each.eventId])).to.deep.equal([[id, 'early']]);
    expect(shown.body).to.deep.include({ reason: 'pipeline.unknown_type', pointer: '/type', state: 'open' });
    expect(shown.body['event']).to.deep.equal(drive('early', undefined, { type, subject: 'A' }));
    expect(inVain.body).to.deep.equal({ redriven: 0, stillRefused: 1 });
    expect(redriven.body).to.deep.equal({ redriven: 1, stillRefused: 0 });
    expect(twice.body).to.deep.equal({ redriven: 0, stillRefused: 0 });
    expect(late.results.map(({ verdict }) => verdict)).to.deep.equal(['duplicate']);
    expect(after.body).to.deep.include({ state: 'redriven', event: null });
    const told = (await said()).filter(({ payload }) => payload['eventType'] === type);
    expect(told.map(({ payload }) => payload['occurredAt'])).to.deep.equal([YESTERDAY]);
  });

  it('counts what was refused, and forgets what is discarded', async () => {
    const type = fresh();
    await send(drive('1', undefined, { type }), drive('2', undefined, { type }));

    const discarded = await post('/v1/quarantine/discard', { filter: { type } });

    expect(discarded.body).to.deep.equal({ discarded: 2 });
    const { body } = await get<{ counts: readonly { type: string; discarded: number }[] }>('/v1/quarantine/summary');
    expect(body.counts.find((each) => each.type === type)).to.deep.include({ open: 0, discarded: 2 });
    const [row] = await rowsOf<{ payload: unknown }>(
      running().database.owner.knex,
      'select payload from pipeline.quarantine where type = :type limit 1',
      { type },
    );
    expect(row?.payload).to.equal(null);
  });

  it('is worked at the command line as well, to the end', async () => {
    const type = fresh();
    await send(...Array.from({ length: 3 }, (_, index) => drive(String(index), undefined, { type })));
    const { app } = running();

    expect(await redriveRefused(app, ['all'], { type })).to.equal(3);
    await register(type);
    expect(await redriveRefused(app, ['all'], { type })).to.equal(0);
    expect((await said()).filter(({ payload }) => payload['eventType'] === type)).to.have.length(3);
  });

  it('makes room for the days ahead, and forgets those that are over', async () => {
    const { knex } = running().database.owner;
    const old = '2001-01-01';
    for (const table of ['quarantine', 'seen_events'])
      await rowsOf(knex, `select platform.ensure_day_partition('pipeline', :table, :old)`, { table, old });
    await rowsOf(knex, `insert into pipeline.quarantine_days values (:old, 'web', 7)`, { old });

    const job = running().app.jobs.find(({ name }) => name === 'pipeline.day_partitions');
    for (let more = true; more;) more = (await job?.run()) === true;

    const nextWeek = new Date(Date.now() + 7 * 86_400_000).toISOString().slice(0, 10).replaceAll('-', '');
    const there = (name: string) =>
      rowsOf<{ found: boolean }>(knex, 'select to_regclass(:name) is not null as found', { name });
    for (const table of ['quarantine', 'seen_events']) {
      expect(await there(`pipeline.${table}_p20010101`)).to.deep.equal([{ found: false }]);
      expect(await there(`pipeline.${table}_p${nextWeek}`)).to.deep.equal([{ found: true }]);
    }
    expect(await rowsOf(knex, 'select from pipeline.quarantine_days where day = :old', { old })).to.be.empty;
  });

  it('asks for ids or a filter', async () => {
    expect((await post('/v1/quarantine/redrive', {})).body['code']).to.equal('pipeline.choose_one');
  });

  it('shows no page of the quarantine twice', async () => {
    const type = fresh();
    await send(...Array.from({ length: 5 }, (_, index) => drive(String(index), undefined, { type })));
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const after: string = cursor === '' ? '' : `&after=${cursor}`;
      const { body }: Reply<{ data: readonly { eventId: string }[]; nextCursor: string | null }> = await get(
        `/v1/quarantine?type=${type}&limit=2${after}`,
      );
      seen.push(...body.data.map(({ eventId }) => eventId));
      cursor = body.nextCursor;
    }

    expect(seen.toSorted()).to.deep.equal(['0', '1', '2', '3', '4']);
  });

  it('hears within a second what another process registered', async () => {
    const other = await startApp(running().database, [identity, pipeline], { MASTER_KEY });
    try {
      const type = fresh();
      await register(type);
      const theirs = await other.tokenWith();
      const until = performance.now() + 1_500;
      let status = 0;
      while (status !== 202 && performance.now() < until)
        ({ status } = await other.call('POST', '/v1/events', {
          token: theirs,
          body: { events: [drive('1', undefined, { type })] },
        }));
      expect(status).to.equal(202);
    } finally {
      await other.stop();
    }
  });

  describe('as NDJSON', () => {
    const ndjson = { 'content-type': 'application/x-ndjson' };
    const lines = (...events: readonly unknown[]): string =>
      events.map((event) => (typeof event === 'string' ? event : JSON.stringify(event))).join('\n');
    const raw = async (body: Uint8Array, headers: Readonly<Record<string, string>>) => {
      const answer = await fetch(`${running().url}/v1/events`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, ...headers },
        body,
      });
      return { status: answer.status, body: (await answer.json()) as { code?: string; results?: readonly Result[] } };
    };

    it('loses the broken line alone, and passes over blank ones', async () => {
      const type = fresh();
      await register(type);

      const { status, body } = await post<{ results: readonly Result[] }>(
        '/v1/events',
        lines(drive('1', undefined, { type }), '{"id": "2", ', '', '  \r', drive('3', undefined, { type }), ''),
        ndjson,
      );

      expect(status).to.equal(207);
      expect(body.results.map(({ index, verdict, faults }) => [index, verdict, faults[0]?.code])).to.deep.equal([
        [0, 'accepted', undefined],
        [1, 'refused', 'pipeline.not_json'],
        [2, 'accepted', undefined],
      ]);
    });

    it('loses the line alone that is too deep', async () => {
      const { body } = await post<{ code: string; errors: Result['faults'] }>(
        '/v1/events',
        `${'{"a":'.repeat(500)}1${'}'.repeat(500)}`,
        ndjson,
      );

      expect([body.code, body.errors[0]?.code]).to.deep.equal(['pipeline.all_refused', 'pipeline.not_json']);
    });

    it('comes with gzip, as JSON does', async () => {
      const type = fresh();
      await register(type);
      const packed = gzipSync(lines(drive('1', undefined, { type }), drive('2', undefined, { type })));
      const packedJson = gzipSync(JSON.stringify({ events: [drive('3', undefined, { type })] }));

      const asLines = await raw(packed, { ...ndjson, 'content-encoding': 'gzip' });
      const asJson = await raw(packedJson, { 'content-type': 'application/json', 'content-encoding': 'gzip' });

      expect([asLines.status, asJson.status]).to.deep.equal([202, 202]);
    });

    for (const type of ['application/x-ndjson', 'application/json'])
      it(`is held to what it unpacks to (${type})`, async () => {
        const bomb = gzipSync(Buffer.alloc(200_000_000, 0x20));

        const { status, body } = await raw(bomb, { 'content-type': type, 'content-encoding': 'gzip' });

        expect(bomb.length).to.be.lessThan(300_000);
        expect([status, body.code]).to.deep.equal([413, 'http.body_too_large']);
      });

    it('holds a thousand lines at most', async () => {
      const many = lines(...Array.from({ length: 1_001 }, (_, index) => drive(String(index))));

      expect((await post('/v1/events', many, ndjson)).status).to.equal(400);
    });
  });
});
