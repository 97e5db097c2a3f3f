import { expect } from 'chai';
import { ProductLedger, productNamed } from '../../../support/product-ledger.ts';
import { rejects } from '../../../support/rejects.ts';

const LOAN = { loan: 'l1', currency: 'EUR', principal: '100000', annualPercent: '12', instalments: '3' };

describe('the affiliate product', () => {
  const setUp = async () => {
    const product = new ProductLedger(productNamed('affiliate'), { partner: 'ada', currency: 'EUR', commission: 'c1' });
    const partner = (...places: readonly string[]) =>
      product.balancesOf(...places.map((place) => `affiliate:ada:${place}:EUR`));
    await product.run('affiliate.accrue', { amount: '1005' });
    return { product, partner };
  };

  it('accrues, locks with a reserve, pays and settles', async () => {
    const { product, partner } = await setUp();

    await product.run('affiliate.lock', { amount: '1005' });
    expect(await partner('pending', 'reserve', 'available')).to.deep.equal(['0', '101', '904']);
    await product.run('affiliate.pay', { payout: 'p1' });
    expect(await product.balance('affiliate:clearing:EUR')).to.equal('904');
    await product.run('affiliate.settle', { payout: 'p1', amount: '904' });

    expect(await product.balancesOf('affiliate:clearing:EUR', 'affiliate:bank:EUR')).to.deep.equal(['0', '-904']);
    expect(await product.balance('affiliate:expense:EUR')).to.equal('1005');
  });

  it('claws back from the reserve, from what is payable, and then it is owed; what is owed is netted', async () => {
    const { product, partner } = await setUp();
    await product.run('affiliate.lock', { amount: '1005' });

    await product.run('affiliate.claw_back', { amount: '1100' });
    expect(await partner('reserve', 'available', 'receivable')).to.deep.equal(['0', '0', '95']);
    await product.run('affiliate.accrue', { amount: '200' });
    await product.run('affiliate.lock', { amount: '200', reservePercent: '0' });
    await product.run('affiliate.pay', { payout: 'p1' });

    expect(await partner('available', 'receivable')).to.deep.equal(['0', '0']);
    expect(await product.balance('affiliate:clearing:EUR')).to.equal('105');
  });

  it('locks no more than was accrued, and pays nothing of nothing', async () => {
    const { product } = await setUp();

    expect(await product.run('affiliate.lock', { amount: '1006' })).to.deep.equal(['ledger.overdraft']);
    await rejects(product.run('affiliate.pay', { payout: 'p1' }), 'ledger.template_refused');
  });
});

describe('the wallet product', () => {
  const setUp = async () => {
    const product = new ProductLedger(productNamed('wallet'), {
      ...{ customer: 'ada', merchant: 'bob', order: 'o1', currency: 'EUR' },
    });
    await product.run('wallet.top_up', { amount: '10000', feePercent: '1' });
    return product;
  };

  it('tops up, pays with a fee, refunds and withdraws; the books balance', async () => {
    const product = await setUp();

    await product.run('wallet.pay', { amount: '3333', feePercent: '1.5', feeFixed: '10' });
    await product.run('wallet.refund', { amount: '1000' });
    await product.run('wallet.withdraw', { amount: '2000', fee: '50' });

    expect(
      await product.balancesOf('wallet:ada:EUR', 'wallet:bob:EUR', 'wallet:income:EUR', 'wallet:bank:EUR'),
    ).to.deep.equal(['5517', '2273', '210', '8000']);
  });

  it('pays no more than is in it, and no fee above the payment', async () => {
    const product = await setUp();

    expect(await product.run('wallet.pay', { amount: '9901' })).to.deep.equal(['ledger.overdraft']);
    const refused = await rejects(product.run('wallet.pay', { amount: '5', feeFixed: '6' }), 'ledger.template_refused');
    expect(refused.message).to.equal('the fee of 6 is more than the payment');
  });
});

