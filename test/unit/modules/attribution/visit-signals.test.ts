import { expect } from 'chai';
import fc from 'fast-check';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FileNetworkLists } from '../../../../src/modules/attribution/adapters/file-network-lists.ts';
import { IsbotDetector } from '../../../../src/modules/attribution/adapters/isbot-detector.ts';
import { MemoryVisitSignals } from '../../../../src/modules/attribution/adapters/memory-visit-signals.ts';
import { SIGNALS } from '../../../../src/modules/attribution/domain/traffic/signals.ts';
import type { TouchKind } from '../../../../src/modules/attribution/domain/traffic/touchpoint.ts';
import type { Visit } from '../../../../src/modules/attribution/domain/traffic/visit.ts';
import type { Signpost } from '../../../../src/modules/attribution/ports/link-directory.ts';
import { instant, type Instant, plusMs } from '../../../../src/shared/instant.ts';
import { idOf } from '../../../support/clock.ts';
import { temporaryFolder } from '../../../support/folder.ts';

const noon = instant('2018-01-10T12:00:00Z');

const aSignpost = (n: number, program = 1): Signpost => ({
  code: `link-${n}`,
  linkId: idOf('lnk', n),
  programId: idOf('prg', program),
  partnerId: idOf('par', n),
  page: 'https://shop.example/',
  allowedHosts: ['shop.example'],
  clickParameter: 'click_id',
});

/** What Chrome 126 sends when somebody clicks on a link. */
const CHROME: Readonly<Record<string, string>> = {
  'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36',
  accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8',
  'accept-language': 'en',
  'accept-encoding': 'gzip, deflate, br',
  'sec-ch-ua': '"Not/A)Brand";v="8", "Chromium";v="126", "Google Chrome";v="126"',
  'sec-ch-ua-mobile': '?0',
  'sec-fetch-dest': 'document',
  'sec-fetch-mode': 'navigate',
  'sec-fetch-site': 'cross-site',
  'sec-fetch-user': '?1',
  referer: 'https://blog.example/best-robots',
};

interface Seen extends Partial<Omit<Visit, 'header'>> {
  readonly headers?: Readonly<Record<string, string | undefined>>;
}

const aVisit = ({ headers = {}, ...rest }: Seen = {}): Visit => {
  const all: Readonly<Record<string, string | undefined>> = { ...CHROME, ...headers };
  return { query: '', address: '198.51.100.7', httpVersion: '1.1', header: (name) => all[name], ...rest };
};

