import { expect } from 'chai';
import { budgetsOf } from '../../../../src/modules/commission/domain/periods/budgets.ts';
import type { Figures } from '../../../../src/modules/commission/domain/periods/figures.ts';
import { NO_FIGURES } from '../../../../src/modules/commission/domain/periods/period-book.ts';
import {
  concernedBy,
  NO_THRESHOLDS,
  periodName,
  scopesOfProgram,
  type Thresholds,
  thresholdsOf,
} from '../../../../src/modules/commission/domain/periods/thresholds.ts';
import type { Group, Limit, Terms, TierTable } from '../../../../src/modules/commission/domain/terms/terms.ts';
import { instant } from '../../../../src/shared/instant.ts';
import { aTermsVersion } from '../../../support/builders.ts';
import { idOf } from '../../../support/clock.ts';

const brl = (minor: string) => ({ minor, currency: 'BRL' });
const percent = { percent: '5' };
const group = (name: string, more: Partial<Group> = {}): Group => ({
  name,
  rank: 1,
  when: { all: [] },
  amount: percent,
  ...more,
});
const tiered = (
  name: string,
  table: Pick<TierTable, 'by' | 'mode' | 'of' | 'per'>,
  ...from: readonly string[]
): Group =>
  group(name, { amount: { tiers: { ...table, steps: from.map((each) => ({ from: each, amount: percent })) } } });
const foundIn = (...terms: readonly Partial<Terms>[]) =>
  Object.fromEntries(thresholdsOf(terms.map((each) => aTermsVersion({ limits: [], ...each }))));

describe('the thresholds of terms', () => {
  it('are the amounts and orders of limits over a period, and not of those of an order', () => {
    const limits: readonly Limit[] = [
      { per: 'order', amount: brl('1') },
      { per: 'partner', period: 'month', amount: brl('500') },
      { per: 'partner', period: 'month', orders: 4 },
      { per: 'program', period: 'life', amount: brl('9000') },
    ];

    expect(foundIn({ limits })).to.deep.equal({
      'BRL/partner/month': { ...NO_THRESHOLDS, earned: [500n], orders: [4n] },
      'BRL/program/life': { ...NO_THRESHOLDS, earned: [9_000n] },
    });
  });

  it('are what budgets come to, counted for the life of the program and by the group’s name', () => {
    expect(foundIn({ groups: [group('spring', { budget: brl('700') }), group('rest')] })).to.deep.equal({
      'BRL/program/life/spring': { ...NO_THRESHOLDS, earned: [700n] },
    });
  });

  it('are the steps of tiers but the first, of the whole period where a step pays for all of it', () => {
    const table = { of: 'partner', per: 'week' } as const;
    const groups = [
      tiered('a', { ...table, by: 'count', mode: 'marginal' }, '0', '10', '20'),
      tiered('b', { ...table, by: 'revenue', mode: 'marginal' }, '0', '1000'),
      tiered('c', { ...table, by: 'count', mode: 'retroactive' }, '0', '1'),
      tiered('d', { ...table, by: 'revenue', mode: 'retroactive' }, '0', '2000'),
    ];

    expect(foundIn({ groups })).to.deep.equal({
      'BRL/partner/week': { earned: [], orders: [10n, 20n], revenue: [1_000n], allOrders: [1n], allRevenue: [2_000n] },
    });
  });

  it('are those of overrides and of every version too, each once, from the smallest on', () => {
    const monthly = (minor: string): Limit => ({ per: 'partner', period: 'month', amount: brl(minor) });
    const overrides = [{ name: 'a', partnerGroups: ['x'], limits: [monthly('1000'), monthly('300')] }];

    expect(
      foundIn({ limits: [monthly('900')], overrides }, { limits: [monthly('300')] }, { limits: [monthly('20')] }),
    ).to.deep.equal({ 'BRL/partner/month': { ...NO_THRESHOLDS, earned: [20n, 300n, 900n, 1_000n] } });
  });
});

