import { expect } from 'chai';
import { createHmac } from 'node:crypto';
import { HmacPostbackSignatures } from '../../../../src/modules/pipeline/adapters/hmac-postback-signatures.ts';
import {
  eventOf,
  nameOfPostback,
  type Postback,
  signedText,
} from '../../../../src/modules/pipeline/domain/postback.ts';
import { instant } from '../../../../src/shared/instant.ts';
import { idOf } from '../../../support/clock.ts';

const noon = instant('2018-01-10T12:00:00Z');
const postback: Postback = {
  programId: idOf('prg', 1),
  orderRef: 'A-1',
  status: 'placed',
  amount: '1.5',
  currency: 'BHD',
};

describe('a postback', () => {
  it('is an order event with its money in minor units', () => {
    expect(eventOf({ ...postback, coupon: 'LENA', clickId: 'clk' }, noon)).to.deep.equal({
      id: 'A-1:placed',
      source: `postback/${idOf('prg', 1)}`,
      type: 'order.placed',
      programId: idOf('prg', 1),
      subject: 'A-1',
      time: noon,
      data: {
        currency: 'BHD',
        lines: [{ lineRef: '1', quantity: 1, unitPrice: { minor: '1500', currency: 'BHD' } }],
        clickId: 'clk',
        couponCodes: ['LENA'],
      },
    });
  });

  it('says what was ordered in the words that terms look at, where it tells of it', () => {
    const { data } = eventOf({ ...postback, category: 'car', sku: 'AUR-ONE' }, noon);
    const unitPrice = { minor: '1500', currency: 'BHD' };

    expect(data).to.deep.include({
      lines: [{ lineRef: '1', quantity: 1, unitPrice, category: 'car', sku: 'AUR-ONE' }],
    });
  });

  it('is named by the transaction, if it has one, and by what happened, in whosever words', () => {
    const names = (['pending', 'approved', 'rejected', 'delivered'] as const).map(
      (status) => nameOfPostback({ ...postback, transactionId: 'T-9', status }).eventId,
    );

    expect(names).to.deep.equal(['T-9:placed', 'T-9:confirmed', 'T-9:cancelled', 'T-9:delivered']);
    expect(eventOf({ ...postback, status: 'rejected' }, noon)).to.deep.include({ type: 'order.cancelled', data: {} });
  });
});

describe('the signature of a postback', () => {
  const parameters = new Map(Object.entries({ ts: '1', b: 'x y', a: '', sig: 'not signed' }));

  it('is of every parameter but itself, sorted, a line each', () => {
    expect(signedText(parameters)).to.equal('a=\nb=x y\nts=1');
  });

  it('fits one secret and one text', () => {
    const signatures = new HmacPostbackSignatures();
    const good = createHmac('sha256', 'pbs_1').update('text').digest('hex');

    expect(signatures.isValid('pbs_1', 'text', good)).to.equal(true);
    expect(signatures.isValid('pbs_2', 'text', good)).to.equal(false);
    expect(signatures.isValid('pbs_1', 'texts', good)).to.equal(false);
    for (const bad of ['', 'zz', good.slice(2), `${good}00`])
      expect(signatures.isValid('pbs_1', 'text', bad)).to.equal(false);
  });
});
