import { expect } from 'chai';
import { calculate } from '../../../../src/modules/commission/domain/engine/calculate.ts';
import { recalculate } from '../../../../src/modules/commission/domain/engine/recalculate.ts';
import type { Explanation } from '../../../../src/modules/commission/domain/explaining/explanation.ts';
import type { Facts } from '../../../../src/modules/commission/domain/engine/facts.ts';
import { scopesOf } from '../../../../src/modules/commission/domain/periods/scopes.ts';
import type { Condition, Group, Terms } from '../../../../src/modules/commission/domain/terms/terms.ts';
import { instant } from '../../../../src/shared/instant.ts';
import { isText } from '../../../../src/shared/text.ts';
import { aLine, anOrder, aTermsVersion, factsOn, olistTerms } from '../../../support/builders.ts';
import { idOf } from '../../../support/clock.ts';
import { rejects } from '../../../support/rejects.ts';

const group = (when: Condition, rank = 1, more: Partial<Group> = {}): Group => ({
  name: `g${rank}`,
  rank,
  when,
  amount: { percent: '10' },
  ...more,
});
const calculated = (terms: Partial<Terms>, facts: Facts = factsOn()) =>
  calculate(facts, aTermsVersion({ limits: [], ...terms }), new Map());
const totalBy = (when: Condition, facts?: Facts) => calculated({ groups: [group(when)] }, facts).total.minor;
const sku = (equals: string): Condition => ({ fact: 'line.sku', equals });
const category = (equals: string): Condition => ({ fact: 'line.category', equals });
const withMetadata = (metadata: Readonly<Record<string, string | number | boolean>>) => factsOn(anOrder({ metadata }));

describe('a condition', () => {
  it('stops at the first part that decides, and does not miss what comes after it', () => {
    expect(totalBy({ any: [category('bebes'), sku('x')] })).to.equal(1_000n);
    expect(totalBy({ all: [category('other'), sku('x')] })).to.equal(0n);
  });

  it('stops the calculation at a fact that is not there, and says where', async () => {
    const { message, details } = await rejects(
      () => totalBy({ all: [category('bebes'), sku('x')] }),
      'commission.fact_missing',
    );

    expect(message).to.include('"g1"').and.include('line.sku').and.include('line 1 of order A-1');
    expect(details.ids).to.deep.equal({ orderId: idOf('ord', 1) });
  });

  it('does so whatever the operator, but for the one that asks', async () => {
    await rejects(() => totalBy({ fact: 'line.sku', notEquals: 'x' }), 'commission.fact_missing');
    await rejects(() => totalBy({ fact: 'customer.orderNumber', lessThan: 2 }), 'commission.fact_missing');
    await rejects(() => totalBy({ fact: 'order.metadata.x', notIn: ['a'] }), 'commission.fact_missing');
    expect(totalBy({ fact: 'line.sku', exists: false })).to.equal(1_000n);
  });

  it('is said in so many characters and no more, with an ellipsis, whatever it lists', () => {
    const listing = (count: number): Condition => ({ fact: 'line.category', in: Array(count).fill('😀') });
    const whenPassed = (when: Condition) =>
      calculated({ groups: [group(when)] }).explanation.lines[0]?.passedOver[0]?.failedOn ?? '';
    const [short, long] = [whenPassed(listing(3)), whenPassed(listing(1_000))];

    expect(short).to.equal('line.category is one of "😀", "😀", "😀"');
    expect([isText(long, 500, 500), long.endsWith('…')]).to.deep.equal([true, true]);
  });

  it('finds no metadata that nobody gave, whatever it is called', async () => {
    for (const name of ['constructor', '__proto__', 'toString'])
      await rejects(
        () => totalBy({ fact: `order.metadata.${name}`, equals: 'x' }, withMetadata({})),
        'commission.fact_missing',
      );
  });

  it('compares metadata with a number only where it is one', async () => {
    const atLeast: Condition = { fact: 'order.metadata.deposit', atLeast: '0.1' };

    expect(totalBy(atLeast, withMetadata({ deposit: 0.1 }))).to.equal(1_000n);
    expect(totalBy(atLeast, withMetadata({ deposit: '0.09999999999999999999' }))).to.equal(0n);
    await rejects(() => totalBy(atLeast, withMetadata({ deposit: 'much' })), 'commission.fact_unreadable');
    await rejects(() => totalBy(atLeast), 'commission.fact_missing');
  });

  it('is asked once of a line, and once of an order, however many groups ask the same', () => {
    let looks = 0;
    const line = Object.defineProperty(aLine({ sku: 'y' }), 'category', {
      get: () => {
        looks += 1;
        return 'bebes';
      },
    });
    const groups = Array.from({ length: 200 }, (_, index) => group({ all: [category('bebes'), sku('x')] }, index + 1));
    const facts = factsOn(anOrder({ lines: [line] }));

    calculate(facts, aTermsVersion({ groups }), new Map());

    // Once to decide, once to note what was seen.
    expect(looks).to.equal(2);
  });
});

