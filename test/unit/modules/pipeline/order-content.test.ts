import { expect } from 'chai';
import { AnnounceEvents } from '../../../../src/modules/pipeline/application/announce-events.ts';
import type { OrderEventReceivedV1 } from '../../../../src/modules/pipeline/events.ts';
import { instant } from '../../../../src/shared/instant.ts';
import { idOf } from '../../../support/clock.ts';
import { readEvent } from '../../../support/intake.ts';
import { GlassVault } from '../../../support/settlement-story.ts';

const line = { lineRef: '1', quantity: 1, unitPrice: { minor: '1000', currency: 'EUR' } };
const order = (data: object) => ({
  id: '1',
  type: 'order.placed',
  programId: idOf('prg', 1),
  subject: 'A-1',
  time: '2026-01-01T12:00:00Z',
  data: { currency: 'EUR', lines: [line], ...data },
});
const pointersOf = (data: object): readonly string[] => {
  const reading = readEvent(order(data));
  return 'faults' in reading ? reading.faults.map(({ pointer }) => pointer) : [];
};
const names = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, nth) => [`n${nth}`, nth]));

describe('an order with more than its prices', () => {
  it('is taken with metadata of its own, of its lines and of its customer', () => {
    const metadata = { colour: 'red', 'battery.kWh': 82.5, leased: false };
    const customer = { status: 'new', country: 'DE', firstOrderAt: '2025-01-01T00:00:00Z', orderNumber: 1, metadata };

    expect(pointersOf({ metadata, customer, lines: [{ ...line, metadata }] })).to.deep.equal([]);
    expect(pointersOf({ metadata: names(50), customer: {} })).to.deep.equal([]);
  });

  for (const [what, data, pointer] of [
    ['metadata of more than 50 names', { metadata: names(51) }, '/data/metadata'],
    ['a value that is a list', { metadata: { a: [] } }, '/data/metadata/a'],
    ['a value that is nothing', { customer: { metadata: { a: null } } }, '/data/customer/metadata/a'],
    ['a number beyond all numbers', { metadata: { a: Infinity } }, '/data/metadata/a'],
    ['a long value', { lines: [{ ...line, metadata: { a: 'a'.repeat(501) } }] }, '/data/lines/0/metadata/a'],
    ['a name that is none', { metadata: { 'a b': 1 } }, '/data/metadata/a b'],
    ['a name with a stroke', { lines: [{ ...line, metadata: { 'a/b': 1 } }] }, '/data/lines/0/metadata/a~1b'],
    ['a name of the language', { metadata: JSON.parse('{"__proto__": 1}') as object }, '/data/metadata/__proto__'],
    ['another status', { customer: { status: 'loyal' } }, '/data/customer/status'],
    ['a country that is none', { customer: { country: 'XX' } }, '/data/customer/country'],
    ['an order before the first', { customer: { orderNumber: 0 } }, '/data/customer/orderNumber'],
    ['a day instead of a moment', { customer: { firstOrderAt: '2025-01-01' } }, '/data/customer/firstOrderAt'],
    ['a misspelt fact', { customer: { contry: 'DE' } }, '/data/customer/contry'],
    ['a telephone number of no country', { customerPhone: '0151 23456789' }, '/data/customerPhone'],
  ] as const)
    it(`is refused with ${what}, and told where`, () => {
      expect(pointersOf(data)).to.deep.equal([pointer]);
    });

  it('is told on with a keyed hash in the place of the telephone number, the same for every spelling', () => {
    const fingerprints = ['+49 (0)151 23456789', '+4915123456789'].map((customerPhone) => {
      const reading = readEvent(order({ customerPhone }));
      if ('faults' in reading) throw new Error('refused');
      const told = new AnnounceEvents(new GlassVault()).run(reading, instant('2026-01-01T12:00:01Z'));
      const { data } = told.payload as OrderEventReceivedV1;
      expect(data).not.to.have.property('customerPhone');
      return data['customerPhoneFingerprint'];
    });

    expect(fingerprints).to.deep.equal(Array(2).fill(new GlassVault().fingerprint('phone', '+4915123456789')));
  });
});
