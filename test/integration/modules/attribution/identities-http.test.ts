/** Who is one customer, from orders as the shop posts them to what staff may see and take back. */
import { expect } from 'chai';
import { rowsOf } from '../../../../src/infrastructure/postgres/database.ts';
import { attribution } from '../../../../src/modules/attribution/module.ts';
import { identity } from '../../../../src/modules/identity/module.ts';
import { orders } from '../../../../src/modules/orders/module.ts';
import { pipeline } from '../../../../src/modules/pipeline/module.ts';
import { idOf } from '../../../support/clock.ts';
import { withRunningApp } from '../../../support/running-app.ts';
import { StandingPartners, standingPartnersModule } from '../../../support/standing-partners.ts';

const programId = idOf('prg', 1);

interface Identity {
  readonly keys: readonly string[];
  readonly history: readonly { readonly id: string; readonly cause: string; readonly state: string }[];
}

describe('who is one customer, over HTTP', () => {
  const modules = [identity, standingPartnersModule(new StandingPartners()), pipeline, orders, attribution];
  const running = withRunningApp(modules, { SANDBOX: 'true' });
  let staff = '';

  const post = (path: string, body: unknown, token = staff) => running().call('POST', path, { token, body });
  const get = (path: string, token = staff) => running().call('GET', path, { token });
  const settle = () => post('/v1/sandbox/settle', { timeoutMs: 10_000 });
  const identityOf = async (key: string) =>
    (await get(`/v1/identities/${encodeURIComponent(key)}?programId=${programId}`)).body as unknown as Identity;
  const outcomeOf = async (orderRef: string) => {
    const { body } = await get(`/v1/conversions?orderRef=${orderRef}`);
    return (body as { data: readonly { outcome: unknown; partnerId?: string }[] }).data[0];
  };
  const tell = async (orderRef: string, time: string, data: object) => {
    const lines = [{ lineRef: '1', quantity: 1, unitPrice: { minor: '100', currency: 'BRL' } }];
    const event = { id: `${orderRef} placed`, type: 'order.placed', programId, subject: orderRef, time };
    const { status } = await post('/v1/events', { events: [{ ...event, data: { currency: 'BRL', lines, ...data } }] });
    expect(status).to.equal(202);
    await settle();
  };

  before(async () => {
    staff = await running().tokenWith();
    await post('/v1/links', { programId, partnerId: idOf('par', 1), code: 'lena' });
    const click = { clickId: idOf('clk', 1), linkCode: 'lena', visitorId: 'v-1' };
    const event = {
      id: 'k',
      type: 'click.recorded',
      programId,
      subject: 'k',
      time: '2018-01-10T12:00:00Z',
      data: click,
    };
    await post('/v1/events', { events: [event] });
    await tell('A-1', '2018-01-10T13:00:00Z', {
      clickId: idOf('clk', 1),
      customerRef: 'c-1',
      customerEmail: 'Ann@Example.com',
      customerPhone: '+49 (0)151 23456789',
    });
  });

  it('follows from what orders name together, and holds no address in the clear', async () => {
    await tell('A-2', '2018-01-10T14:00:00Z', { customerPhone: '+4915123456789' });

    const { keys, history } = await identityOf('customer:c-1');
    expect(keys).to.include.members([`click:${idOf('clk', 1)}`, 'customer:c-1', 'visitor:v-1']);
    expect(keys.map((key) => key.split(':')[0])).to.deep.equal(['click', 'customer', 'email', 'phone', 'visitor']);
    expect(history.map(({ cause }) => cause)).to.have.members(['order', 'order', 'touch']);
    expect(await outcomeOf('A-2')).to.deep.include({ outcome: 'attributed', partnerId: idOf('par', 1) });
    const [rows] = await rowsOf<{ all: string }>(
      running().database.owner.knex,
      `select (select string_agg(keys::text, '') from attribution.identity_keys as keys)
         || (select string_agg(facts::text, '') from orders.orders)
         || (select string_agg(payload::text, '') from orders.outbox) as all`,
    );
    expect(rows?.all).not.to.match(/Ann@|ann@|151/);
  });

  it('is told by word, once however often it is sent, and taken back', async () => {
    await tell('A-3', '2018-01-10T15:00:00Z', { customerRef: 'c-3' });
    const word = { programId, customerRef: 'c-3', customerEmail: ' ann@example.com', reason: 'the same invoice' };
    const once = { token: staff, body: word, headers: { 'Idempotency-Key': 'call-1' } };

    const told = await running().call('POST', '/v1/identities/link', once);
    const again = await running().call('POST', '/v1/identities/link', once);

    expect([told.status, again.body]).to.deep.equal([201, told.body]);
    expect(told.body).to.include({ state: 'standing', cause: 'told', reason: 'the same invoice' });
    await settle();
    expect(await outcomeOf('A-3')).to.deep.include({ outcome: 'attributed' });

    const { id } = told.body as { id: string };
    const taken = { token: staff, body: { reason: 'two people' }, headers: { 'Idempotency-Key': 'call-2' } };
    const undone = await running().call('POST', `/v1/identities/merges/${id}/undo`, taken);
    const repeated = await running().call('POST', `/v1/identities/merges/${id}/undo`, taken);
    expect([undone.status, repeated.body]).to.deep.equal([200, undone.body]);
    expect(undone.body).to.include({ state: 'undone' });
    expect((await post(`/v1/identities/merges/${id}/undo`, {})).body).to.deep.equal(undone.body);
    expect((await get(`/v1/identities/merges/${id}`)).body).to.deep.equal(undone.body);
    expect(await outcomeOf('A-3')).to.deep.include({ outcome: 'unattributed' });
    expect((await identityOf('customer:c-3')).keys).to.deep.equal(['customer:c-3']);
  });

  it('refuses what it cannot read, and says where', async () => {
    const few = await post('/v1/identities/link', { programId, customerRef: 'c' });
    expect([few.status, few.body['code']]).to.deep.equal([400, 'attribution.keys_too_few']);
    for (const [field, value] of [
      ['customerPhone', '0151 23456789'],
      ['clickId', 'clk_1'],
      ['customerEmail', 'nobody'],
    ] as const) {
      const { status, body } = await post('/v1/identities/link', { programId, customerRef: 'c', [field]: value });
      expect(status, field).to.equal(400);
      expect(JSON.stringify(body), field).to.include(`"/${field}"`);
    }
    expect((await get(`/v1/identities/customer:nobody?programId=${programId}`)).status).to.equal(404);
    expect((await get(`/v1/identities/somebody?programId=${programId}`)).status).to.equal(400);
    expect((await post(`/v1/identities/merges/${idOf('mrg', 1)}/undo`, {})).status).to.equal(404);
    expect((await get('/v1/identities/merges?state=refused')).body).to.deep.equal({ data: [], nextCursor: null });
  });

  it('is nothing for partners', async () => {
    const partner = await running().tokenWith(['conversions:read'], idOf('par', 1));

    const answers = [
      await get('/v1/identities/merges', partner),
      await get(`/v1/identities/customer:c-1?programId=${programId}`, partner),
      await post('/v1/identities/link', { programId, customerRef: 'c', visitorId: 'v' }, partner),
    ];

    expect(answers.map(({ status }) => status)).to.deep.equal([403, 403, 403]);
  });

  it('is forgotten with the customer', async () => {
    const erased = await post('/v1/erasures', { customerRef: 'c-1', programId });

    expect(erased.status).to.equal(201);
    for (const key of ['customer:c-1', 'visitor:v-1'])
      expect((await get(`/v1/identities/${key}?programId=${programId}`)).status, key).to.equal(404);
    const rows = await rowsOf<{ key: string }>(
      running().database.owner.knex,
      `select key from attribution.identity_keys where key like '%erased%'`,
    );
    expect(rows).not.to.be.empty;
  });
});