describe('what cannot be calculated', () => {
  const usd = factsOn(anOrder({ currency: 'USD', lines: [aLine({ unitPrice: { minor: '10000', currency: 'USD' } })] }));
  const exchange = { source: 'ecb', at: 'order' as const };
  const rate = { from: 'USD', to: 'BRL', rate: '5', source: 'ecb', at: instant('2018-01-01T00:00:00Z') };

  it('is an order in a currency that the terms neither have nor convert', async () => {
    await rejects(() => calculated({}, usd), 'commission.currency_not_covered');
  });

  it('is an order whose rate is not there; the raw amount is never taken', async () => {
    await rejects(() => calculated({ exchange }, usd), 'commission.rate_missing');
    await rejects(
      () => calculated({ exchange }, { ...usd, exchange: { ...rate, from: 'BRL', to: 'USD' } }),
      'commission.rate_missing',
    );
    expect(calculated({ exchange }, { ...usd, exchange: rate }).total.toString()).to.equal('25.00 BRL');
  });

  it('is an order whose terms go by figures that nobody gave', async () => {
    const limits = [{ per: 'partner' as const, period: 'month' as const, orders: 3 }];

    await rejects(() => calculated({ limits }), 'commission.figures_missing');
  });
});

describe('a limit that other orders have gone beyond', () => {
  it('leaves nothing, not a cent, of an amount or of orders, as the explanation says too', () => {
    const month = { per: 'partner', period: 'month' } as const;
    const spent = { orders: 3, revenueMinor: 90_000n, earnedMinor: 900n };
    const from = instant('2018-01-01T00:00:00Z');
    const figures = new Map([['limit:0', { from, before: spent, others: spent }]]);

    for (const limit of [
      { ...month, amount: { minor: '700', currency: 'BRL' } },
      { ...month, orders: 2 },
    ]) {
      const terms = aTermsVersion({ limits: [limit], groups: [group({ all: [] })] });
      const { total, explanation } = calculate(factsOn(), terms, figures);
      expect([total.minor, recalculate(explanation).minor]).to.deep.equal([0n, 0n]);
    }
  });
});

describe('the figures that terms go by', () => {
  it('have names of their own, also where an override brings its own', () => {
    const money = { minor: '1', currency: 'BRL' };
    const month = { per: 'partner' as const, period: 'month' as const, amount: money };
    const tiers = {
      by: 'count' as const,
      of: 'program' as const,
      per: 'year' as const,
      mode: 'marginal' as const,
      steps: [],
    };
    const tiered = group({ all: [] }, 1, { amount: { tiers }, budget: money });
    const overrides = [{ name: 'gold', partnerGroups: ['gold'], limits: [month], groups: [tiered] }];

    const scopes = scopesOf({ ...olistTerms, limits: [...olistTerms.limits, month], groups: [tiered], overrides });

    expect(scopes.map(({ name, of, period }) => `${name} ${of} ${period}`)).to.deep.equal([
      'tier:g1 program year',
      'budget:g1 program life',
      'limit:1 partner month',
      'gold/tier:g1 program year',
      'gold/budget:g1 program life',
      'gold/limit:0 partner month',
    ]);
  });
});

describe('an explanation', () => {
  it('notes the facts that some condition looked at, and no others', () => {
    const any: Condition = { any: [category('bebes'), sku('x')] };
    const when: Condition = { all: [{ fact: 'order.currency', equals: 'BRL' }, any] };
    const { explanation } = calculated({ groups: [group(when)] }, factsOn(anOrder({ lines: [aLine({ sku: 'y' })] })));

    expect(explanation.facts).to.deep.equal([{ fact: 'order.currency', value: 'BRL' }]);
    expect(explanation.lines[0]?.facts).to.deep.equal([{ fact: 'line.category', value: 'bebes' }]);
  });

  it('says how an order was divided, and which override counted', () => {
    const overrides = [{ name: 'gold', partnerGroups: ['gold'], returnWindowDays: 7 }];
    const facts = factsOn(anOrder(), { credit: { groups: ['gold'], shares: ['1/4', '3/4'], own: 1 } });
    const { explanation } = calculated({ overrides }, facts);

    expect(explanation).to.deep.include({ override: 'gold', returnWindowDays: 7 });
    expect(explanation.split).to.deep.equal({
      shares: ['1/4', '3/4'],
      own: 1,
      before: { minor: '500', currency: 'BRL' },
      after: { minor: '375', currency: 'BRL' },
    });
  });

  it('of the first form comes to the cents it came to then', () => {
    const brl = (minor: string) => ({ minor, currency: 'BRL' });
    const line = (minor: string, percent: string, exact: string, rounded: string, amount: string) => ({
      lineRef: minor,
      base: brl(minor),
      quantityKept: 1,
      unitPrice: brl(minor),
      group: { name: 'all', rank: 1, amount: { percent } },
      clauses: [{ says: 'line.category equals "x"', met: 'x', holds: true }],
      passedOver: [],
      exact,
      rounded: brl(rounded),
      amount: brl(amount),
    });
    const first: Explanation = {
      terms: { termsId: idOf('trm', 1), version: 1, hash: 'h' },
      orderId: idOf('ord', 1),
      orderRef: 'A-1',
      rounding: 'half_up',
      lines: [
        line('300000', '5', '1500000/100', '15000', '8333'),
        line('300001', '5', '1500005/100', '15000', '8333'),
        { ...line('300002', '5', '1500010/100', '15000', '8334'), lineRef: '2' },
        { ...line('777', '5', '0/1', '0', '0'), quantityKept: 0, group: null },
      ],
      limits: [{ per: 'order', limit: brl('25000'), before: brl('45000'), after: brl('25000') }],
      total: brl('25000'),
      vesting: [{ milestone: 'delivered', percent: '100' }],
      returnWindowDays: 30,
    };

    expect(recalculate(first).toString()).to.equal('250.00 BRL');
  });
});
