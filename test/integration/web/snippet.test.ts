/** The snippet in a real browser: a shop's pages on one origin, the program on another. */
import { expect } from 'chai';
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { BrowserContext, Page } from 'playwright-core';
import { rowsOf } from '../../../src/infrastructure/postgres/database.ts';
import { attribution } from '../../../src/modules/attribution/module.ts';
import { identity } from '../../../src/modules/identity/module.ts';
import { orders } from '../../../src/modules/orders/module.ts';
import { pipeline } from '../../../src/modules/pipeline/module.ts';
import { idOf } from '../../support/clock.ts';
import { withRunningApp } from '../../support/running-app.ts';
import { withChromium } from '../../support/services/chromium.ts';
import { STUB } from '../../support/snippet-stub.ts';
import { eventually } from '../../support/signals.ts';
import { aProgram, StandingPartners, standingPartnersModule } from '../../support/standing-partners.ts';

const CLICK_ID = /^clk_[0-7][0-9a-hjkmnp-tv-z]{25}\.[\w-]{100,200}$/;

const partners = new StandingPartners();

describe('the snippet in a browser', () => {
  const running = withRunningApp([identity, standingPartnersModule(partners), pipeline, orders, attribution], {
    SANDBOX: 'true',
  });
  const browser = withChromium();
  let shop = '';
  let server: Server | undefined;
  let context: BrowserContext | undefined;
  let page: Page;

  before(async () => {
    server = createServer((incoming, response) => {
      answerAsShop(incoming, response, running().url);
    });
    const listening = server;
    await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
    // Another host name, not only another port: cookies know no ports.
    const host = `localhost:${(listening.address() as AddressInfo).port}`;
    shop = `http://${host}`;
    partners.known.set(idOf('prg', 1), aProgram({ destination: `${shop}/`, allowedHosts: [host] }));
    const token = await running().tokenWith();
    const link = { code: 'lena', programId: idOf('prg', 1), partnerId: idOf('par', 1) };
    const made = await running().call('POST', '/v1/links', { token, body: link });
    expect(made.status).to.equal(201);
  });

  after(async () => {
    await new Promise((resolve) => server?.close(resolve) ?? resolve(undefined));
  });

  beforeEach(async () => {
    context = await browser().newContext();
    page = await context.newPage();
  });

  afterEach(() => context?.close());

  const open = (path: string, more: Readonly<Record<string, string>> = {}) =>
    page.goto(`${shop}${path}${path.includes('?') ? '&' : '?'}${new URLSearchParams(more).toString()}`);
  const clickId = (): Promise<string | undefined> =>
    page.evaluate("new Promise((resolve) => tributary('clickId', resolve))");
  const kept = (): Promise<{ cookie: string; stored: number }> =>
    page.evaluate('({ cookie: document.cookie, stored: localStorage.length })');
  const told = (type: string) =>
    rowsOf<{ payload: Record<string, unknown> }>(
      running().database.owner.knex,
      'select payload from attribution.outbox where type = :type order by id',
      { type },
    );

  it('knows the click of the redirect, and keeps nothing of it without consent', async () => {
    await page.goto(`${running().url}/r/lena`);
    const known = await clickId();

    expect(new URL(page.url()).origin).to.equal(shop);
    expect(known).to.match(CLICK_ID);
    expect(await kept()).to.deep.equal({ cookie: '', stored: 0 });
    await open('/later');
    expect(await clickId()).to.equal(undefined);
    expect(await kept()).to.deep.equal({ cookie: '', stored: 0 });
  });

  it('keeps it for later pages once the visitor agrees, for 400 days at most, and forgets it on demand', async () => {
    await page.goto(`${running().url}/r/lena`);
    const known = await clickId();

    await page.evaluate("tributary('consent', true)");
    const [cookie] = await context!.cookies(shop);
    await open('/later', { consent: 'granted' });
    const later = await clickId();

    expect(later).to.equal(known);
    expect(cookie).to.include({ name: 'tributary_click', value: known, sameSite: 'Lax', path: '/' });
    expect(cookie!.expires - Date.now() / 1_000).to.be.within(399 * 86_400, 400 * 86_400);
    await page.evaluate("tributary('consent', false)");
    expect(await kept()).to.deep.equal({ cookie: '', stored: 0 });
  });

  it('takes a direct link for a click, judged and signed by us across origins', async () => {
    const before = await told('attribution.touch_taken');

    await open('/car', { via: 'lena', sub1: 'newsletter', early: "tributary('consent', true)" });
    const known = await clickId();

    expect(known).to.match(CLICK_ID);
    const touches = await told('attribution.touch_taken');
    const { payload } = touches.at(-1)!;
    expect(touches.length).to.equal(before.length + 1);
    expect(payload).to.include({ kind: 'click', linkCode: 'lena', consent: 'granted', clickId: known!.slice(0, 30) });
    expect(payload['subs']).to.deep.equal({ sub1: 'newsletter' });
    expect((await kept()).cookie).to.equal(`tributary_click=${known}`);
  });

  it('gives a direct link of a code that is nobody’s no click id', async () => {
    await open('/car', { via: 'nobody' });

    expect(await clickId()).to.equal(undefined);
  });

  it('tells what happens on the page, also what was said before it was there', async () => {
    await open('/car', { via: 'lena', early: "tributary('event', 'configured', { colour: 'red' })" });
    await page.evaluate("tributary('event', 'reserved')");
    await eventually('two events', async () => (await told('attribution.site_event_recorded')).length === 2);

    const events = (await told('attribution.site_event_recorded')).map(({ payload }) => payload);
    expect(events.map(({ name }) => name)).to.have.members(['configured', 'reserved']);
    const configured = events.find(({ name }) => name === 'configured');
    expect(configured).to.deep.include({ data: { colour: 'red' }, page: `${shop}/car`, partnerId: idOf('par', 1) });
  });

  it('takes Global Privacy Control for a no that no attribute overrides', async () => {
    await page.addInitScript("Object.defineProperty(navigator, 'globalPrivacyControl', { value: true })");
    await open('/car', { via: 'lena', consent: 'granted' });

    expect(await clickId()).to.match(CLICK_ID);
    expect(await kept()).to.deep.equal({ cookie: '', stored: 0 });
    expect((await told('attribution.touch_taken')).at(-1)!.payload).to.include({ consent: 'denied' });
    expect((await told('attribution.touch_taken')).at(-1)!.payload).not.to.have.property('visitorId');
  });

  it('speaks to whom it came from: behind the customer’s own domain and folder it needs no other origin', async () => {
    const others: string[] = [];
    page.on('request', (each) => {
      if (!each.url().startsWith(shop)) others.push(each.url());
    });

    await open('/car', { via: 'lena', src: '/track/t.js' });

    expect(await clickId()).to.match(CLICK_ID);
    expect(others).to.deep.equal([]);
  });
});

/** A page with the tag; `?src`, `?consent`, `?early` say how. Under `/track/` it is a proxy of the program. */
const answerAsShop = (incoming: IncomingMessage, response: ServerResponse, program: string): void => {
  const url = new URL(incoming.url ?? '/', 'http://shop');
  if (url.pathname.startsWith('/track/')) {
    const { method, headers } = incoming;
    const onward = request(
      `${program}${url.pathname.slice('/track'.length)}`,
      { ...(method && { method }), headers },
      (answer) => {
        response.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(response);
      },
    );
    incoming.pipe(onward);
    return;
  }
  const { src = `${program}/t.js`, consent, early = '' } = Object.fromEntries(url.searchParams);
  const attributes = `src="${src}"${consent === undefined ? '' : ` data-consent="${consent}"`}`;
  response.setHeader('content-type', 'text/html');
  response.end(
    `<!doctype html><title>shop</title><script>${STUB};${early}</script><script async ${attributes}></script>`,
  );
};
