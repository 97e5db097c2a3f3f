import { expect } from 'chai';
import fc from 'fast-check';
import { type Landing, landingOf } from '../../../../src/modules/attribution/domain/traffic/landing.ts';
import { withClickId } from '../../../../src/modules/attribution/domain/traffic/link.ts';
import { consentOf, keepable, networkOf } from '../../../../src/modules/attribution/domain/traffic/visit.ts';

const rules = { page: 'https://shop.example/sale?x=1', allowedHosts: ['cars.example', 'cars.example:8443'] };
const landing = (query: string): Landing => landingOf(rules, query);

describe('where a visitor lands', () => {
  it('is the link’s page, as it is written, when nothing is asked', () => {
    expect(landing('')).to.deep.equal({ page: rules.page, signals: [] });
    expect(landing('twclid=1&x=2&click_id=clk_mine').page).to.equal(rules.page);
  });

  const reachable: readonly (readonly [string, string])[] = [
    ['/suv', 'https://shop.example/suv'],
    ['suv?a=b#c', 'https://shop.example/suv?a=b#c'],
    ['?a=b', 'https://shop.example/sale?a=b'],
    ['https://cars.example/suv', 'https://cars.example/suv'],
    ['https://CARS.example:443/suv', 'https://cars.example/suv'],
    ['http://cars.example/suv', 'https://cars.example/suv'],
    ['http://shop.example/suv#top', 'https://shop.example/suv#top'],
    ['https://cars.example:8443/', 'https://cars.example:8443/'],
    ['//cars.example/suv', 'https://cars.example/suv'],
    ['https:\\\\cars.example\\suv', 'https://cars.example/suv'],
  ];
  for (const [to, page] of reachable)
    it(`is ${page} when ${to} is asked for`, () => {
      expect(landing(`to=${encodeURIComponent(to)}`)).to.deep.include({ page, signals: [] });
    });

  const unreachable = [
    'https://evil.example/',
    '//evil.example',
    '///evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    '/\t/evil.example',
    '\u0000//evil.example',
    'https:evil.example',
    'https://shop.example@evil.example/',
    'https://user:pw@cars.example/',
    'https://cars.example.evil.example/',
    'https://evil.example/https://cars.example/',
    'https://evil.example#@cars.example/',
    'https://cars.example:9999/',
    'https://xn--cars-example.example/',
    'javascript:alert(1)',
    'data:text/html,x',
    'file:///etc/passwd',
    'ftp://cars.example/',
    'https://',
    'https://[::1]/',
    'http://127.0.0.1/',
    'https://cars。example.evil.example/',
    `https://cars.example/${'a'.repeat(3_900)}?${'b'.repeat(300)}`,
  ];
  for (const to of unreachable)
    it(`is never ${JSON.stringify(to).slice(0, 60)}`, () => {
      const { page } = landing(`to=${encodeURIComponent(to)}`);
      expect(new URL(page).host).to.be.oneOf(['shop.example']);
    });

  it('is on an allowed host, whatever is asked', () => {
    const hosts = new Set(['shop.example', 'cars.example', 'cars.example:8443']);
    const piece = fc.constantFrom(
      '/',
      '\\',
      '//',
      ':',
      '@',
      '#',
      '?',
      '.',
      'https:',
      'evil.example',
      'cars.example',
      '%2F',
      '\t',
      '。',
    );
    const asked = fc.oneof(
      fc.webUrl(),
      fc.string({ unit: 'binary' }),
      fc.array(piece, { maxLength: 12 }).map((all) => all.join('')),
    );
    fc.assert(
      fc.property(asked, (to) => {
        const url = new URL(landing(`to=${encodeURIComponent(to.replace(/\p{Surrogate}/gu, ''))}`).page);
        expect(hosts.has(url.host), url.href).to.equal(true);
        expect(url.protocol).to.match(/^https?:$/);
        expect(url.username + url.password).to.equal('');
      }),
      { numRuns: 2_000 },
    );
  });

  it('says that a page was asked for that may not be had', () => {
    expect(landing('to=https%3A%2F%2Fevil.example').signals).to.deep.equal(['deep_link_refused']);
  });

  it('keeps the partner’s notes, cleaned and cut, and no others', () => {
    const { subs, campaign } = landing(`sub1=a%20b&sub5=${'x'.repeat(200)}&sub6=no&sub2=%00%0A&campaign=spring`);
    expect({ subs, campaign }).to.deep.equal({ subs: { sub1: 'a b', sub5: 'x'.repeat(100) }, campaign: 'spring' });
  });

  it('passes campaign parameters on to a page that has none of its own', () => {
    expect(landing('utm_source=blog&utm_medium=a%26b').page).to.equal(`${rules.page}&utm_source=blog&utm_medium=a%26b`);
    const own = { ...rules, page: 'https://shop.example/?utm_source=own' };
    expect(landingOf(own, 'utm_source=theirs').page).to.equal(own.page);
  });

  it('passes the click ids of ad networks on whole, and nothing else under their names', () => {
    const long = 'x'.repeat(300);
    expect(landing(`gclid=${long}&fbclid=a.b-c_d`).page).to.equal(`${rules.page}&gclid=${long}&fbclid=a.b-c_d`);
    expect(landing(`msclkid=${'x'.repeat(501)}&ttclid=%3Cb%3E&gbraid=`).page).to.equal(rules.page);
  });

  it('leaves an address as it is written where nothing is passed on', () => {
    const bare = { ...rules, page: 'https://shop.example' };
    expect(landingOf(bare, 'sub1=blog&campaign=spring').page).to.equal('https://shop.example');
    expect(landingOf(bare, 'utm_source=blog').page).to.equal('https://shop.example/?utm_source=blog');
  });

  it('passes nothing on to a page that would become longer than browsers take', () => {
    const long = (length: number) => ({ ...rules, page: 'https://shop.example/'.padEnd(length, 'x') });
    const passed = '?utm_source=blog';
    expect(landingOf(long(4_096 - passed.length), passed.slice(1)).page).to.have.length(4_096);
    expect(landingOf(long(4_097 - passed.length), passed.slice(1)).page).to.have.length(4_097 - passed.length);
  });

  it('is a page asked for of no more than 4096 characters', () => {
    const asked = (length: number): Landing => landing(`to=${'https://cars.example/'.padEnd(length, 'x')}`);
    expect(asked(4_096).page).to.have.length(4_096);
    expect(asked(4_097)).to.deep.include({ page: rules.page, signals: ['deep_link_refused'] });
  });

  it('tells what the page that bears the link says of consent', () => {
    expect(landing('consent=1').consentAsked).to.equal('1');
    expect(landing('sub1=a').consentAsked).to.equal(null);
  });

  it('keeps http where the link itself has no https', () => {
    const plain = { ...rules, page: 'http://shop.example/' };
    expect(landingOf(plain, 'to=http%3A%2F%2Fcars.example%2F').page).to.equal('http://cars.example/');
  });

  it('never comes down from https to http', () => {
    for (const to of ['http://cars.example:8443/', 'http://cars.example:80/', 'http://cars.example/'])
      expect(landing(`to=${encodeURIComponent(to)}`).page, to).to.match(/^https:/);
  });

  it('keeps the fragment behind the click id', () => {
    const { page } = landing('to=%2Fsuv%3Fa%3Db%23colours&utm_source=blog');

    expect(withClickId(page, 'clk_1', 'click_id')).to.equal(
      'https://shop.example/suv?a=b&utm_source=blog&click_id=clk_1#colours',
    );
  });

  it('comes out of any query at all, with notes a database can keep', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (query) => {
        const { page, subs, campaign } = landing(query);
        expect(URL.canParse(page)).to.equal(true);
        for (const text of [...Object.values(subs ?? {}), ...(campaign === undefined ? [] : [campaign])])
          expect(text).to.match(/^[^\u0000-\u001f\u007f\ud800-\udfff]{1,200}$/); // eslint-disable-line no-control-regex -- none may be there
      }),
    );
  });
});

