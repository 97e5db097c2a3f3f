import { expect } from 'chai';
import fc from 'fast-check';
import { BlockList, isIP } from 'node:net';
import { type AddressParts, readAddress } from '../../../../src/modules/attribution/domain/traffic/address.ts';
import { AddressRanges, rangeOf } from '../../../../src/modules/attribution/domain/traffic/address-ranges.ts';

const parts: AddressParts = { isIpv6: false, high: 0, low: 0 };

describe('networks', () => {
  for (const [family, address, widest] of [
    ['ipv4', fc.ipV4(), 32],
    ['ipv6', fc.ipV6(), 64],
  ] as const)
    it(`of ${family} hold the addresses that node says they hold`, () => {
      const networks = fc.array(fc.tuple(address, fc.integer({ min: 8, max: widest })), { maxLength: 20 });
      fc.assert(
        fc.property(networks, address, (all, stranger) => {
          const judge = new BlockList();
          for (const [each, width] of all) judge.addSubnet(each, width, family);
          const ranges = new AddressRanges(all.flatMap(([each, width]) => rangeOf(`${each}/${width}`) ?? []));
          for (const each of [stranger, ...all.map(([own]) => own)])
            expect(ranges.includes(each), each).to.equal(judge.check(each, family));
        }),
      );
    });

  it('of IPv6 that are narrower than 64 bits are the ones of 64 bits they lie in', () => {
    const ranges = new AddressRanges([...[rangeOf('2001:db8::5/128') ?? []].flat()]);
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
