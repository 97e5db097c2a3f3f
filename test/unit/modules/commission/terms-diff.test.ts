import { expect } from 'chai';
import { diffTerms } from '../../../../src/modules/commission/domain/terms/terms-diff.ts';
import type {
  Amount,
  Bonus,
  Condition,
  Override,
  Recruit,
  Terms,
} from '../../../../src/modules/commission/domain/terms/terms.ts';
import { instant } from '../../../../src/shared/instant.ts';
import { idOf } from '../../../support/clock.ts';
import { olistTerms } from '../../../support/builders.ts';

const says = (after: Partial<Terms>, before: Partial<Terms> = {}): readonly string[] =>
  diffTerms({ ...olistTerms, ...before }, { ...olistTerms, ...after }).map((difference) => difference.says);

const [first, ...others] = olistTerms.groups;
const is = (sku: string): Condition => ({ fact: 'line.sku', equals: sku });

describe('the difference between two versions of terms', () => {
  it('is none when they say the same, in whatever order', () => {
    expect(says({ groups: olistTerms.groups.toReversed() })).to.be.empty;
  });

  it('names what a group earns now and what until now', () => {
    expect(says({ groups: [{ ...first!, amount: { percent: '4' } }, ...others] })).to.deep.equal([
      'group "informatica_acessorios": earns 4 %, when line.category equals "informatica_acessorios", rank 1; ' +
        'until now earns 3 %, when line.category equals "informatica_acessorios", rank 1',
    ]);
  });

  it('names what is new and what goes', () => {
    const spring = {
      name: 'spring',
      rank: 9,
      when: {
        any: [
          { fact: 'order.total', atLeast: { minor: '100000', currency: 'BRL' } },
          {
            all: [
              { fact: 'line.sku', in: ['A', 'B'] },
              { fact: 'customer.country', notEquals: 'BR' },
            ],
          },
        ],
      },
      amount: { perUnit: { minor: '250', currency: 'BRL' } },
      budget: { minor: '500000', currency: 'BRL' },
    } as const;

    expect(diffTerms(olistTerms, { ...olistTerms, groups: [...others, spring] })).to.deep.equal([
      {
        kind: 'added',
        what: 'group "spring"',
        says:
          'group "spring" is new: earns 2.50 BRL a unit, when order.total at least 1000.00 BRL or ' +
          '(line.sku in ["A","B"] and customer.country not equals "BR"), rank 9, up to 5000.00 BRL in all',
      },
      {
        kind: 'removed',
        what: 'group "informatica_acessorios"',
        says:
          'group "informatica_acessorios" goes: earns 3 %, ' +
          'when line.category equals "informatica_acessorios", rank 1',
      },
    ]);
  });

  it('finds limits by what they limit, and vesting by its milestone', () => {
    expect(
      says({
        limits: [{ per: 'partner', period: 'month', orders: 4 }],
        vesting: [
          { milestone: 'confirmed', percent: '30' },
          { milestone: 'delivered', percent: '70' },
        ],
        returnWindowDays: 14,
      }),
    ).to.deep.equal([
      'return window, days: 14; until now 30',
      'limit per partner and month, orders is new: 4 orders',
      'vesting when confirmed is new: 30 %',
      'vesting when delivered: 70 %; until now 100 %',
      'limit per order goes: 250.00 BRL',
    ]);
  });

  it('covers bonuses, tiers, overrides and recruiting', () => {
    const tiers = {
      by: 'count',
      of: 'partner',
      per: 'month',
      mode: 'retroactive',
      steps: [
        { from: '0', amount: { percent: '5' } },
        { from: '10', amount: { percent: '6' } },
      ],
    } as const;
    const flat = { minor: '1000', currency: 'BRL' };
    const from = instant('2026-03-01T00:00:00Z');

    expect(
      says({
        bonuses: [{ name: 'first', when: { fact: 'customer.orderNumber', equals: 1 }, amount: { flat } }],
        overrides: [
          {
            name: 'Ada',
            partners: [idOf('par', 1)],
            partnerGroups: ['gold'],
            returnWindowDays: 7,
            groups: [
              {
                name: 'all',
                rank: 1,
                when: { all: [] },
                amount: { tiers, atMost: flat },
                during: { from, until: from },
              },
            ],
          },
        ],
        recruits: [{ level: 1, percent: '10', months: 12 }],
      }),
    ).to.deep.equal([
      'bonus "first" is new: earns 10.00 BRL an order, when customer.orderNumber equals 1',
      'recruiting at level 1 is new: 10 % of what the recruited partner earns, for 12 months',
      `override "Ada" is new: for ${idOf('par', 1)}, group "gold"`,
      'override "Ada", group "all" is new: earns retroactive by count of the partner per month: from 0 5 %, ' +
        'from 10 6 %, at most 10.00 BRL, when always, rank 1, ' +
        'during {"from":"2026-03-01T00:00:00.000Z","until":"2026-03-01T00:00:00.000Z"}',
      'override "Ada", return window, days is new: 7',
    ]);
  });

  it('says what a condition asks, word by word', () => {
    const sayings: readonly (readonly [Condition, string])[] = [
      [{ all: [] }, 'always'],
      [{ any: [] }, 'never'],
      [{ any: [{ all: [] }, { any: [] }] }, '(always) or (never)'],
      [
        { all: [{ any: [is('a'), is('b')] }, is('c')] },
        '(line.sku equals "a" or line.sku equals "b") and line.sku equals "c"',
      ],
      [{ fact: 'order.coupons', notContains: 'X' }, 'order.coupons not contains "X"'],
      [{ fact: 'line.quantity', between: [1, '2.5'] }, 'line.quantity between [1,"2.5"]'],
      [{ fact: 'customer.country', exists: false }, 'customer.country exists false'],
      [{ fact: 'line.total', lessThan: { minor: '5', currency: 'BRL' } }, 'line.total less than 0.05 BRL'],
      [{ fact: 'line.metadata.shoe size', equals: 7 }, '"line.metadata.shoe size" equals 7'],
      [{ fact: 'line.metadata.größe_2', equals: 7 }, 'line.metadata.größe_2 equals 7'],
    ];
    for (const [when, saying] of sayings)
      expect(says({ groups: [{ ...first!, when }, ...others] })[0]).to.include(`when ${saying}, rank 1; until now`);
  });

  it('says what a group earns, and between which bounds', () => {
    const brl = (minor: string) => ({ minor, currency: 'BRL' });
    const earnings: readonly (readonly [Amount, string])[] = [
      [{ flat: brl('150') }, 'earns 1.50 BRL a line, when'],
      [{ perUnit: brl('20') }, 'earns 0.20 BRL a unit, when'],
      [
        { percent: '7', atLeast: brl('100'), atMost: brl('900') },
        'earns 7 %, at least 1.00 BRL, at most 9.00 BRL, when',
      ],
    ];
    for (const [amount, earns] of earnings)
      expect(says({ groups: [{ ...first!, amount }, ...others] })[0]).to.include(`: ${earns}`);
  });

  it('says until when a bonus is on, and for how long recruiting pays', () => {
    const from = instant('2026-03-01T00:00:00Z');
    const bonus: Bonus = { name: 'b', when: { all: [] }, amount: { percent: '2' } };
    const recruit: Recruit = { level: 2, percent: '5' };

    expect(
      diffTerms(
        { ...olistTerms, bonuses: [bonus], recruits: [recruit] },
        {
          ...olistTerms,
          bonuses: [{ ...bonus, during: { from, until: from } }],
          recruits: [{ ...recruit, months: 6 }],
        },
      ),
    ).to.deep.equal([
      {
        kind: 'changed',
        what: 'bonus "b"',
        says:
          'bonus "b": earns 2 %, when always, during {"from":"2026-03-01T00:00:00.000Z",' +
          '"until":"2026-03-01T00:00:00.000Z"}; until now earns 2 %, when always',
      },
      {
        kind: 'changed',
        what: 'recruiting at level 2',
        says:
          'recruiting at level 2: 5 % of what the recruited partner earns, for 6 months; ' +
          'until now 5 % of what the recruited partner earns',
      },
    ]);
  });

  it('names each setting as people call it, and none that is not given', () => {
    const settings: readonly (readonly [Partial<Terms>, string])[] = [
      [{ rounding: 'down' }, 'rounding: "down"; until now "half_up"'],
      [{ returnWindowDays: 0 }, 'return window, days: 0; until now 30'],
      [{ reviewAfterDays: 90 }, 'days until somebody must look is new: 90'],
      [{ noticeDays: 14 }, 'notice, days is new: 14'],
      [{ versionAt: 'touch' }, 'moment of the version that judges is new: "touch"'],
      [{ exchange: { source: 'ecb', at: 'order' } }, 'exchange is new: {"at":"order","source":"ecb"}'],
    ];
    for (const [setting, saying] of settings) expect(says(setting)).to.deep.equal([saying]);
    expect(says({ noticeDays: undefined, versionAt: undefined })).to.deep.equal([]);
    expect(says({}, { noticeDays: 14 })).to.deep.equal(['notice, days goes: 14']);
  });

  it('says of an override all that it replaces, and nothing else', () => {
    const own: Override = { name: 'a', partnerGroups: ['x'], vesting: [{ milestone: 'confirmed', percent: '100' }] };

    expect(says({ overrides: [own] })).to.deep.equal([
      'override "a" is new: for group "x"',
      'override "a", vesting when confirmed is new: 100 %',
    ]);
  });

  const robots: Override = { name: 'robots', partnerGroups: ['gold'], returnWindowDays: 7 };
  const everyone: Override = { name: 'everyone', partnerGroups: ['gold', 'silver'], returnWindowDays: 9 };

  it('tells a list of nothing, which takes the terms’ own away, from none at all', () => {
    const nothing = { overrides: [{ ...robots, limits: [], bonuses: [] }] };

    expect(says(nothing, { overrides: [robots] })).to.deep.equal([
      'override "robots", bonuses is new: none, not even those of the terms',
      'override "robots", limits is new: none, not even those of the terms',
    ]);
    expect(says({ overrides: [robots] }, nothing)).to.have.length(2);
    expect(says({ bonuses: [] })).to.be.empty;
  });

  it('names the order of overrides, of which the first counts', () => {
    expect(says({ overrides: [everyone, robots] }, { overrides: [robots, everyone] })).to.deep.equal([
      'overrides, of which the first that names a partner counts: "everyone", "robots"; until now "robots", "everyone"',
    ]);
  });

  it('takes nothing for another whatever its name looks like', () => {
    const named = (group: string, ...names: readonly string[]): Partial<Terms> => ({
      groups: [{ ...first!, name: group }],
      overrides: names.map((name) => ({ ...robots, name })),
    });
    const inner: Override = { ...robots, name: 'a', groups: [{ ...first!, name: 'b' }] };
    const before = { overrides: [{ ...robots, name: 'a", group "b' }, inner] };
    const changed = { ...inner, groups: [{ ...first!, name: 'b', rank: 2 }] };

    expect(says(named('x', 'a'), named('x', 'a', 'a", return window, days'))).to.have.length.greaterThan(1);
    expect(says({ overrides: [changed, { ...robots, name: 'a", group "b' }] }, before)).to.have.length(2);
    expect(
      says(
        { overrides: [{ ...robots, partnerGroups: ['a", group "b'] }] },
        { overrides: [{ ...robots, partnerGroups: ['a', 'b'] }] },
      ),
    ).to.have.length(1);
    expect(
      says(
        { groups: [{ ...first!, when: { fact: 'line.metadata.a equals 1 and line.metadata.b', equals: 1 } }] },
        {
          groups: [
            {
              ...first!,
              when: {
                all: [
                  { fact: 'line.metadata.a', equals: 1 },
                  { fact: 'line.metadata.b', equals: 1 },
                ],
              },
            },
          ],
        },
      ),
    ).to.have.length(1);
  });

  it('of a first version is all of it', () => {
    expect(diffTerms(undefined, olistTerms).every(({ kind }) => kind === 'added')).to.equal(true);
  });
});
