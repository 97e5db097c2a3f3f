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

  it('read the first 64 bits of an address in two halves, wherever its zeros are left out', () => {
    const halves: readonly (readonly [text: string, high: number, low: number])[] = [
      ['1:2:3:4:5:6:7:8', 0x1_0002, 0x3_0004],
      ['1::4:5:6:7:8', 0x1_0000, 0x4],
      ['::3:4:5:6:7:8', 0, 0x3_0004],
      ['1:2::8', 0x1_0002, 0],
      ['1:2:3:4:5:6:7::', 0x1_0002, 0x3_0004],
      ['1::3:4:5:6:192.0.2.1', 0x1_0000, 0x3_0004],
      ['fe80::1%eth0', 0xfe80_0000, 0],
      ['::', 0, 0],
    ];
    for (const [text, high, low] of halves) {
      expect(readAddress(text, parts), text).to.equal(true);
      expect(parts, text).to.deep.equal({ isIpv6: true, high, low });
    }
  });

  it('take nothing for an address that only looks like one', () => {
    for (const text of [
      '::1::',
      '1:2:3:4:5:6:7:8:9',
      '1:2:3:4:5:6:7',
      '::12345',
      '2001:db8:host::1',
      '1.2.3.4.5',
      '1..2.3',
      '1.2.3.0004',
      '1.2.3./',
      '1.2.3.:',
      `::${'0'.repeat(44)}`,
      `1.2.3.4${' '.repeat(9)}`,
    ])
      expect(readAddress(text, parts), text).to.equal(false);
  });

  it('hold nothing when there are none, and each bound of those there are', () => {
    expect(new AddressRanges([]).includes('1.2.3.4')).to.equal(false);
    const ranges = new AddressRanges(
      ['10.0.0.0/30', '10.0.0.4/31', '10.0.0.0/31', '9.9.9.9'].flatMap((text) => rangeOf(text) ?? []),
    );
    const held = ['9.9.9.8', '9.9.9.9', '9.9.9.10', '9.255.255.255', '10.0.0.0', '10.0.0.3', '10.0.0.5', '10.0.0.6'];
    expect(held.filter((each) => ranges.includes(each))).to.deep.equal(['9.9.9.9', '10.0.0.0', '10.0.0.3', '10.0.0.5']);
    expect(ranges.includes('::a00:0')).to.equal(false);
  });

  it('of one family hold no address of the other, whatever its bits', () => {
    const ranges = new AddressRanges(['::/16', '10.0.0.0/8'].flatMap((text) => rangeOf(text) ?? []));

    const asked = ['192.0.2.1', '10.9.9.9', '::1', '0:1::1', '1::a09:909'];
    expect(asked.filter((each) => ranges.includes(each))).to.deep.equal(['10.9.9.9', '::1', '0:1::1']);
  });

  it('see an IPv4 address in an IPv6 one', () => {
    expect(readAddress('::ffff:192.0.2.1', parts)).to.equal(true);
    expect(parts).to.deep.equal({ isIpv6: false, high: 0, low: 0xc000_0201 });
  });
});
