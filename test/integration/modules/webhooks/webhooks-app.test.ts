import { expect } from 'chai';
import type { App } from '../../../../src/infrastructure/compose.ts';
import { rowsOf } from '../../../../src/infrastructure/postgres/database.ts';
import { CommissionAccruedV1, CommissionPaidV1 } from '../../../../src/modules/commission/events.ts';
import { identity } from '../../../../src/modules/identity/module.ts';
import { webhooks } from '../../../../src/modules/webhooks/module.ts';
import type { Contract, Envelope } from '../../../../src/shared/events.ts';
import type { Id } from '../../../../src/shared/ids.ts';
import { instant } from '../../../../src/shared/instant.ts';
import { idOf } from '../../../support/clock.ts';
import { cloneDatabase } from '../../../support/database.ts';
import { type RunningApp, startApp } from '../../../support/running-app.ts';
import { StandingAttribution, standingAttributionModule } from '../../../support/standing-attribution.ts';
import { StandingPartners, standingPartnersModule } from '../../../support/standing-partners.ts';
import { verified, WebhookReceiver } from '../../../support/webhook-receiver.ts';

const noon = instant('2018-03-01T12:00:00Z');
const money = { minor: '1234', currency: 'BRL' };
const partner = idOf('par', 1);
const stranger = idOf('par', 2);

let count = 0;
const told = (contract: Contract, partnerId: Id<'par'>, extra: object): Envelope => ({
  id: idOf('evt', (count += 1)),
  type: contract.type,
  version: contract.version,
  source: 'commission',
  aggregate: 'com',
  aggregateVersion: 1,
  partitionKey: 'ord',
  occurredAt: noon,
  payload: {
    commissionId: idOf('com', count),
    orderId: idOf('ord', count),
    orderRef: `A-${count}`,
    programId: idOf('prg', 1),
    partnerId,
    amount: money,
    ...extra,
  },
});
const accrued = (partnerId = partner): Envelope =>
  told(CommissionAccruedV1, partnerId, { termsVersion: 1, accruedAt: noon });
const paid = (partnerId = partner): Envelope =>
  told(CommissionPaidV1, partnerId, { payoutId: idOf('pay', 1), paidAt: noon });

const deliver = (app: App, ...events: readonly Envelope[]): Promise<void> =>
  app.inbounds.find(({ consumer }) => consumer.name === 'webhooks')!.deliver(events);

