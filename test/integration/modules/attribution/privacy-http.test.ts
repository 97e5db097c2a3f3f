/** What a visitor may ask of us, over HTTP: not to be remembered, and to be forgotten. */
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

interface Kept {
  readonly click_id: string;
  readonly visitor_id: string | null;
  readonly user_agent: string | null;
  readonly referrer: string | null;
  readonly network: string | null;
  readonly network_hash: string | null;
  readonly subs: object | null;
  readonly consent: string;
  readonly signals: readonly string[];
}

const CHROME = {
  'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36',
  accept: 'text/html',
  'accept-language': 'en',
  referer: 'https://blog.example/',
};

describe('privacy', () => {
  const modules = [identity, standingPartnersModule(new StandingPartners()), pipeline, orders, attribution];
  const running = withRunningApp(modules, { SANDBOX: 'true' });
  let staff = '';

  const post = (path: string, body: unknown, token = staff) => running().call('POST', path, { token, body });
  const get = (path: string, token = staff) => running().call('GET', path, { token });
  const settle = () => post('/v1/sandbox/settle', { timeoutMs: 10_000 });
  const follow = (query: string, headers: Readonly<Record<string, string>> = {}) =>
    fetch(`${running().url}/r/lena${query}`, { redirect: 'manual', headers: { ...CHROME, ...headers } });
  const kept = async (campaign: string): Promise<Kept> => {
    await settle();
    const [row] = await rowsOf<Kept>(
      running().database.owner.knex,
      'select * from attribution.touchpoints where campaign = :campaign',
      { campaign },
    );
    return row!;
  };
  const visitorIn = (answer: Response) => /tributary_visitor=([^;]+)/.exec(answer.headers.get('set-cookie') ?? '')?.[1];

  before(async () => {
    staff = await running().tokenWith();
    await post('/v1/links', { programId, partnerId: idOf('par', 1), code: 'lena' });
  });

  describe('of a visitor who denies consent', () => {
    for (const [what, query, headers] of [
      ['by the link', '?campaign=link&consent=0', {}],
      ['by Global Privacy Control', '?campaign=gpc', { 'sec-gpc': '1' }],
    ] as const)
      it(`${what} keeps the click and nothing that tells who it was`, async () => {
        const answer = await follow(query, { ...headers, cookie: `tributary_visitor=${idOf('vis', 7)}` });

        expect(answer.status).to.equal(302);
        expect(answer.headers.get('location')).to.include('click_id=clk_');
        expect(answer.headers.get('set-cookie')).to.equal(null);
        expect(await kept(/campaign=(\w+)/.exec(query)?.[1] ?? '')).to.include({
          consent: 'denied',
          visitor_id: null,
          user_agent: null,
          referrer: null,
          network: null,
        });
      });

    it('takes the link’s word for the later one, and Do Not Track for none', async () => {
      await follow('?campaign=asked&consent=1', { 'sec-gpc': '1' });
      await follow('?campaign=dnt', { dnt: '1' });

      expect((await kept('asked')).consent).to.equal('granted');
      expect(await kept('dnt')).to.include({ consent: 'unknown', network: '127.0.0.0/24' });
    });
  });

  it('keeps what was odd about a click with it', async () => {
    await follow('?campaign=odd&gclid=x', { 'user-agent': 'curl/8.5.0' });

    expect((await kept('odd')).signals).to.include.members(['bot_ua', 'paid_param']);
  });

  describe('of a visitor who wants to be forgotten', () => {
    it('erases their touches and orders, keeps the credit, and answers the same when asked again', async () => {
      const visitorId = visitorIn(await follow('?campaign=erase&sub1=mail'));
      await post('/v1/events', {
        events: [
          {
            id: 'placed 1',
            type: 'order.placed',
            programId,
            subject: 'A-1',
            time: new Date().toISOString(),
            data: {
              currency: 'BRL',
              lines: [{ lineRef: '1', quantity: 1, unitPrice: { minor: '1000', currency: 'BRL' } }],
              visitorId,
              customerRef: 'c-1',
            },
          },
        ],
      });
      expect(await kept('erase')).to.include({ visitor_id: visitorId, user_agent: CHROME['user-agent'] });

      const done = await post('/v1/erasures', { visitorId });

      expect(done.status).to.equal(201);
      expect(done.body).to.include({ kind: 'visitor', touchpoints: 1, conversions: 1 });
      expect(JSON.stringify(done.body)).to.not.include(visitorId);
      expect(await kept('erase')).to.include({
        visitor_id: `erased:${String(done.body['id'])}:0`,
        user_agent: null,
        referrer: null,
        network: null,
        subs: null,
      });
      expect((await get('/v1/conversions?orderRef=A-1')).body).to.have.nested.property('data[0].outcome', 'attributed');
      expect((await post('/v1/erasures', { visitorId })).body).to.deep.equal(done.body);
      expect((await get(done.headers.get('location') ?? '')).body).to.deep.equal(done.body);
    });

    it('finds a customer by what the program calls them', async () => {
      const visitorId = visitorIn(await follow('?campaign=customer'));
      const order = {
        currency: 'BRL',
        lines: [{ lineRef: '1', quantity: 1, unitPrice: { minor: '1000', currency: 'BRL' } }],
        visitorId,
        customerRef: 'c-2',
      };
      const time = new Date().toISOString();
      await post('/v1/events', {
        events: [{ id: 'placed 2', type: 'order.placed', programId, subject: 'A-2', time, data: order }],
      });
      await settle();

      const done = await post('/v1/erasures', { customerRef: 'c-2', programId });

      expect(done.body).to.include({ kind: 'customer', touchpoints: 1, conversions: 1 });
      expect((await kept('customer')).visitor_id).to.match(/^erased:/);
    });

    it('is for staff, and wants to know who it is about', async () => {
      const ours = await running().tokenWith(['links:read'], idOf('par', 1));
      const attempts = await Promise.all([
        post('/v1/erasures', {}),
        post('/v1/erasures', { visitorId: 'v', customerRef: 'c', programId }),
        post('/v1/erasures', { customerRef: 'c' }),
        post('/v1/erasures', { visitorId: 'v' }, ours),
        get(`/v1/erasures/${idOf('era', 9)}`),
      ]);

      expect(attempts.map(({ status, body }) => [status, body['code']])).to.deep.equal([
        [400, 'attribution.subject_unclear'],
        [400, 'attribution.subject_unclear'],
        [400, 'attribution.subject_unclear'],
        [403, 'http.missing_scope'],
        [404, 'attribution.unknown_erasure'],
      ]);
    });
  });

  describe('once some days have passed', () => {
    it('leaves nothing of a network but a hash after a week', async () => {
      await follow('?campaign=week');
      expect((await kept('week')).network).to.equal('127.0.0.0/24');

      await post('/v1/sandbox/clock', { now: new Date(Date.now() + 8 * 86_400_000).toISOString() });

      const after = await kept('week');
      expect(after).to.include({ network: null, user_agent: null });
      expect(after.network_hash).to.match(/^[\w-]{43}$/);
    });
  });
});
