import { expect } from 'chai';
import fc from 'fast-check';
import type { Announced } from '../../../../src/modules/webhooks/domain/fan-out.ts';
import {
  DEFAULT_POSTBACK_TYPES,
  filled,
  MACROS,
  templateFaults,
  valuesOf,
} from '../../../../src/modules/webhooks/domain/postback.ts';
import { instant } from '../../../../src/shared/instant.ts';
import { idOf } from '../../../support/clock.ts';

const codes = (template: string) => templateFaults(template).map(({ code }) => code);
const announced = (type: Announced['type'], data: object): Announced => ({
  eventId: idOf('evt', 1),
  type,
  occurredAt: instant('2018-03-01T12:00:00Z'),
  partnerId: idOf('par', 1),
  data,
});

describe('the address of a postback', () => {
  it('may hold every macro in its path and query', () => {
    expect(codes(`https://t.example/{event}/x?${MACROS.map((name) => `${name}={${name}}`).join('&')}#{sub1}`)).to.be
      .empty;
  });

  it('is refused with words that are no macros, lonely braces, and macros where they would lead elsewhere', () => {
    for (const [template, code] of [
      ['https://t.example/?a={clickid}', 'webhooks.unknown_macro'],
      ['https://t.example/?a={}', 'webhooks.unknown_macro'],
      ['https://t.example/?a={constructor}', 'webhooks.unknown_macro'],
      ['https://t.example/?a={{sub1}}', 'webhooks.unknown_macro'],
      ['https://t.example/?a=}', 'webhooks.unknown_macro'],
      ['https://{sub1}/', 'webhooks.template_malformed'],
      ['https://t.example:{sub1}/', 'webhooks.template_malformed'],
      ['https://{sub1}@t.example/', 'webhooks.template_malformed'],
      ['https://t.example{sub1}/', 'webhooks.template_malformed'],
    ] as const)
      expect(codes(template), template).to.deep.equal([code]);
  });

  it('is filled so that nothing breaks out of its place', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (sub1, reason) => {
        const url = new URL(filled('https://t.example/p/{sub1}?a={sub1}&b={reason}&c={sub2}', { sub1, reason }));

        expect(url.host).to.equal('t.example');
        expect([...url.searchParams]).to.deep.equal([
          ['a', sub1],
          ['b', reason],
          ['c', ''],
        ]);
      }),
    );
  });
});

describe('what a postback says', () => {
  it('is in major units, in the words of trackers, with the notes of the click', () => {
    const amount = { minor: '-1205', currency: 'EUR' };
    const data = { orderRef: 'A-1', amount, reason: 'order_cancelled' };
    const credit = { conversionId: idOf('cnv', 1), clickId: idOf('clk', 1), subs: { sub3: 'x' } };

    expect(valuesOf(announced('commission.reversed', data), credit)).to.deep.equal({
      click_id: idOf('clk', 1),
      conversion_id: idOf('cnv', 1),
      sub3: 'x',
      status: 'rejected',
      reason: 'order_cancelled',
      amount: '-12.05',
      currency: 'EUR',
      order_ref: 'A-1',
      event: 'commission.reversed',
      event_id: idOf('evt', 1),
    });
  });

  it('is unless told otherwise one word of each kind, none of which comes twice for a commission', () => {
    const words = DEFAULT_POSTBACK_TYPES.map((type) => [type, valuesOf(announced(type, {}), undefined).status]);

    expect(words).to.deep.equal([
      ['conversion.attributed', 'pending'],
      ['commission.locked', 'approved'],
      ['commission.reversed', 'rejected'],
    ]);
  });

  it('bears no click id where a coupon won', () => {
    const values = valuesOf(announced('commission.locked', {}), { conversionId: idOf('cnv', 1) });

    expect(values).to.include({ click_id: '', conversion_id: idOf('cnv', 1) });
  });

  it('is nothing where nobody knows it', () => {
    expect(valuesOf(announced('commission.held', { reasons: ['a', 'b'] }), undefined)).to.deep.include({
      status: 'pending',
      reason: 'a,b',
      order_ref: '',
    });
  });
});
