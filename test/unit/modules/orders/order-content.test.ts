import { expect } from 'chai';
import { factsOf } from '../../../../src/modules/orders/domain/facts.ts';
import { updated } from '../../../../src/modules/orders/application/receive-order-events.ts';
import { fold } from '../../../../src/modules/orders/domain/fold.ts';
import type { OrderEvent } from '../../../../src/modules/orders/domain/order-event.ts';
import { instant } from '../../../../src/shared/instant.ts';
import { idOf } from '../../../support/clock.ts';

const name = { orderId: idOf('ord', 1), programId: idOf('prg', 1), orderRef: 'A-1' } as const;
const unitPrice = { minor: '1000', currency: 'EUR' };
const told = (kind: 'reserved' | 'placed', day: number, more: object): OrderEvent => ({
  eventId: `otd/${kind}`,
  kind,
  occurredAt: instant(`2018-01-0${day}T00:00:00Z`),
  data: { currency: 'EUR', lines: [{ lineRef: '1', quantity: 1, unitPrice }], ...more },
});
const known = (...events: readonly OrderEvent[]) => factsOf(name, fold(events));

const rich = {
  metadata: { colour: 'red', deposit: 500, leased: false },
  customer: {
    status: 'returning',
    country: 'DE',
    firstOrderAt: instant('2016-05-01T00:00:00Z'),
    orderNumber: 3,
    metadata: { tier: 'gold' },
  },
  customerPhoneFingerprint: 'p',
  lines: [{ lineRef: '1', quantity: 1, unitPrice, metadata: { battery: 'long' } }],
};

describe('what an order says of itself and of its customer', () => {
  it('is known as it was told', () => {
    const { metadata, customer, customerPhoneFingerprint, lines } = rich;

    expect(known(told('placed', 2, rich))).to.deep.include({ metadata, customer, customerPhoneFingerprint });
    expect(known(told('placed', 2, rich))?.lines[0]?.metadata).to.deep.equal(lines[0]?.metadata);
  });

  it('stays unknown when nobody told it', () => {
    const facts = JSON.stringify(known(told('placed', 2, {})));

    for (const field of ['metadata', 'customer', 'Fingerprint']) expect(facts).not.to.include(field);
  });

  it('is replaced as a whole by what the placed order says', () => {
    const facts = known(told('reserved', 1, rich), told('placed', 2, { customer: { country: 'FR' } }));

    expect(facts?.customer).to.deep.equal({ country: 'FR' });
    expect(facts?.metadata).to.equal(undefined);
  });

  it('does not look different when it is folded again', () => {
    const journal = { ...name, events: [told('placed', 2, rich)], facts: undefined };

    expect(JSON.parse(JSON.stringify(updated(journal, []).facts))).to.deep.include({ customer: rich.customer });
  });
});