describe('webhooks, from the event to the receiver', () => {
  const attribution = new StandingAttribution();
  let receiver: WebhookReceiver;
  let running: RunningApp;
  let staff: string;
  let own: string;

  beforeEach(async () => {
    receiver = await new WebhookReceiver().start();
    running = await startApp(
      await cloneDatabase(),
      [identity, standingPartnersModule(new StandingPartners()), standingAttributionModule(attribution), webhooks],
      {
        WEBHOOK_PRIVATE_HOSTS: receiver.host,
        WEBHOOK_TIMEOUT_MS: '15000',
      },
    );
    staff = await running.tokenWith();
    own = await running.tokenWith(['webhooks:read', 'webhooks:write'], partner);
  });
  afterEach(async () => {
    await running.stop();
    await running.database.drop();
    await receiver.stop();
  });

  const post = (path: string, body?: object, token = own, headers: Record<string, string> = {}) =>
    running.call('POST', path, { token, headers, ...(body && { body }) });
  const get = (path: string, token = own) => running.call('GET', path, { token });
  const register = async (path = '/hook', extra: object = {}, token = own) => {
    const { status, body } = await post('/v1/webhook-endpoints', { url: receiver.url + path, ...extra }, token);
    expect(status).to.equal(201);
    return body as { readonly id: string; readonly secret: string };
  };
  /** Waits until nothing is due any more, as the program's own idle signal says it. */
  const settled = async (): Promise<void> => {
    const job = running.app.jobs.find(({ name }) => name === 'webhooks.dispatch')!;
    while (await job.due()) await new Promise((resolve) => setTimeout(resolve, 5));
  };

  it('tells the partner each step once, signed, in order and without gaps', async () => {
    const { id, secret } = await register();
    const events = [accrued(), accrued(stranger), paid(), accrued()];

    await deliver(running.app, ...events);
    await deliver(running.app, ...events);
    await settled();

    expect(receiver.received.map(({ headers }) => headers['webhook-sequence'])).to.deep.equal(['1', '2', '3']);
    expect(receiver.received.map((each) => (verified(secret, each) as { type: string }).type)).to.deep.equal([
      'commission.accrued',
      'commission.paid',
      'commission.accrued',
    ]);
    expect(receiver.received.map(({ headers }) => headers['webhook-id'])).to.deep.equal(
      [events[0], events[2], events[3]].map((event) => event?.id),
    );
    expect((await get(`/v1/webhook-endpoints/${id}`)).body).to.deep.include({ state: 'enabled', lastSequence: 3 });
    expect((await get('/v1/webhook-deliveries/totals')).body).to.deep.equal({ delivered: 3, pending: 0, failed: 0 });
  });

  it('shows the secret once, keeps it sealed, and answers a repeated registration the same', async () => {
    const headers = { 'idempotency-key': 'register-1' };
    const body = { url: `${receiver.url}/hook` };

    const first = await post('/v1/webhook-endpoints', body, own, headers);
    const again = await post('/v1/webhook-endpoints', body, own, headers);

    expect(again.body).to.deep.equal(first.body);
    const { id, secret } = first.body as { id: string; secret: string };
    expect(JSON.stringify((await get(`/v1/webhook-endpoints/${id}`)).body)).not.to.include('whsec_');
    for (const table of ['webhooks.endpoints', 'platform.idempotency_keys']) {
      const rows = await rowsOf<{ row: string }>(
        running.database.owner.knex,
        `select row_to_json(kept)::text as row from ${table} as kept`,
      );
      expect(rows).not.to.be.empty;
      for (const { row } of rows) expect(row).not.to.include(secret.slice('whsec_'.length));
    }
    expect((await post('/v1/webhook-endpoints', body)).body['code']).to.equal('webhooks.endpoint_exists');
  });

  it('refuses addresses inside our own network, also in tests and imports', async () => {
    for (const url of ['https://127.0.0.1/', 'https://169.254.169.254/latest/meta-data', 'https://[::ffff:7f00:1]/']) {
      const { status, body } = await post('/v1/webhook-endpoints', { url });
      expect([status, body['code']]).to.deep.equal([422, 'webhooks.address_refused']);
    }
    const { body } = await post(
      '/v1/webhook-endpoints/import',
      { endpoints: [{ url: 'https://2130706433/' }, { url: 'http://partner.example/' }] },
      staff,
    );
    const results = body['results'] as { faults: { code: string }[] }[];
    expect(results.map(({ faults }) => faults[0]?.code)).to.deep.equal([
      'webhooks.address_refused',
      'webhooks.https_required',
    ]);
    // Registered while it was exempt, tested when it no longer is.
    const { id } = await register();
    await rowsOf(running.database.owner.knex, `update webhooks.endpoints set url = 'http://127.0.0.1:1/'`);
    expect((await post(`/v1/webhook-endpoints/${id}/test`)).body).to.deep.include({ delivered: false, status: null });
  });

  it('imports a list, and what is known stays as it is', async () => {
    const endpoints = Array.from({ length: 500 }, (_, n) => ({
      url: `${receiver.url}/import/${n}`,
      partnerId: idOf('par', n + 1),
    }));

    const first = await post('/v1/webhook-endpoints/import', { endpoints }, staff);
    const again = await post('/v1/webhook-endpoints/import', { endpoints }, staff);

    expect(first.body).to.deep.include({ created: 500, known: 0, refused: 0 });
    expect(again.body).to.deep.include({ created: 0, known: 500, refused: 0 });
    expect((await post('/v1/webhook-endpoints/import', { endpoints: endpoints.slice(0, 1) })).status).to.equal(403);
  });

  it('shows staff all, and a partner its own alone', async () => {
    const mine = await register('/mine');
    const theirs = await register('/theirs', { partnerId: stranger }, staff);
    const everybodys = await register('/all', {}, staff);
    await deliver(running.app, accrued(), accrued(stranger));
    await settled();

    const idsOf = async (token: string) =>
      ((await get('/v1/webhook-endpoints', token)).body['data'] as { id: string }[]).map(({ id }) => id);
    expect(await idsOf(own)).to.deep.equal([mine.id]);
    expect(await idsOf(staff)).to.have.members([mine.id, theirs.id, everybodys.id]);

    const deliveries = async (token: string, query = '') =>
      (await get(`/v1/webhook-deliveries${query}`, token)).body['data'] as { id: string; endpointId: string }[];
    expect((await deliveries(own)).map(({ endpointId }) => endpointId)).to.deep.equal([mine.id]);
    expect(await deliveries(staff)).to.have.length(4);
    expect(await deliveries(staff, '?state=pending')).to.be.empty;
    const [foreign] = await deliveries(staff, `?endpointId=${theirs.id}`);
    for (const path of [
      `/v1/webhook-endpoints/${theirs.id}`,
      `/v1/webhook-endpoints/${theirs.id}/events`,
      `/v1/webhook-deliveries/${foreign?.id}`,
    ])
      expect((await get(path)).status, path).to.equal(404);
    for (const path of [
      ...['rotate-secret', 'enable', 'disable', 'test'].map((verb) => `/v1/webhook-endpoints/${theirs.id}/${verb}`),
      `/v1/webhook-deliveries/${foreign?.id}/redeliver`,
    ])
      expect((await post(path)).status, path).to.equal(404);
    expect((await post('/v1/webhook-endpoints', { url: `${receiver.url}/x`, partnerId: stranger })).status).to.equal(
      404,
    );
    expect((await get('/v1/webhook-deliveries/totals')).body).to.deep.include({ delivered: 1 });
    expect((await get(`/v1/webhook-deliveries/totals?programId=${idOf('prg', 1)}`, staff)).body).to.deep.include({
      delivered: 4,
    });
    expect((await get(`/v1/webhook-deliveries/totals?programId=${idOf('prg', 2)}`, staff)).body).to.deep.include({
      delivered: 0,
    });
  });

  it('pages through deliveries, newest first, each once', async () => {
    await register();
    await deliver(running.app, ...Array.from({ length: 5 }, () => accrued()));
    await settled();

    const sequences: number[] = [];
    for (let after = ''; ;) {
      const { body } = await get(`/v1/webhook-deliveries?limit=2${after}`);
      sequences.push(...(body['data'] as { sequence: number }[]).map(({ sequence }) => sequence));
      const cursor = body['nextCursor'] as string | null;
      if (cursor === null) break;
      after = `&after=${cursor}`;
    }

    expect(sequences).to.deep.equal([5, 4, 3, 2, 1]);
  });

  it('logs each attempt, and tells a tenant no more than the status', async () => {
    const { id } = await register();
    receiver.behave = (_, response) => response.writeHead(500).end('stack trace of the receiver');
    await deliver(running.app, accrued());
    await settled();
    const [delivery] = (await get('/v1/webhook-deliveries')).body['data'] as { id: string }[];
    const logOf = async (token: string) =>
      (await get(`/v1/webhook-deliveries/${delivery?.id}`, token)).body['attemptLog'] as object[];

    expect((await logOf(own))[0]).to.deep.include({ number: 1, status: 500 });
    expect((await logOf(own))[0]).to.have.keys('number', 'at', 'durationMs', 'status', 'bodyHash');
    expect((await logOf(staff))[0]).to.deep.include({ bodyHead: 'stack trace of the receiver' });
    expect((await get(`/v1/webhook-endpoints/${id}`)).body).to.include.keys('nextAttemptAt', 'failingSince');

    // The first retry is due in seconds; asking for it does not wait.
    await receiver.stop();
    await post(`/v1/webhook-deliveries/${delivery?.id}/redeliver`);
    await settled();
    expect((await logOf(own))[1]).to.have.keys('number', 'at', 'durationMs', 'status');
    expect((await logOf(own))[1]).to.deep.include({ status: null });
    expect((await logOf(staff))[1]).to.deep.include({ detail: 'ECONNREFUSED' });
  });

  it('stops at a 410 at once, says so, keeps events, and drains them when it is enabled again', async () => {
    const { id } = await register();
    receiver.behave = (_, response) => response.writeHead(410).end();
    await deliver(running.app, accrued());
    await settled();
    await deliver(running.app, paid());
    expect((await get(`/v1/webhook-endpoints/${id}`)).body).to.deep.include({
      state: 'disabled',
      disabledReason: 'gone',
      lastSequence: 2,
    });
    const said = await rowsOf<{ payload: object }>(
      running.database.owner.knex,
      `select payload from webhooks.outbox where type = 'webhooks.endpoint_disabled'`,
    );
    expect(said.map(({ payload }) => payload)).to.have.length(1);
    expect(receiver.received).to.have.length(1);

    receiver.behave = (_, response) => response.writeHead(204).end();
    for (let time = 0; time < 2; time += 1)
      expect((await post(`/v1/webhook-endpoints/${id}/enable`)).body).to.deep.include({ state: 'enabled' });
    await settled();

    expect(receiver.received.map(({ headers }) => headers['webhook-sequence'])).to.deep.equal(['1', '1', '2']);
  });

  it('feeds a receiver that finds a gap, by number', async () => {
    const { id } = await register();
    await deliver(running.app, accrued(), paid(), accrued());
    await settled();

    const { body } = await get(`/v1/webhook-endpoints/${id}/events?after=1&limit=1`);

    expect(body['lastSequence']).to.equal(3);
    const [missed] = body['data'] as { sequence: number; id: string; event: object }[];
    expect(missed?.sequence).to.equal(2);
    expect(missed?.id).to.equal(receiver.received[1]?.headers['webhook-id']);
    expect(JSON.stringify(missed?.event)).to.equal(receiver.received[1]?.body);
  });

  it('rotates without a failed delivery: receivers with either secret go on', async () => {
    const { id, secret } = await register();

    const { body } = await post(`/v1/webhook-endpoints/${id}/rotate-secret`);
    await deliver(running.app, accrued());
    await settled();

    for (const each of [secret, String(body['secret'])]) verified(each, receiver.received[0]!);
  });

  it('pings on demand, and a good answer verifies the endpoint', async () => {
    const { id, secret } = await register();
    expect((await get(`/v1/webhook-endpoints/${id}`)).body['state']).to.equal('unverified');

    const { body } = await post(`/v1/webhook-endpoints/${id}/test`, undefined, own, { 'idempotency-key': 'ping-1' });
    await post(`/v1/webhook-endpoints/${id}/test`, undefined, own, { 'idempotency-key': 'ping-1' });

    expect(body).to.deep.include({ delivered: true, status: 204 });
    expect(receiver.received).to.have.length(1);
    expect(verified(secret, receiver.received[0]!)).to.deep.include({ type: 'endpoint.ping' });
    expect((await get(`/v1/webhook-endpoints/${id}`)).body['state']).to.equal('enabled');
  });

  it('notices a missing number, and a delivery nobody would send', async () => {
    const { id } = await register();
    await deliver(running.app, accrued(), accrued(), accrued());
    await settled();
    const findings = async () => (await Promise.all(running.app.audits.map((audit) => audit.run()))).flat();
    expect(await findings()).to.be.empty;

    const { knex } = running.database.owner;
    await rowsOf(knex, `delete from webhooks.deliveries where sequence = 2`);
    await rowsOf(knex, `update webhooks.deliveries set state = 'pending', ended_at = null where sequence = 3`);

    expect(await findings()).to.deep.equal([`a number is missing at ${id}`, `what waits for ${id} is never due`]);
  });

  it('forgets an endpoint with its deliveries, and forgetting it again finds nothing', async () => {
    const { id } = await register();
    await deliver(running.app, accrued());
    await settled();

    expect((await running.call('DELETE', `/v1/webhook-endpoints/${id}`, { token: own })).status).to.equal(204);
    expect((await running.call('DELETE', `/v1/webhook-endpoints/${id}`, { token: own })).status).to.equal(404);

    expect((await get('/v1/webhook-deliveries')).body['data']).to.be.empty;
    await deliver(running.app, accrued());
  });

  it('sends many events to many endpoints, all of them, each once and in order', async () => {
    const endpoints = Array.from({ length: 40 }, (_, n) => ({
      url: `${receiver.url}/many/${n}`,
      partnerId: idOf('par', n + 1),
    }));
    await post('/v1/webhook-endpoints/import', { endpoints }, staff);
    const batches = Array.from({ length: 10 }, (_, batch) =>
      Array.from({ length: 200 }, (__, n) => accrued(idOf('par', ((batch * 200 + n) % 40) + 1))),
    );

    for (const batch of batches) await deliver(running.app, ...batch);
    await settled();

    expect(receiver.received).to.have.length(2_000);
    const byPath = new Map<string, number[]>();
    for (const { path, headers } of receiver.received)
      byPath.set(path, [...(byPath.get(path) ?? []), Number(headers['webhook-sequence'])]);
    for (const sequences of byPath.values())
      expect(sequences).to.deep.equal(Array.from({ length: 50 }, (_, n) => n + 1));
  });

  describe('postbacks', () => {
    const credited = (event: Envelope, subs?: Record<string, string>) => {
      const { orderId, partnerId } = event.payload as { orderId: Id<'ord'>; partnerId: Id<'par'> };
      attribution.put({ orderId, partnerId, conversionId: idOf('cnv', 1), clickId: idOf('clk', 1), subs });
      return event;
    };
    const TEMPLATE =
      '/pb?cid={click_id}&s1={sub1}&s2={sub2}&st={status}&a={amount}&c={currency}&o={order_ref}&e={event}';

    it('are called with what happened in the places of their macros, once, and in line like webhooks', async () => {
      const url = receiver.url + TEMPLATE;
      const { status, body } = await post('/v1/postbacks', {
        url,
        eventTypes: ['commission.accrued', 'commission.paid'],
      });
      const events = [credited(accrued(), { sub1: 'a&b=c ü' }), accrued(stranger), credited(paid())];

      await deliver(running.app, ...events);
      await deliver(running.app, ...events);
      await settled();

      expect(status).to.equal(201);
      expect(body).to.include({ url, method: 'GET', state: 'unverified' });
      const [first, second] = receiver.received.map(({ path }) => new URL(path, receiver.url).searchParams);
      expect(receiver.received).to.have.length(2);
      expect(Object.fromEntries(first!)).to.deep.equal({
        cid: idOf('clk', 1),
        s1: 'a&b=c ü',
        s2: '',
        st: 'pending',
        a: '12.34',
        c: 'BRL',
        o: (events[0]!.payload as { orderRef: string }).orderRef,
        e: 'commission.accrued',
      });
      expect(second!.get('st')).to.equal('approved');
      const { headers } = receiver.received[0]!;
      expect(headers).to.include({ 'webhook-id': events[0]!.id, 'webhook-sequence': '1' });
      expect(headers).not.to.have.any.keys('webhook-signature', 'content-type');
      expect((await get(`/v1/webhook-deliveries?endpointId=${String(body['id'])}`)).body['data']).to.have.length(2);
    });

    it('are tried again like webhooks, and tested with a word in every place', async () => {
      receiver.behave = (_, response) => response.writeHead(500).end();
      const { body } = await post('/v1/postbacks', { url: `${receiver.url}/pb/{click_id}`, method: 'POST' });
      const tested = await post(`/v1/postbacks/${String(body['id'])}/test`);

      expect(tested.body).to.include({ delivered: false, status: 500 });
      expect(receiver.received.map(({ path, body: sent }) => [path, sent])).to.deep.equal([['/pb/test', '']]);
    });

    it('are refused with macros nobody knows, in the host, or where only we can go', async () => {
      const answers = await Promise.all(
        [
          { url: 'https://t.example/?x={clickid}' },
          { url: 'https://{sub1}.example/' },
          { url: 'https://t.example/?x={click_id' },
          { url: 'https://127.0.0.1/?x={click_id}' },
          { url: 'https://t.example/', eventTypes: ['*'] },
        ].map((each) => post('/v1/postbacks', each)),
      );

      expect(answers.map(({ status, body }) => [status, body['code']])).to.deep.equal([
        [400, 'webhooks.unknown_macro'],
        [400, 'webhooks.template_malformed'],
        [400, 'webhooks.unknown_macro'],
        [422, 'webhooks.address_refused'],
        [400, 'webhooks.unknown_event_type'],
      ]);
      expect((answers[0]!.body['errors'] as { pointer: string }[])[0]?.pointer).to.equal('/url');
    });

    it('are their owner’s, beside the webhooks, and forgotten on demand', async () => {
      const { id: hook } = await register();
      const { body } = await post('/v1/postbacks', { url: `${receiver.url}/pb?c={click_id}` });
      const path = `/v1/postbacks/${String(body['id'])}`;
      const others = await running.tokenWith(['webhooks:read', 'webhooks:write'], stranger);

      const ids = async (of: string) => ((await get(of)).body['data'] as { id: string }[]).map(({ id }) => id);
      expect(await ids('/v1/postbacks')).to.deep.equal([body['id']]);
      expect(await ids('/v1/webhook-endpoints')).to.deep.equal([hook]);
      expect((await get(path, others)).status).to.equal(404);
      expect((await get(`/v1/postbacks/${hook}`)).status).to.equal(404);
      expect((await post(`${path}/disable`)).body).to.include({ state: 'disabled' });
      expect((await post(`${path}/enable`)).body).to.include({ state: 'enabled' });
      expect((await running.call('DELETE', path, { token: own })).status).to.equal(204);
      expect((await get(path)).status).to.equal(404);
    });
  });
});

