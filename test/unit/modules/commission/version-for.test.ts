import { expect } from 'chai';
import { rateFor, versionFor } from '../../../../src/modules/commission/domain/terms/version-for.ts';
import type { Terms } from '../../../../src/modules/commission/domain/terms/terms.ts';
import type { OrderFacts } from '../../../../src/modules/orders/index.ts';
import { instant, type Instant } from '../../../../src/shared/instant.ts';
import { anOrder, aTermsVersion } from '../../../support/builders.ts';
import { idOf } from '../../../support/clock.ts';
import { rejects } from '../../../support/rejects.ts';

const [january, february, march] = ['2018-01-01', '2018-02-01', '2018-03-01'].map((day) => instant(`${day}T00:00:00Z`));

const versions = (versionAt: Terms['versionAt']) =>
  [january!, february!, march!].map((effectiveFrom, index) =>
    aTermsVersion({ versionAt }, { termsId: idOf('trm', index + 1), version: index + 1, effectiveFrom }),
  );

const placedAt = instant('2018-02-15T00:00:00Z');
const touchedAt = instant('2018-01-31T23:59:59Z');
const order = anOrder({ placedAt, milestones: { placed: placedAt } });
const delivered = { ...order, milestones: { placed: placedAt, delivered: march! } };

describe('the terms that judge an order', () => {
  it('are those of its placing, of the touch, or of its delivery, as the terms of its placing say', () => {
    const judging = (versionAt: Terms['versionAt'], facts = order) =>
      versionFor(versions(versionAt), facts, touchedAt).version;

    expect(judging(undefined)).to.equal(2);
    expect(judging('order', delivered)).to.equal(2);
    expect(judging('touch')).to.equal(1);
    expect(judging('delivery')).to.equal(2);
    expect(judging('delivery', delivered)).to.equal(3);
  });

  it('are none where none were in force at that moment', async () => {
    const early = instant('2017-12-31T23:59:59Z');

    const judging = (versionAt: Terms['versionAt'], facts: OrderFacts, touch: Instant) =>
      Promise.resolve(facts).then((known) => versionFor(versions(versionAt), known, touch));

    await rejects(judging('touch', order, early), 'commission.no_terms');
    await rejects(judging('order', { ...order, placedAt: early }, touchedAt), 'commission.no_terms');
  });

  it('need a rate of the moment they name, where the order is in another currency', () => {
    const inEuro = (at: 'order' | 'delivery') => aTermsVersion({ currency: 'EUR', exchange: { source: 'ecb', at } });

    expect(rateFor(delivered, inEuro('order'))).to.deep.equal({
      ...{ orderId: delivered.orderId, source: 'ecb', from: 'BRL', to: 'EUR', at: placedAt },
    });
    expect(rateFor(delivered, inEuro('delivery'))?.at).to.equal(march);
    expect(rateFor(order, inEuro('delivery'))?.at).to.equal(placedAt);
    expect(rateFor(order, aTermsVersion())).to.equal(undefined);
    expect(rateFor(order, aTermsVersion({ currency: 'EUR' }))).to.equal(undefined);
  });
});
