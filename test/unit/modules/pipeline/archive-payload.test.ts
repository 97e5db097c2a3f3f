import { expect } from 'chai';
import { archived, forgetting } from '../../../../src/modules/pipeline/domain/archive-payload.ts';
import { archivedType, pathOf } from '../../../../src/modules/pipeline/domain/archive-file.ts';

describe('what is archived of a payload', () => {
  it('is all of it but addresses and IPs, however deep they lie', () => {
    const payload = { ip: '192.0.2.1', data: { address: { city: 'Porto' }, lines: [{ ip: '::1', sku: 'x' }], zip: 1 } };

    expect(archived('shop.sold', payload)).to.equal('{"data":{"lines":[{"sku":"x"}],"zip":1}}');
    expect(archived('shop.sold', { b: 'the "ip": of it', a: null })).to.equal('{"b":"the \\"ip\\": of it","a":null}');
  });

  it('is, of a click, all but what the edge saw of the visitor', () => {
    const seen = { clickId: 'clk_1', network: '203.0.113.0/24', userAgent: 'Firefox', consent: 'unknown' };

    expect(archived('attribution.touch_taken', seen)).to.equal('{"clickId":"clk_1","consent":"unknown"}');
    expect(archived('web.page_viewed', seen)).to.equal(JSON.stringify(seen));
  });

  it('is without the id of a visitor who is forgotten, and the same text otherwise', () => {
    const payload = '{"visitorId":"v1","data":{"visitorId":"v2","note":"v1"}}';

    expect(forgetting(payload, (id) => id === 'v1')).to.equal('{"data":{"visitorId":"v2","note":"v1"}}');
    expect(forgetting(payload, (id) => id === 'v3')).to.equal(payload);
  });
});

describe('where an event is archived', () => {
  it('is by its type; by the registered one, if it was received as such', () => {
    expect(archivedType({ type: 'orders.order_placed', payload: { eventType: 'x' } })).to.equal('orders.order_placed');
    expect(archivedType({ type: 'pipeline.event_received', payload: { eventType: 'robot.sold' } })).to.equal(
      'robot.sold',
    );
    for (const eventType of ['../up', 'a/b', 'A', '', 7, undefined])
      expect(archivedType({ type: 'pipeline.event_received', payload: { eventType } })).to.equal(
        'pipeline.event_received',
      );
  });

  it('is a path that says its type, its hour and its content', () => {
    const key = { source: 'orders', type: 'orders.order_placed', date: '2026-11-21', hour: 7 };
    expect(pathOf(key, 12, 'ab'.repeat(32))).to.equal(
      'type=orders.order_placed/date=2026-11-21/hour=07/orders-00012-abababababababab.parquet',
    );
  });
});