describe('two senders on one database', () => {
  it('never send one endpoint two things at once, and lose none', async () => {
    const receiver = await new WebhookReceiver().start();
    const underWay = new Map<string, number>();
    let most = 0;
    receiver.behave = ({ path }, response) => {
      const now = (underWay.get(path) ?? 0) + 1;
      underWay.set(path, now);
      most = Math.max(most, now);
      setImmediate(() => {
        underWay.set(path, (underWay.get(path) ?? 0) - 1);
        response.writeHead(204).end();
      });
    };
    const database = await cloneDatabase();
    const environment = {
      WEBHOOK_PRIVATE_HOSTS: receiver.host,
      ROLE: 'api',
      MASTER_KEY: Buffer.alloc(32, 1).toString('base64'),
    };
    const apps = await Promise.all(
      [1, 2].map(() =>
        startApp(
          database,
          [
            identity,
            standingPartnersModule(new StandingPartners()),
            standingAttributionModule(new StandingAttribution()),
            webhooks,
          ],
          environment,
        ),
      ),
    );
    try {
      const staff = await apps[0]!.tokenWith();
      const endpoints = Array.from({ length: 10 }, (_, n) => ({
        url: `${receiver.url}/${n}`,
        partnerId: idOf('par', n + 1),
      }));
      await apps[0]!.call('POST', '/v1/webhook-endpoints/import', { token: staff, body: { endpoints } });
      await deliver(apps[0]!.app, ...Array.from({ length: 200 }, (_, n) => accrued(idOf('par', (n % 10) + 1))));
      const jobs = apps.map(({ app }) => app.jobs.find(({ name }) => name === 'webhooks.dispatch')!);

      // As if each believed to lead: the job's own leases must do.
      await Promise.all(
        jobs.map(async (job) => {
          while (await job.due()) await job.run();
        }),
      );

      expect(most).to.equal(1);
      expect(new Set(receiver.received.map(({ headers, path }) => path + String(headers['webhook-id']))).size).to.equal(
        200,
      );
      expect(receiver.received).to.have.length(200);
    } finally {
      await Promise.all(apps.map((app) => app.stop()));
      await database.drop();
      await receiver.stop();
    }
  });
});