describe('the signals of a visit', () => {
  const folder = temporaryFolder();
  after(() => {
    folder.remove();
  });

  const fresh = (lists = new FileNetworkLists(undefined)): MemoryVisitSignals =>
    new MemoryVisitSignals(new IsbotDetector(), lists, 42);
  const seen = (visit: Seen, kind: TouchKind = 'click') => fresh().of(aVisit(visit), aSignpost(1), noon, kind);

  it('are none when somebody clicks with a browser', () => {
    expect(seen({})).to.deep.equal([]);
  });

  const android = {
    'user-agent':
      'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36',
  };
  const old = Object.fromEntries(Object.keys(CHROME).map((name) => [name, undefined]));
  const firefox = { ...old, 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:88.0) Gecko/20100101 Firefox/88.0' };
  const plainHeaders = { accept: 'text/html', 'accept-language': 'en', 'accept-encoding': 'gzip' };

  const cases: readonly (readonly [string, Seen, readonly string[]])[] = [
    ['a machine that says so', { headers: { ...firefox, ...plainHeaders, 'user-agent': 'Googlebot/2.1' } }, ['bot_ua']],
    [
      'a browser without a head',
      { headers: { 'user-agent': `${CHROME['user-agent']} HeadlessChrome/126.0` } },
      ['bot_ua'],
    ],
    ['no user agent', { headers: { ...firefox, ...plainHeaders, 'user-agent': undefined } }, ['empty_ua']],
    ['a short one', { headers: { ...firefox, ...plainHeaders, 'user-agent': 'Robots  ' } }, ['bot_ua', 'empty_ua']],
    ['an image', { headers: { 'sec-fetch-dest': 'image', 'sec-fetch-mode': 'no-cors' } }, ['image_click']],
    [
      'what was not followed, also where nobody says what it was loaded as',
      { headers: { 'sec-fetch-dest': undefined, 'sec-fetch-mode': 'no-cors' } },
      ['image_click'],
    ],
    ['a hidden frame', { headers: { 'sec-fetch-dest': 'iframe' } }, ['image_click']],
    ['an image of before 2020', { headers: { ...firefox, ...plainHeaders, accept: 'image/png,*/*' } }, ['image_click']],
    [
      'a page that tells of it',
      { toldByPage: true, headers: { 'sec-fetch-dest': 'empty', 'sec-fetch-mode': 'cors' } },
      [],
    ],
    ['a page that goes there by itself', { headers: { 'sec-fetch-user': undefined } }, ['no_gesture']],
    ['an address typed in', { headers: { 'sec-fetch-user': undefined, 'sec-fetch-site': 'none' } }, []],
    ['few headers', { headers: firefox }, ['header_anomaly']],
    ['an old browser', { headers: { ...firefox, ...plainHeaders } }, []],
    ['one header missing', { headers: { 'accept-language': undefined } }, []],
    ['HTTP/1.0 and no language', { httpVersion: '1.0', headers: { 'accept-language': undefined } }, ['header_anomaly']],
    [
      'a proxy that speaks HTTP/1.0',
      { httpVersion: '1.0', headers: { 'accept-language': undefined, 'x-forwarded-for': '192.0.2.1' } },
      [],
    ],
    ['two versions of one browser', { headers: { 'sec-ch-ua': '"Chromium";v="127"' } }, ['ua_ch_mismatch']],
    ['Chromium that says it is Firefox', { headers: { 'user-agent': firefox['user-agent'] } }, ['ua_ch_mismatch']],
    ['a phone that is none', { headers: android }, ['ua_ch_mismatch']],
    ['a phone', { headers: { ...android, 'sec-ch-ua-mobile': '?1' } }, []],
    ['a paid click', { query: 'sub1=a&gclid=x' }, ['paid_param']],
    ['a paid click of another house', { query: 'gad_source=1' }, ['paid_param']],
    ['a word like it', { query: 'notgclid=x&to=/gclid=' }, []],
    ['an affiliate’s link before this one', { query: 'afsrc=1' }, ['standdown']],
    ['no address', { address: undefined }, []],
  ];
  for (const [what, visit, codes] of cases)
    it(`of ${what} are ${codes.join(', ') || 'none'}`, () => {
      expect(seen(visit)).to.deep.equal(codes);
    });

  it('of an impression say nothing that is odd in a click alone', () => {
    const pixel = { query: 'gclid=x', headers: { 'sec-fetch-dest': 'image', 'sec-fetch-mode': 'no-cors' } };
    expect(seen(pixel, 'impression')).to.deep.equal([]);
    expect(seen({ headers: firefox }, 'impression')).to.deep.equal(['header_anomaly']);
  });

  it('name each code once, in snake case', () => {
    const codes = SIGNALS.map(({ code }) => code);
    expect(new Set(codes).size).to.equal(codes.length);
    for (const code of codes) expect(code).to.match(/^[a-z]+(_[a-z]+)*$/);
  });

  describe('that need memory', () => {
    let signals: MemoryVisitSignals;
    beforeEach(() => (signals = fresh()));
    const click = (visit: Seen, signpost: Signpost, at: Instant) => signals.of(aVisit(visit), signpost, at, 'click');
    const after = (ms: number) => plusMs(noon, ms);

    it('see the same visitor on the same link within the hour', () => {
      expect(click({ visitorId: 'vis_1' }, aSignpost(1), noon)).to.deep.equal([]);
      const elsewhere = { visitorId: 'vis_1', address: '203.0.113.9' };
      expect(click(elsewhere, aSignpost(1), after(3_599_000))).to.deep.equal(['dup_click']);
      expect(click({ visitorId: 'vis_1' }, aSignpost(2, 2), after(3_599_000))).to.deep.equal([]);
      expect(click(elsewhere, aSignpost(1), after(7_200_000))).to.deep.equal([]);
    });

    it('see the same address and browser on the same link without a cookie, and not another browser behind it', () => {
      click({}, aSignpost(1), noon);
      expect(click({}, aSignpost(1), after(1_000))).to.deep.equal(['dup_click']);
      expect(click({ headers: { ...firefox, ...plainHeaders } }, aSignpost(1), after(2_000))).to.deep.equal([]);
    });

    it('see the eleventh click of an address on a link within ten minutes', () => {
      const visitors = Array.from({ length: 12 }, (_, n) =>
        click({ visitorId: `v${n}`, headers: agent(n) }, aSignpost(1), after(n * 1_000)),
      );
      expect(visitors.slice(0, 10).flat()).to.deep.equal([]);
      expect(visitors.slice(10)).to.deep.equal([['ip_click_rate'], ['ip_click_rate']]);
      expect(click({ visitorId: 'late', headers: agent(99) }, aSignpost(1), after(612_000))).to.deep.equal([]);
    });

    it('see one visitor on three programs within five seconds', () => {
      expect(click({}, aSignpost(1, 1), noon)).to.deep.equal([]);
      expect(click({}, aSignpost(2, 2), after(1_000))).to.deep.equal([]);
      expect(click({}, aSignpost(3, 3), after(4_000))).to.deep.equal(['visitor_burst']);
      expect(click({}, aSignpost(4, 4), after(60_000))).to.deep.equal([]);
    });

    it('see a visitor whom another partner of the program has just sent', () => {
      expect(click({ visitorId: 'v' }, aSignpost(1), noon)).to.deep.equal([]);
      expect(click({ visitorId: 'v' }, aSignpost(2), after(1_799_000))).to.deep.equal(['standdown']);
      expect(click({ visitorId: 'v' }, aSignpost(3), after(9_000_000))).to.deep.equal([]);
    });

    it('know nothing of those who have neither cookie nor address', () => {
      for (let n = 0; n < 20; n += 1)
        expect(click({ address: undefined }, aSignpost(1 + (n % 4), n), after(n))).to.deep.equal([]);
    });

    const agent = (n: number) => ({ ...firefox, ...plainHeaders, 'user-agent': `${firefox['user-agent']} ${n}` });
  });

  describe('that need lists', () => {
    const lists = (): FileNetworkLists => {
      writeFileSync(join(folder.path, 'hosting.txt'), '# clouds\n203.0.113.0/24 # one\n2001:db8:77::/48\n');
      writeFileSync(join(folder.path, 'proxies.txt'), '198.51.100.7\n\n');
      writeFileSync(join(folder.path, 'referers.txt'), 'Coupons.example\n*.warez.example\n');
      return new FileNetworkLists(folder.path);
    };
    const listed = (visit: Seen) => fresh(lists()).of(aVisit(visit), aSignpost(1), noon, 'click');

    it('know where machines live', () => {
      expect(listed({ address: '203.0.113.255' })).to.deep.equal(['datacenter_ip']);
      expect(listed({ address: '::ffff:203.0.113.1' })).to.deep.equal(['datacenter_ip']);
      expect(listed({ address: '2001:db8:77:1::1' })).to.deep.equal(['datacenter_ip']);
      expect(listed({ address: '203.0.114.0' })).to.deep.equal([]);
    });

    it('know proxies', () => {
      expect(listed({ address: '198.51.100.7' })).to.deep.equal(['anonymiser']);
    });

    for (const referer of ['https://coupons.example', 'http://www.coupons.example:8080/x?y', 'https://warez.example/'])
      it(`know ${referer}`, () => {
        expect(listed({ address: undefined, headers: { referer } })).to.deep.equal(['referer_banned']);
      });

    for (const referer of ['https://notcoupons.example/', 'https://x.example/coupons.example', 'coupons.example', ''])
      it(`leave alone ${referer || 'nothing'}`, () => {
        expect(listed({ address: undefined, headers: { referer } })).to.deep.equal([]);
      });

    it('stop the program at its start when a list cannot be read', () => {
      lists();
      writeFileSync(join(folder.path, 'hosting.txt'), '203.0.113.0/24\n203.0.113.0/33\n');
      expect(() => new FileNetworkLists(folder.path)).to.throw('line 2 of hosting.txt');
      expect(() => new FileNetworkLists(join(folder.path, 'none'))).to.throw('there is no folder');
    });
  });

  it('come back whatever the headers, the query and the address hold', () => {
    const signals = fresh();
    const junk = fc.oneof(fc.string({ unit: 'binary', maxLength: 300 }), fc.constant(undefined));
    const names = ['sec-purpose', 'via', 'x-forwarded-for', ...Object.keys(CHROME)];
    const headers = fc.record(Object.fromEntries(names.map((name) => [name, junk])));
    const known = new Set(SIGNALS.map(({ code }) => code));
    fc.assert(
      fc.property(
        headers,
        fc.string({ unit: 'binary', maxLength: 5_000 }),
        junk,
        junk,
        fc.string(),
        (all, query, address, visitorId, httpVersion) => {
          const visit = { query, address, visitorId, httpVersion, header: (name: string) => all[name] };
          for (const kind of ['click', 'impression'] as const)
            expect(signals.of(visit, aSignpost(1), noon, kind).every((code) => known.has(code))).to.equal(true);
        },
      ),
      { numRuns: 300 },
    );
  });
});
