import { expect } from 'chai';
import { rowsOf } from '../../../../src/infrastructure/postgres/database.ts';
import { attribution } from '../../../../src/modules/attribution/module.ts';
import { identity } from '../../../../src/modules/identity/module.ts';
import { orders } from '../../../../src/modules/orders/module.ts';
import { pipeline } from '../../../../src/modules/pipeline/module.ts';
import { idOf } from '../../../support/clock.ts';
import { withRunningApp } from '../../../support/running-app.ts';
import { eventually } from '../../../support/signals.ts';
import { StandingPartners, standingPartnersModule } from '../../../support/standing-partners.ts';

const programId = idOf('prg', 1);
const partners = new StandingPartners();

describe('attribution over HTTP', () => {
  const running = withRunningApp([identity, standingPartnersModule(partners), pipeline, orders, attribution], {
    SANDBOX: 'true',
    PUBLIC_URL: 'https://go.example/',
    DATABASE_TIMEOUT_MS: '1000',
  });
  let staff = '';
  let ours = '';
  let theirs = '';

  before(async () => {
    staff = await running().tokenWith();
    ours = await running().tokenWith(['links:read', 'links:write', 'conversions:read'], idOf('par', 1));
    theirs = await running().tokenWith(['links:read', 'links:write', 'conversions:read'], idOf('par', 2));
  });

  const post = (path: string, body: unknown, token = staff, headers = {}) =>
    running().call('POST', path, { token, body, headers });
  const get = (path: string, token = staff) => running().call('GET', path, { token });
  const follow = (code: string, init: RequestInit = {}) =>
    fetch(`${running().url}/r/${code}`, { redirect: 'manual', ...init });
  const settle = () => post('/v1/sandbox/settle', { timeoutMs: 10_000 });

  const clicks = async (): Promise<number> => {
    await settle();
    const [row] = await rowsOf<{ count: bigint }>(
      running().database.owner.knex,
      'select count(*) as count from attribution.touchpoints',
    );
    return Number(row?.count);
  };

  const event = (id: string, type: string, subject: string, time: string, data: object) => ({
    id,
    type,
    programId,
    subject,
    time,
    data,
  });
  const placed = (ref: string, time: string, more: object = {}) =>
    event(`placed ${ref}`, 'order.placed', ref, time, {
      currency: 'BRL',
      lines: [{ lineRef: '1', quantity: 1, unitPrice: { minor: '1000', currency: 'BRL' } }],
      ...more,
    });
  const clicked = (n: number, linkCode: string, time: string, more: object = {}) =>
    event(`click ${n}`, 'click.recorded', `${n}`, time, { clickId: idOf('clk', n), linkCode, ...more });

  describe('links', () => {
    it('are made by partners for themselves, once a key', async () => {
      const body = { programId, code: 'summer', destination: 'https://shop.example/sale?x=1' };

      const first = await post('/v1/links', body, ours, { 'idempotency-key': 'k1' });
      const again = await post('/v1/links', body, ours, { 'idempotency-key': 'k1' });
      const without = await post('/v1/links', body, ours);

      expect(first.status).to.equal(201);
      expect(first.body).to.include({ url: 'https://go.example/r/summer', partnerId: idOf('par', 1), state: 'active' });
      expect(again.body).to.deep.equal(first.body);
      expect([without.status, without.body['code']]).to.deep.equal([409, 'attribution.code_taken']);
      expect((await get(first.headers.get('location') ?? '', ours)).body).to.deep.equal(first.body);
      expect((await get(first.headers.get('location') ?? '', theirs)).status).to.equal(404);
    });

    it('are not made for others, for nobody, or to elsewhere', async () => {
      const attempts = await Promise.all([
        post('/v1/links', { programId, partnerId: idOf('par', 2) }, ours),
        post('/v1/links', { programId }),
        post('/v1/links', { programId, destination: 'https://evil.example/' }, ours),
        post('/v1/links', { programId: idOf('prg', 9) }, ours),
        post('/v1/links', { programId, code: '../up' }, ours),
        post('/v1/links/import', { links: [] }),
        post('/v1/links/import', { links: [{ code: 'mine', programId, partnerId: idOf('par', 1) }] }, ours),
      ]);

      expect(attempts.map(({ status, body }) => [status, body['code']])).to.deep.equal([
        [404, 'http.not_found'],
        [400, 'attribution.partner_missing'],
        [422, 'attribution.destination_not_allowed'],
        [422, 'attribution.unknown_program'],
        [400, 'input.invalid'],
        [400, 'input.invalid'],
        [403, 'http.staff_only'],
      ]);
    });

    it('are imported 500 at once, and found again', async () => {
      const links = Array.from({ length: 500 }, (_, n) => ({
        code: `seller-${n}`,
        programId,
        partnerId: idOf('par', (n % 7) + 1),
      }));

      const first = await post('/v1/links/import', { links });
      const again = await post('/v1/links/import', { links });
      const mixed = await post('/v1/links/import', { links: [{ ...links[0], partnerId: idOf('par', 9) }, links[1]] });

      expect([first.status, first.body['created']]).to.deep.equal([200, 500]);
      expect([again.status, again.body['created'], again.body['kept']]).to.deep.equal([200, 0, 500]);
      expect([mixed.status, mixed.body['kept'], mixed.body['refused']]).to.deep.equal([207, 1, 1]);
    });

    it('are listed to their partner alone', async () => {
      const all = (await get('/v1/links?limit=1000')).body['data'] as { partnerId: string }[];
      const own = (await get('/v1/links?limit=1000', theirs)).body['data'] as { partnerId: string }[];

      expect(own).to.deep.equal(all.filter(({ partnerId }) => partnerId === idOf('par', 2)));
      expect((await get(`/v1/links?partnerId=${idOf('par', 1)}`, theirs)).status).to.equal(404);
    });
  });

  describe('the redirect', () => {
    it('keeps the click and leads on, with its id and a cookie scripts cannot read', async () => {
      const before = await clicks();

      const answer = await follow('summer?utm_source=y&gclid=z', { headers: { 'user-agent': 'Firefox' } });

      expect(answer.status).to.equal(302);
      expect(answer.headers.get('location')).to.match(
        /^https:\/\/shop\.example\/sale\?x=1&utm_source=y&gclid=z&click_id=clk_\w{26}\.[\w-]{110}$/,
      );
      expect(answer.headers.get('cache-control')).to.equal('no-store');
      expect(answer.headers.get('referrer-policy')).to.equal('strict-origin-when-cross-origin');
      expect(answer.headers.get('set-cookie')).to.match(
        /^tributary_visitor=vis_\w{26}; Path=\/; Max-Age=31536000; HttpOnly; SameSite=Lax; Secure$/,
      );
      expect(await clicks()).to.equal(before + 1);
    });

    it('knows its visitor again by the cookie, and believes no other', async () => {
      const first = await follow('summer');
      const cookie = first.headers.get('set-cookie')?.split(';')[0] ?? '';

      const again = await follow('summer', { headers: { cookie: `a=b; ${cookie}; c=d` } });
      const forged = await follow('summer', { headers: { cookie: 'tributary_visitor=everybody' } });

      expect(again.headers.get('set-cookie')?.split(';')[0]).to.equal(cookie);
      expect(forged.headers.get('set-cookie')).to.match(/^tributary_visitor=vis_/);
      expect(forged.headers.get('set-cookie')?.split(';')[0]).not.to.equal(cookie);
    });

    it('counts neither who only looks nor who fetches ahead', async () => {
      const before = await clicks();

      const head = await follow('summer', { method: 'HEAD' });
      const ahead = await follow('summer', { headers: { 'sec-purpose': 'prefetch;prerender' } });
      const byOthers = [{ purpose: 'prefetch' }, { 'x-purpose': 'preview' }, { 'x-moz': 'prefetch' }];
      for (const headers of byOthers) expect((await follow('summer', { headers })).status).to.equal(204);

      expect([head.status, head.headers.get('location')]).to.deep.equal([302, 'https://shop.example/sale?x=1']);
      expect(head.headers.get('set-cookie')).to.equal(null);
      expect([ahead.status, ahead.headers.get('location'), ahead.headers.get('cache-control')]).to.deep.equal([
        204,
        null,
        'no-store',
      ]);
      expect(await clicks()).to.equal(before);
    });

    it('knows no link that was never made', async () => {
      for (const code of ['nobodys', 'a%20b', 'https:%2F%2Fevil.example']) {
        const answer = await follow(code);

        expect(answer.status, code).to.equal(404);
        expect(await answer.json()).to.include({ code: 'attribution.unknown_link' });
      }
      expect((await follow('%00')).status).to.equal(400);
    });

    it('leads a suspended partner’s visitors to the program’s page', async () => {
      partners.put(idOf('par', 3), 'suspended');

      const answer = await follow('seller-2');

      partners.put(idOf('par', 3), 'approved');
      expect(answer.headers.get('location')).to.match(/^https:\/\/shop\.example\/\?click_id=clk_/);
    });

    it('stops and starts crediting with its link', async () => {
      const { body } = await post('/v1/links', {
        programId,
        partnerId: idOf('par', 4),
        destination: 'https://shop.example/4',
      });
      const path = `/v1/links/${String(body['id'])}`;

      const suspended = await post(`${path}/suspend`, {});
      const twice = await post(`${path}/suspend`, {});
      const away = await follow(String(body['code']));
      const resumed = await post(`${path}/resume`, {});
      const back = await follow(String(body['code']));

      expect([suspended.body['state'], twice.status, resumed.body['state']]).to.deep.equal([
        'suspended',
        409,
        'active',
      ]);
      expect(away.headers.get('location')).to.match(/^https:\/\/shop\.example\/\?click_id=/);
      expect(back.headers.get('location')).to.match(/^https:\/\/shop\.example\/4\?click_id=/);
    });

    it('sends visitors on while clicks cannot be stored, and stores them as soon as they can', async () => {
      await follow('summer'); // the link is at hand now
      const before = await clicks();
      const blocker = await running().database.owner.knex.transaction();
      await blocker.raw('lock table attribution.outbox in exclusive mode');

      const answers = await Promise.all(Array.from({ length: 20 }, () => follow('summer')));
      await blocker.rollback();

      expect(answers.map(({ status }) => status)).to.deep.equal(Array<number>(20).fill(302));
      await eventually('they are stored', async () => (await clicks()) >= before + 20);
      expect(await clicks()).to.equal(before + 20);
    });
  });

  describe('conversions', () => {
    before(async () => {
      // Orders before their clicks, and one click twice: what comes out does not depend on it.
      await post('/v1/events', {
        events: [
          placed('A', '2018-01-10T12:30:00Z', { clickId: idOf('clk', 2), visitorId: 'v' }),
          placed('B', '2018-03-10T12:00:00Z', { clickId: idOf('clk', 2) }),
          placed('C', '2018-01-10T12:30:00Z'),
          placed('D', '2018-03-10T12:00:00Z', { clickId: idOf('clk', 4) }),
        ],
      });
      await settle();
      await post('/v1/events', {
        events: [
          clicked(1, 'seller-0', '2018-01-10T12:00:00Z', { visitorId: 'v' }),
          clicked(2, 'seller-1', '2018-01-10T12:10:00Z'),
          clicked(2, 'seller-1', '2018-01-10T12:10:00Z'),
          clicked(3, 'nobodys', '2018-01-10T12:20:00Z', { visitorId: 'v' }),
          clicked(4, 'seller-1', '2018-01-10T12:10:00Z'),
        ],
      });
      await settle();
    });

    interface Listed {
      readonly id: string;
      readonly orderRef: string;
      readonly outcome: string;
      readonly partnerId: string | null;
      readonly reason: string | null;
    }
    const list = async (query: string, token = staff) =>
      (await get(`/v1/conversions${query}`, token)).body['data'] as readonly Listed[];
    const idOfOrder = async (ref: string) => (await list('')).find(({ orderRef }) => orderRef === ref)?.id ?? '';

    it('show who is credited, or why nobody is', async () => {
      const shown = (await list('')).map(({ orderRef, outcome, partnerId, reason }) => [
        orderRef,
        outcome,
        partnerId,
        reason,
      ]);

      expect(shown).to.have.deep.members([
        ['A', 'attributed', idOf('par', 2), null],
        // By their click A and B are one customer's: the visitor's touches are B's too, and the latest is of no link.
        ['B', 'unattributed', null, 'unknown_link'],
        ['C', 'unattributed', null, 'no_touchpoint'],
        ['D', 'unattributed', null, 'outside_window'],
      ]);
      expect((await list('?outcome=attributed')).map(({ orderRef }) => orderRef)).to.deep.equal(['A']);
      expect(await list(`?programId=${idOf('prg', 9)}`)).to.be.empty;
    });

    it('show a partner those it is credited with', async () => {
      expect((await list('', theirs)).map(({ orderRef }) => orderRef)).to.deep.equal(['A']);
      expect(await list('', ours)).to.be.empty;
    });

    it('explain themselves to everybody concerned, naming nobody else', async () => {
      const path = `/v1/conversions/${await idOfOrder('A')}`;
      const whose = async (token: string) => {
        const { body } = await get(path, token);
        const touches = body['touchpoints'] as { whose: string; clickId: string | null; fate: string }[];
        return [body['partnerId'], ...touches.map(({ whose: who, clickId, fate }) => `${who} ${clickId} ${fate}`)];
      };

      expect(await whose(staff)).to.deep.equal([
        idOf('par', 2),
        `partner ${idOf('clk', 1)} earlier_touch`,
        `partner ${idOf('clk', 2)} won`,
        `nobody ${idOf('clk', 3)} unknown_link`,
      ]);
      expect(await whose(ours)).to.deep.equal([
        null,
        `partner ${idOf('clk', 1)} earlier_touch`,
        'another_partner null won',
        'nobody null unknown_link',
      ]);
      expect((await get(`/v1/conversions/${await idOfOrder('C')}`, ours)).status).to.equal(404);
      expect((await get(`/v1/conversions/${idOf('cnv', 9)}`)).status).to.equal(404);
    });

    it('are counted for staff', async () => {
      const { body } = await get(`/v1/conversions/totals?programId=${programId}`);

      expect(body).to.include({ attributed: 1, unattributed: 3 });
      expect((await get('/v1/conversions/totals', ours)).status).to.equal(403);
    });

    it('pass the audit, and nothing is parked', async () => {
      for (const audit of running().app.audits) expect(await audit.run(), audit.promise).to.be.empty;
    });
  });

  it('takes a policy, version by version', async () => {
    const publish = (windowDays: number, token = staff) =>
      post('/v1/attribution-policies', { programId, windowDays }, token);

    expect((await publish(60)).body).to.deep.include({ version: 2, model: 'last_touch', windowDays: 60 });
    expect((await publish(14)).body).to.deep.include({ version: 3, windowDays: 14 });
    expect((await publish(0)).status).to.equal(400);
    expect((await publish(7, ours)).status).to.equal(403);
  });
});