describe('the instalment loan', () => {
  const setUp = async () => {
    const product = new ProductLedger(productNamed('loan'), LOAN);
    await product.run('loan.pay_out');
    const due = () =>
      product.balancesOf(...['principal', 'principal_due', 'interest_due', 'fees_due'].map((of) => `loan:l1:${of}`));
    return { product, due };
  };

  it('has a schedule of equal principal and falling interest, whose parts sum to the whole', async () => {
    const { product } = await setUp();

    const schedule = await product.rehearse('loan.schedule');

    expect(
      schedule.map(({ effectiveAt, postings }) => [effectiveAt.slice(0, 10), postings[0]?.minor, postings[2]?.minor]),
    ).to.deep.equal([
      ['2026-02-28', '33334', '1000'],
      ['2026-03-31', '33333', '667'],
      ['2026-04-30', '33333', '333'],
    ]);
    expect(await product.balance('loan:l1:principal')).to.equal('100000');
  });

  it('becomes due month by month, and is repaid in the order fees, interest, principal', async () => {
    const { product, due } = await setUp();

    await product.run('loan.instalment', { nth: '1' });
    await product.run('loan.late_fee');
    expect(await due()).to.deep.equal(['66666', '33334', '1000', '687']);
    await product.run('loan.repay', { amount: '1500' });
    expect(await due()).to.deep.equal(['66666', '33334', '187', '0']);
    await product.run('loan.repay', { amount: '33521' });
    await rejects(product.run('loan.repay', { amount: '1' }), 'ledger.template_refused');
    await rejects(product.run('loan.late_fee'), 'ledger.template_refused');
    for (const nth of ['2', '3']) {
      await product.run('loan.instalment', { nth });
      await product.run('loan.repay', { amount: String(33_333 + (nth === '2' ? 667 : 333)) });
    }

    expect(await due()).to.deep.equal(['0', '0', '0', '0']);
    expect(await product.balancesOf('loan:income:interest:EUR', 'loan:income:fees:EUR')).to.deep.equal(['2000', '687']);
    expect(await product.balance('loan:bank:EUR')).to.equal('2687');
    await rejects(product.run('loan.instalment', { nth: '4' }), 'ledger.template_refused');
  });

  it('is paid off early: all that is due, what is left, interest for the days, a fee', async () => {
    const { product, due } = await setUp();
    await product.run('loan.instalment', { nth: '1' });

    await product.run('loan.pay_off', { days: '10', feePercent: '1' });

    expect(await due()).to.deep.equal(['0', '0', '0', '0']);
    expect(await product.balance('loan:bank:EUR')).to.equal('1886');
    expect(await product.balancesOf('loan:income:interest:EUR', 'loan:income:fees:EUR')).to.deep.equal(['1219', '667']);
  });

  it('is paid out once', async () => {
    const { product } = await setUp();

    await rejects(product.run('loan.pay_out'), 'ledger.template_refused');
  });
});

describe('the escrow product', () => {
  const deal = { deal: 'd1', seller: 'bob', buyer: 'ada', currency: 'EUR', dealAmount: '9999' };
  const setUp = async () => {
    const product = new ProductLedger(productNamed('escrow'), deal);
    await product.run('escrow.fund', { amount: '9999' });
    return product;
  };
  const held = (product: ProductLedger) =>
    product.balancesOf('escrow:d1:held', 'escrow:d1:disputed', 'escrow:seller:bob:EUR', 'escrow:buyer:ada:EUR');

  it('releases by milestones, the last of which takes every cent that is left', async () => {
    const product = await setUp();

    for (const milestone of ['design', 'build'])
      await product.run('escrow.release', { milestone, milestonePercent: '33.333' });
    expect(await held(product)).to.deep.equal(['3333', undefined, '6466', undefined]);
    await product.run('escrow.release', { milestone: 'handover', milestonePercent: '0', last: 'yes' });

    expect(await held(product)).to.deep.equal(['0', undefined, '9699', undefined]);
    expect(await product.balance('escrow:income:EUR')).to.equal('300');
    await product.run('escrow.pay_seller', { amount: '9699' });
    expect(await product.balance('escrow:bank:EUR')).to.equal('300');
  });

  it('holds what is contested, divides it, and gives the rest back', async () => {
    const product = await setUp();

    await product.run('escrow.dispute', { amount: '4001' });
    const early = product.run('escrow.release', { milestone: 'all', milestonePercent: '60' });
    await rejects(early, 'ledger.template_refused');
    await product.run('escrow.resolve', { sellerPercent: '50' });
    await product.run('escrow.refund');

    expect(await held(product)).to.deep.equal(['0', '0', '2001', '7998']);
  });
});
