import { expect } from 'chai';
import { isPublicAddress } from '../../../../src/modules/webhooks/adapters/outbound/special-addresses.ts';
import { UndiciAddressGuard } from '../../../../src/modules/webhooks/adapters/outbound/undici-guard.ts';
import { rejects } from '../../../support/rejects.ts';

/** Source: the IANA special-purpose address registries for IPv4 and IPv6, and what clouds use. A first and a last of each. */
const SPECIAL: Readonly<Record<string, readonly string[]>> = {
  'this network': ['0.0.0.0', '0.255.255.255'],
  'private (RFC 1918)': [
    '10.0.0.0',
    '10.255.255.255',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.0.1',
    '192.168.255.255',
  ],
  'carrier-grade NAT': ['100.64.0.0', '100.127.255.255'],
  'a cloud’s metadata in it': ['100.100.100.200'],
  loopback: ['127.0.0.1', '127.255.255.255', '::1'],
  'link-local': ['169.254.0.1', '169.254.255.255', 'fe80::1', 'febf::1', 'fe80::1%eth0'],
  'a cloud’s metadata': ['169.254.169.254', '169.254.170.2', 'fd00:ec2::254', '168.63.129.16'],
  'IETF protocol assignments': ['192.0.0.1', '192.0.0.170', '2001::1', '2001:1ff::1'],
  documentation: ['192.0.2.1', '198.51.100.1', '203.0.113.1', '2001:db8::1', '3fff::1'],
  '6to4 relay anycast': ['192.88.99.1'],
  'AS112 and AMT': ['192.31.196.1', '192.175.48.1', '192.52.193.1', '2001:4:112::1', '2620:4f:8000::1', '2001:3::1'],
  benchmarking: ['198.18.0.1', '198.19.255.255', '2001:2::1'],
  multicast: ['224.0.0.1', '239.255.255.255', 'ff02::1'],
  reserved: ['240.0.0.1', '255.255.255.254'],
  broadcast: ['255.255.255.255'],
  unspecified: ['::'],
  'IPv4-mapped': ['::ffff:127.0.0.1', '::ffff:7f00:1', '::ffff:10.0.0.1', '::ffff:a9fe:a9fe'],
  'IPv4-compatible': ['::127.0.0.1', '::7f00:1', '::808:808'],
  'IPv4-translated': ['::ffff:0:127.0.0.1'],
  'NAT64, well-known and local': ['64:ff9b::7f00:1', '64:ff9b::8.8.8.8', '64:ff9b:1::1'],
  '6to4': ['2002:7f00:1::1', '2002:a00:1::1'],
  Teredo: ['2001:0:4136:e378:8000:63bf:3fff:fdd2'],
  'discard-only': ['100::1'],
  'unique local': ['fc00::1', 'fdff::1'],
  'site-local, deprecated': ['fec0::1'],
  'ORCHID, both': ['2001:10::1', '2001:20::1'],
  'segment routing': ['5f00::1'],
  'not given out to anybody': ['4000::1', '8000::1', 'e000::1'],
  'other spellings of loopback': ['2130706433', '0x7f.1', '0x7f000001', '0177.0.0.1', '127.1', '017700000001'],
  'no address': ['', 'localhost', '999.1.1.1', '1.2.3.4.5', ':::', 'not an address'],
};

const PUBLIC = ['1.1.1.1', '8.8.8.8', '93.184.215.14', '::ffff:8.8.8.8', '2606:4700:4700::1111', '2a00:1450:4001::1'];

describe('addresses that are not everybody’s', () => {
  for (const [range, addresses] of Object.entries(SPECIAL)) {
    it(`are told by their range: ${range}`, () => {
      expect(addresses.filter(isPublicAddress)).to.be.empty;
    });
  }

  it('are not those of the internet', () => {
    expect(PUBLIC.filter((address) => !isPublicAddress(address))).to.be.empty;
  });
});

describe('the guard at registration', () => {
  const guard = new UndiciAddressGuard({
    exempt: ['127.0.0.1:9000'],
    lookup: ((host: string, _: unknown, done: (error: Error | null, addresses: object[]) => void) => {
      const known: Readonly<Record<string, readonly string[]>> = {
        'public.example': ['93.184.215.14'],
        'private.example': ['10.0.0.1'],
        'both.example': ['93.184.215.14', '127.0.0.1'],
        localhost: ['127.0.0.1'],
      };
      const found = known[host];
      if (found === undefined) done(new Error('ENOTFOUND'), []);
      else
        done(
          null,
          found.map((address) => ({ address, family: 4 })),
        );
    }) as never,
  });

  const literals = Object.values(SPECIAL)
    .flat()
    .map((address) => (address.includes(':') ? `https://[${address}]/` : `https://${address}/`))
    .filter((url) => URL.canParse(url));

  it('refuses every special address in every spelling a URL can have', async () => {
    for (const url of [...literals, 'https://①②⑦.0.0.1/', 'https://127.0.0.1\\@public.example/'])
      await rejects(guard.admitted(url), 'webhooks.address_refused');
  });

  it('refuses names that lead there, in part or in whole, and names that lead nowhere, with one answer for all', async () => {
    const refusals = [];
    for (const host of ['private.example', 'both.example', 'localhost', 'nowhere.example'])
      refusals.push((await rejects(guard.admitted(`https://${host}/`), 'webhooks.address_refused')).message);

    expect(new Set(refusals).size).to.equal(1);
  });

  it('lets public names in, and takes the fragment off', async () => {
    expect(await guard.admitted('https://public.example/hooks?key=1#top')).to.equal(
      'https://public.example/hooks?key=1',
    );
  });

  it('refuses ports where something else than HTTP is spoken, and takes any other', async () => {
    for (const port of [0, 22, 25, 53, 110, 143, 465, 587, 2049, 6000, 6667, 10_080])
      await rejects(guard.admitted(`https://public.example:${port}/`), 'webhooks.port_refused');
    for (const port of [80, 444, 3_000, 8_080, 8_443, 65_535])
      expect(await guard.admitted(`https://1.1.1.1:${port}/`)).to.equal(`https://1.1.1.1:${port}/`);
  });

  it('wants https, except where the operator says otherwise', async () => {
    await rejects(guard.admitted('http://public.example/'), 'webhooks.https_required');
    await rejects(guard.admitted('http://127.0.0.1:9001/'), 'webhooks.https_required');
    expect(await guard.admitted('http://127.0.0.1:9000/hook')).to.equal('http://127.0.0.1:9000/hook');
  });
});