describe('whom a period concerns that has come from one total to another', () => {
  const thresholds: Thresholds = {
    earned: [100n, 200n],
    orders: [3n],
    revenue: [1_000n],
    allOrders: [10n, 20n],
    allRevenue: [5_000n],
  };
  const figures = (more: Partial<Figures>): Figures => ({ ...NO_FIGURES, ...more });

  const moves: readonly (readonly [string, Partial<Figures>, Partial<Figures>, ReturnType<typeof concernedBy>])[] = [
    [
      'below every threshold',
      { orders: 1, revenueMinor: 1n },
      { orders: 2, revenueMinor: 999n, earnedMinor: 99n },
      'nobody',
    ],
    ['up to a limit', { earnedMinor: 50n }, { earnedMinor: 100n }, 'behind'],
    ['to just below a limit', { earnedMinor: 50n }, { earnedMinor: 99n }, 'nobody'],
    ['down from a limit', { earnedMinor: 100n }, { earnedMinor: 50n }, 'behind'],
    ['beyond a limit, where it was already', { earnedMinor: 150n }, { earnedMinor: 160n }, 'behind'],
    ['up to as many orders', { orders: 2 }, { orders: 3 }, 'behind'],
    ['to one order less', { orders: 1 }, { orders: 2 }, 'nobody'],
    ['up to as much revenue', { revenueMinor: 0n }, { revenueMinor: 1_000n }, 'behind'],
    ['to a cent of revenue less', { revenueMinor: 0n }, { revenueMinor: 999n }, 'nobody'],
    ['up to a step that pays for all', { orders: 9 }, { orders: 10 }, 'everybody'],
    ['down from it', { orders: 10 }, { orders: 9 }, 'everybody'],
    ['over it and a second one', { orders: 9 }, { orders: 25 }, 'everybody'],
    ['between two steps that pay for all', { orders: 10 }, { orders: 19 }, 'behind'],
    ['up to the revenue that pays for all', { revenueMinor: 4_999n }, { revenueMinor: 5_000n }, 'everybody'],
    ['up from there', { revenueMinor: 5_000n }, { revenueMinor: 5_001n }, 'behind'],
  ];
  for (const [what, from, to, whom] of moves) {
    it(`is ${whom}: ${what}`, () => {
      expect(concernedBy(thresholds, figures(from), figures(to))).to.equal(whom);
    });
  }

  it('is nobody where terms know no threshold', () => {
    expect(concernedBy(NO_THRESHOLDS, NO_FIGURES, { orders: 9, revenueMinor: 9n, earnedMinor: 9n })).to.equal('nobody');
  });
});

describe('the scopes of a program', () => {
  it('are those of all versions in the currency, each once, whatever terms call them', () => {
    const monthly: Limit = { per: 'partner', period: 'month', amount: brl('5') };
    const versions = [
      aTermsVersion({ limits: [monthly] }),
      aTermsVersion({ limits: [{ per: 'program', period: 'day', orders: 3 }, monthly] }),
      aTermsVersion({ currency: 'EUR', limits: [{ per: 'partner', period: 'year', orders: 3 }] }),
    ];

    const named = (currency: string) => scopesOfProgram(versions, currency).map(({ of, period }) => `${of}/${period}`);
    expect(named('BRL')).to.have.members(['partner/month', 'program/day']);
    expect(named('EUR')).to.deep.equal(['partner/year']);
    expect(named('JPY')).to.deep.equal([]);
  });

  it('have periods of their own for each partner, and one for the program', () => {
    const key = { programId: idOf('prg', 1), scope: 'BRL/partner/day', from: instant('2026-01-01T00:00:00Z') };
    const names = [key, { ...key, partnerId: idOf('par', 1) }, { ...key, partnerId: idOf('par', 2) }].map(periodName);

    expect(new Set(names).size).to.equal(3);
  });
});

describe('the budgets of terms', () => {
  it('are of the groups that have one, by name, each with where it is counted', () => {
    const groups = [
      group('winter', { budget: brl('5') }),
      group('rest'),
      group('spring', { budget: brl('7') }),
      group('summer', { budget: brl('6') }),
    ];

    const budgets = budgetsOf({ currency: 'BRL', groups });
    expect(budgets.map((each) => [each.group, each.amount.minor, each.scope])).to.deep.equal([
      ['spring', 7n, 'BRL/program/life/spring'],
      ['summer', 6n, 'BRL/program/life/summer'],
      ['winter', 5n, 'BRL/program/life/winter'],
    ]);
  });

  it('are the smallest of a name, whichever stands first', () => {
    const [large, small] = [group('a', { budget: brl('9') }), group('a', { budget: brl('4') })];
    const of = (own: Group, other: Group) =>
      budgetsOf({
        currency: 'BRL',
        groups: [own],
        overrides: [{ name: 'o', partnerGroups: ['x'], groups: [other] }],
      }).map(({ amount }) => amount.minor);

    expect([of(large, small), of(small, large)]).to.deep.equal([[4n], [4n]]);
  });
});
