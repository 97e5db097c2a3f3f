import { expect } from 'chai';
import { idOf } from '../../../support/clock.ts';
import { readEvent } from '../../../support/intake.ts';

const placed = {
  id: '1',
  source: 'otd',
  type: 'order.placed',
  programId: idOf('prg', 1),
  subject: 'A-1',
  time: '2026-01-01T12:00:00Z',
};
const line = { lineRef: '1', quantity: 1, unitPrice: { minor: '100', currency: 'BRL' } };
const content = { currency: 'BRL', lines: [line] };
const order = { ...placed, data: content };
const ofLine = (more: object) => ({
  ...placed,
  data: { ...content, lines: [line, { ...line, lineRef: '2', ...more }] },
});
const cancelled = (reason: string) => ({ ...placed, type: 'order.cancelled', data: { reason } });
const click = (more: object) => ({
  ...placed,
  type: 'click.recorded',
  data: { clickId: idOf('clk', 1), linkCode: 'lena', ...more },
});

describe('an event with a text that no database stores', () => {
  for (const [what, bad] of [
    ['NUL', 'a\u0000b'],
    ['the first half of a character', 'a\ud83d'],
    ['the second half of a character', '\ude97b'],
  ] as const) {
    const events: readonly (readonly [string, object])[] = [
      ['/id', { ...order, id: bad }],
      ['/source', { ...order, source: bad }],
      ['/subject', { ...order, subject: bad }],
      ['/data/customerRef', { ...placed, data: { ...content, customerRef: bad } }],
      ['/data/visitorId', { ...placed, data: { ...content, visitorId: bad } }],
      ['/data/couponCodes/1', { ...placed, data: { ...content, couponCodes: ['SPRING', bad] } }],
      ['/data/lines/1/lineRef', ofLine({ lineRef: bad })],
      ['/data/lines/1/sku', ofLine({ sku: bad })],
      ['/data/lines/1/name', ofLine({ name: bad })],
      ['/data/lines/1/category', ofLine({ category: bad })],
      ['/data/reason', cancelled(bad)],
      ['/data/linkCode', click({ linkCode: bad })],
      ['/data/userAgent', click({ userAgent: bad })],
      ['/data/referrer', click({ referrer: bad })],
    ];
    for (const [pointer, event] of events) {
      it(`is refused for ${what} in ${pointer}, and pointed at`, () => {
        expect(readEvent(event)).to.deep.equal({
          faults: [{ pointer, code: 'input.invalid', detail: 'must not hold NUL or half a character' }],
        });
      });
    }
  }

  it('is told of each such text', () => {
    const reading = readEvent({ ...ofLine({ sku: '\u0000' }), subject: '\ud800' });

    expect('faults' in reading && reading.faults.map(({ pointer }) => pointer)).to.deep.equal([
      '/subject',
      '/data/lines/1/sku',
    ]);
  });

  it('is not an event with whole characters beyond the first plane', () => {
    expect(readEvent(ofLine({ name: '🚗' }))).to.have.property('event');
  });
});
