import { expect } from 'chai';
import fc from 'fast-check';
import { BlockList, isIP } from 'node:net';
import { type AddressParts, readAddress } from '../../../../src/modules/attribution/domain/address.ts';
import { AddressRanges, rangeOf } from '../../../../src/modules/attribution/domain/address-ranges.ts';

const parts: AddressParts = { isIpv6: false, high: 0, low: 0 };

describe('networks', () => {
  it('hold the addresses that node says they hold', () => {
    const network = fc.oneof(
      fc.tuple(fc.ipV4(), fc.integer({ min: 8, max: 32 })),
      fc.tuple(fc.ipV6(), fc.integer({ min: 16, max: 64 })),
    );
    fc.assert(
      fc.property(fc.array(network, { maxLength: 20 }), fc.oneof(fc.ipV4(), fc.ipV6()), (networks, stranger) => {
        const judge = new BlockList();
        for (const [address, width] of networks) judge.addSubnet(address, width, familyOf(address));
        const ranges = new AddressRanges(networks.map(([address, width]) => rangeOf(`${address}/${width}`)!));
        for (const address of [stranger, ...networks.map(([each]) => each)])
          expect(ranges.includes(address), address).to.equal(judge.check(address, familyOf(address)));
      }),
    );
  });

  it('of IPv6 that are narrower than 64 bits are the ones of 64 bits they lie in', () => {
    const ranges = new AddressRanges([rangeOf('2001:db8::5/128')!]);
    expect(ranges.includes('2001:db8::9')).to.equal(true);
    expect(ranges.includes('2001:db8:0:1::5')).to.equal(false);
  });

  it('are told from what is none', () => {
    for (const text of [
      '',
      '1.2.3',
      '1.2.3.4/33',
      '1.2.3.4/',
      '1.2.3.4/8/8',
      'host',
      '::/129',
      '1.2.3.256',
      ':::',
      '1:2',
    ])
      expect(rangeOf(text), text).to.equal(undefined);
  });

  it('read every address that node takes for one, and no other', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6(), fc.string({ maxLength: 50 })), (text) => {
        expect(readAddress(text, parts), text).to.equal(isIP(text) !== 0);
      }),
      { numRuns: 1_000 },
    );
  });

  it('see an IPv4 address in an IPv6 one', () => {
    expect(readAddress('::ffff:192.0.2.1', parts)).to.equal(true);
    expect(parts).to.deep.equal({ isIpv6: false, high: 0, low: 0xc000_0201 });
  });
});

const familyOf = (address: string): 'ipv4' | 'ipv6' => (address.includes(':') ? 'ipv6' : 'ipv4');
