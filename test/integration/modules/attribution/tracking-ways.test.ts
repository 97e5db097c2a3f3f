/** The ways to be tracked beside the redirect: paper, pixels, pages. */
import { expect } from 'chai';
import { createHash } from 'node:crypto';
import { get, type IncomingHttpHeaders } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { rowsOf } from '../../../../src/infrastructure/postgres/database.ts';
import { attribution } from '../../../../src/modules/attribution/module.ts';
import { identity } from '../../../../src/modules/identity/module.ts';
import { orders } from '../../../../src/modules/orders/module.ts';
import { pipeline } from '../../../../src/modules/pipeline/module.ts';
import { idOf } from '../../../support/clock.ts';
import { withRunningApp } from '../../../support/running-app.ts';
import { eventually } from '../../../support/signals.ts';
import { aProgram, StandingPartners, standingPartnersModule } from '../../../support/standing-partners.ts';

const programId = idOf('prg', 1);
const partners = new StandingPartners();

describe('the other ways to track', () => {
  const running = withRunningApp([identity, standingPartnersModule(partners), pipeline, orders, attribution], {
    SANDBOX: 'true',
    PUBLIC_URL: 'https://go.example',
  });
  let staff = '';
  let ours = '';
  let theirs = '';
  let linkId = '';

  before(async () => {
    staff = await running().tokenWith();
    ours = await running().tokenWith(['links:read', 'links:write'], idOf('par', 1));
    theirs = await running().tokenWith(['links:read', 'links:write'], idOf('par', 2));
    const made = await running().call('POST', '/v1/links', { token: ours, body: { programId, code: 'Lena' } });
    linkId = String(made.body['id']);
  });

  const visit = (path: string, init: RequestInit = {}) =>
    fetch(`${running().url}${path}`, { redirect: 'manual', ...init });
  /** As it is on the wire: fetch would unpack it. */
  const raw = (path: string, headers: Readonly<Record<string, string>>) =>
    new Promise<{ status?: number | undefined; headers: IncomingHttpHeaders; bytes: Buffer }>((resolve, reject) => {
      get(`${running().url}${path}`, { headers }, (answer) => {
        const pieces: Buffer[] = [];
        answer.on('data', (piece: Buffer) => pieces.push(piece));
        answer.on('end', () => {
          resolve({ status: answer.statusCode, headers: answer.headers, bytes: Buffer.concat(pieces) });
        });
      }).on('error', reject);
    });
  const send = (path: string, body: unknown) =>
    running().call('POST', path, { body: JSON.stringify(body), headers: { 'content-type': 'text/plain' } });
  const touched = async (where: string): Promise<number> => {
    const [row] = await rowsOf<{ count: bigint }>(
      running().database.owner.knex,
      `select count(*) as count from attribution.touchpoints where ${where}`,
    );
    return Number(row?.count);
  };

  describe('a code', () => {
    it('is told apart by its case, and nothing may follow it but a query', async () => {
      const answers = await Promise.all(
        ['/r/Lena', '/r/Lena?x=1', '/r/lena', '/r/LENA', '/r/Lena/'].map((path) => visit(path)),
      );

      expect(answers.map(({ status }) => status)).to.deep.equal([302, 302, 404, 404, 404]);
    });
  });

  describe('what hung on to a link', () => {
    const seenBy = async (token: string, ref: string) => {
      const { body } = await running().call('GET', `/v1/conversions?orderRef=${ref}`, { token });
      const [{ id }] = body['data'] as [{ id: string }];
      const shown = await running().call('GET', `/v1/conversions/${id}`, { token });
      return (shown.body['touchpoints'] as object[])[0];
    };

    it('is shown with the conversion: the notes to their partner, what was odd to staff alone', async () => {
      const { headers } = await visit('/r/Lena?sub1=blog&campaign=spring&gclid=x', {
        headers: { 'user-agent': 'curl/8' },
      });
      const clickId = new URL(headers.get('location') ?? '').searchParams.get('click_id');
      const lines = [{ lineRef: '1', quantity: 1, unitPrice: { minor: '1000', currency: 'EUR' } }];
      const data = { currency: 'EUR', clickId, lines };
      const time = new Date().toISOString();
      const events = [{ id: 'W-1', type: 'order.placed', programId, subject: 'W-1', time, data }];
      await running().call('POST', '/v1/events', { token: staff, body: { events } });
      await running().app.settle(10_000);
      const partner = await running().tokenWith(['conversions:read'], idOf('par', 1));

      const [toStaff, toPartner] = [await seenBy(staff, 'W-1'), await seenBy(partner, 'W-1')];

      expect(toStaff).to.deep.include({ fate: 'won', subs: { sub1: 'blog' }, campaign: 'spring' });
      expect((toStaff as { signals: string[] }).signals).to.include.members(['bot_ua', 'paid_param']);
      expect(toPartner).to.deep.include({ subs: { sub1: 'blog' }, campaign: 'spring' });
      expect(toPartner).not.to.have.property('signals');
    });
  });

  describe('a link that is none', () => {
    it('is a page to people, with nothing from elsewhere, and a problem to programs', async () => {
      const page = await visit('/r/nobody', { headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' } });
      const problem = await visit('/q/nobody', { headers: { accept: '*/*' } });
      const text = await page.text();

      expect([page.status, problem.status]).to.deep.equal([404, 404]);
      expect(page.headers.get('content-type')).to.equal('text/html; charset=utf-8');
      expect(text)
        .to.include('There is no such link')
        .and.not.match(/(src|href)=|https?:/);
      const style = /<style>(.*?)<\/style>/s.exec(text)?.[1] ?? '';
      const hash = createHash('sha256').update(style).digest('base64');
      expect(page.headers.get('content-security-policy')).to.include(`'sha256-${hash}'`);
      expect(problem.headers.get('content-type')).to.match(/^application\/problem\+json/);
    });
  });

  describe('a program that names the click otherwise', () => {
    it('is told it under that name', async () => {
      partners.known.set(idOf('prg', 2), aProgram({ programId: idOf('prg', 2), clickParameter: 'aff_ref' }));
      const body = { programId: idOf('prg', 2), code: 'otherwise' };
      await running().call('POST', '/v1/links', { token: ours, body });

      const answer = await visit('/r/otherwise?sub1=x');

      expect(answer.headers.get('location')).to.match(/^https:\/\/shop\.example\/\?aff_ref=clk_[^&]+$/);
    });
  });

  describe('a QR code', () => {
    it('leads to an address whose touches are of paper', async () => {
      const answer = await visit('/q/Lena?sub1=poster');

      expect(answer.status).to.equal(302);
      expect(answer.headers.get('location')).to.match(/^https:\/\/shop\.example\/\?click_id=clk_/);
      await eventually('it is kept', async () => (await touched(`kind = 'qr' and subs->>'sub1' = 'poster'`)) === 1);
    });
  });

  describe('a pixel', () => {
    it('is 43 bytes that nobody keeps, sets no cookie, and counts as an impression', async () => {
      const answer = await visit('/i/Lena.gif?sub2=banner');
      const bytes = new Uint8Array(await answer.arrayBuffer());

      expect(bytes.length).to.equal(43);
      expect(new TextDecoder().decode(bytes.subarray(0, 6))).to.equal('GIF89a');
      expect(answer.headers.get('content-type')).to.equal('image/gif');
      expect(answer.headers.get('cache-control')).to.equal('no-store');
      expect(answer.headers.get('cross-origin-resource-policy')).to.equal('cross-origin');
      expect(answer.headers.get('set-cookie')).to.equal(null);
      await eventually('it is kept', async () => (await touched(`kind = 'impression'`)) === 1);
    });

    it('of no link is none', async () => {
      expect((await visit('/i/nobody.gif')).status).to.equal(404);
    });

    it('is no click in the totals', async () => {
      const totals = await running().call('GET', '/v1/conversions/totals', { token: staff });

      expect(totals.body['clicks']).to.equal(await touched(`kind in ('click', 'qr') and objection is null`));
    });
  });

  describe('the snippet', () => {
    it('may be kept for an hour by any page, and is asked for again by its tag', async () => {
      const first = await visit('/t.js', { headers: { origin: 'https://shop.example' } });
      const etag = first.headers.get('etag') ?? '';
      const again = await visit('/t.js', { headers: { 'if-none-match': `"other", W/${etag}` } });

      expect(first.headers.get('content-type')).to.equal('text/javascript; charset=utf-8');
      expect(first.headers.get('access-control-allow-origin')).to.equal('*');
      expect(first.headers.get('access-control-allow-credentials')).to.equal(null);
      expect(first.headers.get('cache-control')).to.equal('public, max-age=3600');
      expect([again.status, await again.text()]).to.deep.equal([304, '']);
    });

    it('is less than 3 KB on the wire for who takes gzip, with a tag of its own', async () => {
      const asked = (encoding: string, tag = '') => raw('/t.js', { 'accept-encoding': encoding, 'if-none-match': tag });
      const zipped = await asked('gzip, deflate, br');
      const plain = await asked('gzip;q=0, identity');

      expect(zipped.bytes.length).to.be.lessThan(3_000);
      expect(zipped.headers['content-encoding']).to.equal('gzip');
      expect(gunzipSync(zipped.bytes).equals(plain.bytes)).to.equal(true);
      expect(plain.headers).not.to.have.property('content-encoding');
      expect([zipped, plain].map(({ headers }) => headers.vary)).to.deep.equal(['Accept-Encoding', 'Accept-Encoding']);
      const [first = '', second = ''] = [zipped, plain].map(({ headers }) => headers.etag);
      expect(first).not.to.equal(second);
      expect([await asked('gzip', first), await asked('gzip', second)].map(({ status }) => status)).to.deep.equal([
        304, 200,
      ]);
    });

    it('is answered with problems where it talks nonsense', async () => {
      const { clickId } = (await send('/t/v/Lena', {})).body as { clickId: string };
      const forged = `${clickId.slice(0, -1)}${clickId.endsWith('A') ? 'B' : 'A'}`;
      const answers = await Promise.all([
        send('/t/v/nobody', {}),
        send('/t/v/Lena', 'no object'),
        send('/t/e', { clickId: forged, name: 'x' }),
        send('/t/e', { clickId: clickId.slice(0, 30), name: 'x' }),
        send('/t/e', { clickId, name: 'x', data: { long: 'x'.repeat(2_000) } }),
        send('/t/e', { clickId, name: 'x', data: { nul: '\0' } }),
        running().call('POST', '/t/e', { body: '{', headers: { 'content-type': 'text/plain' } }),
        running().call('POST', '/t/e', {
          body: `{"name":"x","data":{"deep":${'['.repeat(3_900)}${']'.repeat(3_900)}}}`,
          headers: { 'content-type': 'text/plain' },
        }),
      ]);

      expect(answers.map(({ status, body }) => [status, body['code']])).to.deep.equal([
        [404, 'attribution.unknown_link'],
        [400, 'input.invalid'],
        [422, 'attribution.click_id_refused'],
        [422, 'attribution.click_id_refused'],
        [400, 'attribution.data_too_large'],
        [400, 'input.invalid'],
        [400, 'http.malformed_json'],
        [400, 'http.body_too_deep'],
      ]);
    });

    it('lets pages read its refusals too, and send JSON as JSON', async () => {
      const headers = { origin: 'https://shop.example', 'content-type': 'application/json' };
      const { clickId } = (await send('/t/v/Lena', {})).body as { clickId: string };
      const json = (path: string, body: string) => visit(path, { method: 'POST', headers, body });
      const answers = [
        await json('/t/e', JSON.stringify({ clickId, name: 'x' })),
        await json('/t/v/Lena', JSON.stringify({ query: 'sub1=json' })),
        await json('/t/e', '{'),
        await json('/t/e', '{"name": "x"}'),
        await json('/t/v/nobody', '{}'),
        await visit('/t/e'),
        await visit('/t/e', { method: 'POST', headers: { 'content-type': 'text/html' }, body: 'x' }),
      ];

      expect(answers.map(({ status }) => status)).to.deep.equal([204, 201, 400, 400, 404, 405, 415]);
      for (const answer of answers) expect(answer.headers.get('access-control-allow-origin')).to.equal('*');
    });

    it('lets a browser ask whether it may', async () => {
      const asked = { origin: 'https://shop.example', 'access-control-request-method': 'POST' };
      const answer = await visit('/t/e', { method: 'OPTIONS', headers: asked });

      expect(answer.status).to.equal(204);
      expect(answer.headers.get('access-control-allow-origin')).to.equal('*');
      expect(answer.headers.get('access-control-allow-methods')).to.include('POST');
      expect(answer.headers.get('access-control-allow-headers')).to.equal('Content-Type');
      expect((await visit('/v1/links', { method: 'OPTIONS' })).headers.get('access-control-allow-origin')).to.equal(
        null,
      );
    });

    it('is cut off beyond 30 events a second of one visitor, and the next one says how many were dropped', async () => {
      const { clickId } = (await send('/t/v/Lena', {})).body as { clickId: string };
      const sendMany = () =>
        Promise.all(Array.from({ length: 100 }, async () => (await send('/t/e', { clickId, name: 'mad' })).status));
      let dropped = 0;
      // A machine that is busy may need more than three seconds for a hundred.
      await eventually('some are dropped', async () => {
        dropped += (await sendMany()).filter((status) => status === 503).length;
        return dropped > 0;
      });
      await eventually(
        'the second is over',
        async () => (await send('/t/e', { clickId, name: 'calm' })).status === 204,
      );

      const events = await rowsOf<{ dropped: number }>(
        running().database.owner.knex,
        `select (payload->>'droppedBefore')::int as dropped from attribution.outbox
         where type = 'attribution.site_event_recorded' and payload->>'clickId' = :id`,
        { id: clickId.slice(0, 30) },
      );
      expect(events.reduce((sum, each) => sum + each.dropped, 0)).to.be.at.least(dropped);
    });
  });

  describe('the picture of a link', () => {
    const picture = (query: string, token = ours, headers: Readonly<Record<string, string>> = {}) =>
      visit(`/v1/links/${linkId}/qr${query}`, { headers: { authorization: `Bearer ${token}`, ...headers } });

    it('is SVG, or PNG for who wants that, of bearable size', async () => {
      const [svg, png, accepted, large, small] = await Promise.all([
        picture(''),
        picture('?format=png&size=300'),
        picture('', ours, { accept: 'image/png' }),
        picture('?size=5000'),
        picture('?size=10'),
      ]);

      expect([svg, png, accepted, large, small].map(({ status }) => status)).to.deep.equal([200, 200, 200, 400, 400]);
      expect(svg.headers.get('content-type')).to.equal('image/svg+xml; charset=utf-8');
      expect(await svg.text()).to.match(/^<svg /);
      expect(png.headers.get('content-type')).to.equal('image/png');
      const bytes = Buffer.from(await png.arrayBuffer());
      expect([bytes.readUInt32BE(16), bytes.readUInt32BE(20)]).to.deep.equal([300, 300]);
      expect(accepted.headers.get('content-type')).to.equal('image/png');
    });

    it('is for its partner and for staff', async () => {
      const answers = await Promise.all([picture('', staff), picture('', theirs)]);

      expect(answers.map(({ status }) => status)).to.deep.equal([200, 404]);
    });
  });
});
