import { expect } from 'chai';
import { createHmac } from 'node:crypto';
import { identity } from '../../../../src/modules/identity/module.ts';
import { orders } from '../../../../src/modules/orders/module.ts';
import { pipeline } from '../../../../src/modules/pipeline/module.ts';
import { idOf } from '../../../support/clock.ts';
import { withRunningApp } from '../../../support/running-app.ts';
import { StandingPartners, standingPartnersModule } from '../../../support/standing-partners.ts';

const programId = idOf('prg', 1);

/** As docs/tracking.md tells integrators to. */
const signed = (secret: string, parameters: Readonly<Record<string, string>>): string => {
  const whole = { ts: String(Math.floor(Date.now() / 1_000)), ...parameters };
  const text = Object.entries(whole)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('\n');
  const sig = createHmac('sha256', secret).update(text).digest('hex');
  return new URLSearchParams({ ...whole, sig }).toString();
};

describe('postbacks of conversions', () => {
  const running = withRunningApp([identity, standingPartnersModule(new StandingPartners()), pipeline, orders]);
  let staff = '';
  let secret = '';

  const makeSecret = async (program = programId, token = staff): Promise<string> => {
    const { body } = await running().call('POST', `/v1/programs/${program}/postback-secret`, { token });
    return String(body['secret']);
  };
  const get = (query: string, program = programId) => running().call('GET', `/s2s/${program}?${query}`);
  const post = (form: string, query = '') =>
    running().call('POST', `/s2s/${programId}${query}`, {
      ...(form !== '' && { body: form, headers: { 'content-type': 'application/x-www-form-urlencoded' } }),
    });
  const order = async (ref: string) => {
    await running().app.settle(10_000);
    const { body } = await running().call('GET', `/v1/orders?orderRef=${encodeURIComponent(ref)}`, { token: staff });
    return (body['data'] as Record<string, unknown>[])[0];
  };

  before(async () => {
    staff = await running().tokenWith();
    secret = await makeSecret();
  });

  it('become orders, once, by an address as by a form, whatever letters are in them', async () => {
    const told = {
      order_ref: 'S/1 ü&=+',
      amount: '129.90',
      currency: 'EUR',
      click_id: idOf('clk', 1),
      coupon: 'Süß 10%',
    };
    const answers = [
      await get(signed(secret, told)),
      await get(signed(secret, { ...told, ts: String(Math.floor(Date.now() / 1_000) - 60) })),
      await post(signed(secret, told)),
      await post('', `?${signed(secret, told)}`),
      await post(signed(secret, { order_ref: told.order_ref, status: 'approved', sub1: '', click_id: '' })),
    ];

    expect(answers.map(({ status, body }) => [status, body])).to.deep.equal([
      [200, 'accepted\n'],
      [200, 'duplicate\n'],
      [200, { verdict: 'duplicate' }],
      [200, { verdict: 'duplicate' }],
      [200, { verdict: 'accepted' }],
    ]);
    const known = await order(told.order_ref);
    expect(known).to.include({ state: 'confirmed', currency: 'EUR', orderRef: told.order_ref });
    expect(known?.['lines']).to.deep.equal([
      { lineRef: '1', quantity: 1, returnedQuantity: 0, unitPrice: { minor: '12990', currency: 'EUR' } },
    ]);
  });

  it('are answered with a pixel for who asks so', async () => {
    const query = signed(secret, { order_ref: 'S-2', amount: '10', currency: 'JPY', format: 'gif' });
    const answer = await fetch(`${running().url}/s2s/${programId}?${query}`);

    expect(answer.headers.get('content-type')).to.equal('image/gif');
    expect((await answer.arrayBuffer()).byteLength).to.equal(43);
    const body = new URLSearchParams(query);
    const posted = await fetch(`${running().url}/s2s/${programId}`, { method: 'POST', body });
    expect(posted.headers.get('content-type')).to.equal('image/gif');
  });

  it('count for nothing where somebody only looks whether the address is there', async () => {
    const query = signed(secret, { order_ref: 'S-looked', amount: '10', currency: 'EUR' });
    const looked = await fetch(`${running().url}/s2s/${programId}?${query}`, { method: 'HEAD' });

    expect(looked.status).to.equal(200);
    expect(await order('S-looked')).to.equal(undefined);
    expect((await get(query)).body).to.equal('accepted\n');
  });

  it('of an order nobody placed are shown to who looks for what does not fit', async () => {
    await get(signed(secret, { order_ref: 'S-nobody', status: 'approved' }));
    await running().app.settle(10_000);

    const { body } = await running().call('GET', '/v1/order-exceptions?limit=100', { token: staff });

    const found = (body['data'] as { orderRef: string }[]).find(({ orderRef }) => orderRef === 'S-nobody');
    expect(found).to.include({ kind: 'confirmed', reason: 'not_possible_now' });
  });

  it('are refused with another content under the same name, and taken with another name', async () => {
    const told = { order_ref: 'S-3', amount: '10', currency: 'EUR', transaction_id: 'T-1' };
    await get(signed(secret, told));
    const changed = await get(signed(secret, { ...told, amount: '99' }));
    const cancelled = await get(signed(secret, { order_ref: 'S-3', transaction_id: 'T-1', status: 'rejected' }));

    expect([changed.status, changed.body['code']]).to.deep.equal([422, 'pipeline.all_refused']);
    expect((changed.body['errors'] as { code: string }[])[0]?.code).to.equal('pipeline.id_reused');
    expect(cancelled.body).to.equal('accepted\n');
    expect(await order('S-3')).to.include({ state: 'cancelled' });
  });

  it('are taken from nobody who does not know the secret, or whose words were changed on the way', async () => {
    const told = { order_ref: 'S-4', amount: '10', currency: 'EUR' };
    const good = signed(secret, told);
    const now = Math.floor(Date.now() / 1_000);
    const answers = await Promise.all([
      get(signed('pbs_guess', told)),
      get(good.replace('amount=10', 'amount=99')),
      get(`${good}&sub1=more`),
      get(good, idOf('prg', 2)),
      get(signed(secret, { ...told, ts: String(now - 301) })),
      get(signed(secret, { ...told, ts: String(now + 320) })),
    ]);

    expect(answers.map(({ status, body }) => [status, body['code']])).to.deep.equal([
      [403, 'pipeline.postback_unsigned'],
      [403, 'pipeline.postback_unsigned'],
      [403, 'pipeline.postback_unsigned'],
      [403, 'pipeline.postback_unsigned'],
      [403, 'pipeline.postback_expired'],
      [403, 'pipeline.postback_expired'],
    ]);
    expect(await order('S-4')).to.equal(undefined);
  });

  it('are taken for the program alone whose secret they are signed with, whatever other its id is mistaken for', async () => {
    const other = idOf('prg', 2);
    const ofOther = await makeSecret(other);
    const told = { order_ref: 'S-typo', amount: '10', currency: 'EUR' };
    const cases: readonly [what: string, program: typeof programId, secret: string, status: number][] = [
      ['a program that has no secret', idOf('prg', 3), secret, 403],
      ['another program, which has one', other, secret, 403],
      ['the right program, with the secret of another', programId, ofOther, 403],
      ['what is no program id at all', 'prg_typo', secret, 400],
      ['an id of something else', idOf('par', 1) as string as typeof programId, secret, 400],
      ['an id in capitals', programId.toUpperCase() as typeof programId, secret, 400],
    ];

    for (const [what, program, key, status] of cases)
      expect([what, (await get(signed(key, told), program)).status]).to.deep.equal([what, status]);

    expect(await order('S-typo')).to.equal(undefined);
    expect((await get(signed(secret, told))).body).to.equal('accepted\n');
  });

  it('say what is wrong with them', async () => {
    const told = { order_ref: 'S-5', amount: '10', currency: 'EUR' };
    const answers = await Promise.all([
      get('order_ref=x'),
      get(signed(secret, { order_ref: 'S-5' })),
      get(signed(secret, { ...told, currency: 'XXX' })),
      get(signed(secret, { ...told, amount: '10.005' })),
      get(signed(secret, { ...told, status: 'odd' })),
      get(signed(secret, { ...told, unheard_of: '1' })),
      get(signed(secret, { ...told, click_id: 'nonsense' })),
      post(signed(secret, told), '?order_ref=S-5'),
      running().call('POST', `/s2s/${programId}`, { body: '<x/>', headers: { 'content-type': 'text/xml' } }),
      get(signed(secret, told), 'nonsense' as typeof programId),
    ]);

    expect(answers.map(({ status, body }) => [status, body['code']])).to.deep.equal([
      [400, 'input.invalid'],
      [400, 'pipeline.postback_incomplete'],
      [400, 'input.invalid'],
      [400, 'money.malformed'],
      [400, 'input.invalid'],
      [400, 'input.invalid'],
      [422, 'pipeline.all_refused'],
      [400, 'pipeline.parameter_repeated'],
      [415, 'http.unsupported_media_type'],
      [400, 'input.invalid'],
    ]);
  });

  it('may be signed with the old secret for a day after a new one was made', async () => {
    const fresh = await makeSecret();
    const told = { order_ref: 'S-6', amount: '10', currency: 'EUR' };

    expect((await get(signed(fresh, told))).body).to.equal('accepted\n');
    expect((await get(signed(secret, told))).body).to.equal('duplicate\n');
    await makeSecret();
    expect((await get(signed(secret, told))).status).to.equal(403);
  });

  it('have a secret that partners cannot make', async () => {
    const token = await running()
      .tokenWith(['events:write'], idOf('par', 1))
      .catch(() => undefined);
    if (token === undefined) return; // no partner's client may even hold the scope
    const answer = await running().call('POST', `/v1/programs/${programId}/postback-secret`, { token });

    expect(answer.status).to.equal(403);
  });
});