describe('what is kept of an address', () => {
  it('is the network', () => {
    expect(networkOf('203.0.113.77')).to.equal('203.0.113.0/24');
    expect(networkOf('::ffff:203.0.113.77')).to.equal('203.0.113.0/24');
    expect(networkOf('2001:db8:1:2:3:4:5:6')).to.equal('2001:db8:1::/48');
    expect(networkOf('2001:db8::1')).to.equal('2001:db8:0::/48');
    expect(networkOf('::1')).to.equal('0:0:0::/48');
    expect(networkOf(undefined)).to.equal(undefined);
    expect(networkOf('unknown')).to.equal(undefined);
  });

  it('is the same network however the address is written', () => {
    expect(networkOf('2001:0DB8:0001::5')).to.equal('2001:db8:1::/48');
    expect(networkOf('::FFFF:203.0.113.77')).to.equal('203.0.113.0/24');
    expect(networkOf('2001::3:4:5:6:7:8')).to.equal('2001:0:3::/48');
    expect(networkOf('fe80::1%eth0')).to.equal('fe80:0:0::/48');
    expect(networkOf('255.255.255.255')).to.equal('255.255.255.0/24');
  });

  it('is nothing of what is no address, be it a proxy’s own word for one', () => {
    for (const word of [
      '',
      'ana.example',
      '_hidden',
      '.5',
      '1.2',
      '1.2.3.4.5',
      '203.0.113.300',
      'ana:secret',
      ':',
      '::1::2',
    ])
      expect(networkOf(word), word).to.equal(undefined);
  });
});

describe('what is kept of a header', () => {
  it('is a text that a database takes, wherever it is cut', () => {
    const long = `${'a'.repeat(999)}😀`;
    expect(keepable(long)).to.equal('a'.repeat(999));
    expect(keepable('a\0b')).to.equal('ab');
    expect(keepable('Firefox 😀')).to.equal('Firefox 😀');
    expect(keepable(undefined)).to.equal(undefined);
  });
});

describe('consent', () => {
  const header = (gpc: boolean) => ({ header: (name: string) => (gpc && name === 'sec-gpc' ? '1' : undefined) });

  it('is what the page that bears the link says; or what the browser says; or unknown', () => {
    expect(consentOf(header(true), 'granted')).to.equal('granted');
    expect(consentOf(header(true), '1')).to.equal('granted');
    for (const no of ['0', 'denied']) expect(consentOf(header(false), no)).to.equal('denied');
    expect(consentOf(header(true), undefined)).to.equal('denied');
    expect(consentOf(header(false), 'maybe')).to.equal('unknown');
    expect(consentOf(header(false), null)).to.equal('unknown');
  });
});
