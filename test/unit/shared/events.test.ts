import { expect } from 'chai';
import { type Envelope, is, nameOf, read } from '../../../src/shared/events.ts';
import { IsIdOf, IsListOf, IsMoney, IsText } from '../../../src/shared/fields.ts';
import type { Id } from '../../../src/shared/ids.ts';
import { instant } from '../../../src/shared/instant.ts';
import type { MoneyJson } from '../../../src/shared/money.ts';
import { published } from '../../../src/shared/outbox.ts';
import { idOf } from '../../support/clock.ts';
import { rejects } from '../../support/rejects.ts';

class Line {
  @IsText({ max: 20 }) readonly sku!: string;
}

class OrderPaidV2 {
  static readonly type = 'shop.order_paid';
  static readonly version = 2;

  @IsIdOf('ord') readonly orderId!: Id<'ord'>;
  @IsMoney() readonly amount!: MoneyJson;
  @IsListOf(() => Line, { max: 5 }) readonly lines!: readonly Line[];
  @IsText({ max: 20, optional: true }) readonly note?: string | undefined;
}

const payload = { orderId: idOf('ord', 1), amount: { minor: '100', currency: 'BRL' }, lines: [{ sku: 'a' }] };
const occurredAt = instant('2026-01-01T00:00:00Z');
const event = (changes: Partial<Envelope> = {}): Envelope => ({
  id: idOf('evt', 1),
  type: 'shop.order_paid',
  version: 2,
  source: 'shop',
  aggregate: payload.orderId,
  aggregateVersion: 1,
  partitionKey: payload.orderId,
  occurredAt,
  payload,
  ...changes,
});

describe('an integration event', () => {
  it('is known by its type and version', () => {
    expect(nameOf(OrderPaidV2)).to.equal('shop.order_paid.v2');
    expect(is(OrderPaidV2, event())).to.equal(true);
    expect(is(OrderPaidV2, event({ version: 1 }))).to.equal(false);
    expect(is(OrderPaidV2, event({ type: 'shop.order_lost' }))).to.equal(false);
  });

  it('is read field by field; what a later publisher added is dropped, at every depth', () => {
    const later = {
      ...payload,
      added: 1,
      lines: [{ sku: 'a', added: { deep: true } }],
      __proto__x: 1,
      constructor: 'x',
    };
    const told = read(OrderPaidV2, event({ payload: JSON.parse(JSON.stringify(later)) }));
    expect(told).to.be.instanceOf(OrderPaidV2);
    expect(JSON.parse(JSON.stringify(told))).to.deep.equal(payload);
  });

  for (const [what, broken] of [
    ['a field that is missing', { ...payload, orderId: undefined }],
    ['a field that is wrong', { ...payload, amount: { minor: '1.5', currency: 'BRL' } }],
    ['a nested field that is wrong', { ...payload, lines: [{ sku: 7 }] }],
    ['nothing', null],
    ['a list', [payload]],
    ['a text', 'paid'],
  ] as const) {
    it(`is never guessed at: with ${what} it is unreadable`, async () => {
      const refusal = await rejects(() => read(OrderPaidV2, event({ payload: broken })), 'event.unreadable');
      expect(refusal.kind).to.equal('invalid');
      expect(refusal.message).to.contain('shop.order_paid.v2');
    });
  }

  it('is handled in the order of its aggregate unless it names another key', () => {
    expect(published(OrderPaidV2, { aggregate: 'a', occurredAt }, payload).partitionKey).to.equal('a');
    expect(published(OrderPaidV2, { aggregate: 'a', occurredAt, partitionKey: 'b' }, payload).partitionKey).to.equal(
      'b',
    );
  });
});
