import { expect } from 'chai';
import fc from 'fast-check';
import { calculate } from '../../../../src/modules/commission/domain/engine/calculate.ts';
import { type Period, PERIODS } from '../../../../src/modules/commission/domain/periods/figures.ts';
import { periodAt } from '../../../../src/modules/commission/domain/periods/periods.ts';
import { lintTerms } from '../../../../src/modules/commission/domain/terms/lint-terms.ts';
import type {
  Amount,
  Condition,
  Group,
  Limit,
  Override,
  Terms,
} from '../../../../src/modules/commission/domain/terms/terms.ts';
import { instant, plusDays } from '../../../../src/shared/instant.ts';
import { arbitraryCase, arbitraryTerms } from '../../../support/arbitrary-terms.ts';
import { aTermsVersion, olistTerms } from '../../../support/builders.ts';
import { idOf } from '../../../support/clock.ts';

const brl = (minor: string) => ({ minor, currency: 'BRL' });
const group = (rank: number, when: Condition, more: Partial<Group> = {}): Group => ({
  name: `g${rank}`,
  rank,
  when,
  amount: { percent: '1' },
  ...more,
});
const foundIn = (terms: Partial<Terms>): readonly string[] =>
  lintTerms({ ...olistTerms, ...terms }).map(
    ({ pointer, code }) => `${pointer} ${code.replace('commission.terms_', '')}`,
  );
const always: Condition = { all: [] };
const is = (category: string): Condition => ({ fact: 'line.category', equals: category });
const quantity = (words: object): Condition => ({ fact: 'line.quantity', ...words }) as Condition;
const day = { from: instant('2026-11-27T00:00:00Z'), until: instant('2026-11-28T00:00:00Z') };
const steps = (...amounts: readonly Amount[]): Amount => ({
  tiers: {
    by: 'count',
    of: 'partner',
    per: 'month',
    mode: 'marginal',
    steps: amounts.map((amount, index) => ({ from: String(index), amount: amount as { percent: string } })),
  },
});

describe('the linter', () => {
  it('finds nothing in terms that are as they should be', () => {
    expect(lintTerms(olistTerms)).to.deep.equal([]);
  });

  const reach: readonly (readonly [string, Condition, Condition, boolean])[] = [
    ['whatever comes after what always holds', always, is('car'), false],
    ['the same words again', is('car'), is('car'), false],
    ['more words than before', is('car'), { all: [is('car'), quantity({ atLeast: 2 })] }, false],
    ['one of several that were named', { fact: 'line.category', in: ['car', 'robot'] }, is('car'), false],
    ['either of two that were named', { any: [is('car'), is('robot')] }, { any: [is('robot'), is('car')] }, false],
    ['a range within another', quantity({ atLeast: 2 }), quantity({ between: ['2', 5] }), false],
    ['a value within a range', quantity({ lessThan: 3 }), quantity({ equals: 2 }), false],
    ['a longer beginning', { fact: 'line.sku', startsWith: 'R-' }, { fact: 'line.sku', startsWith: 'R-1' }, false],
    ['another category', is('car'), is('robot'), true],
    ['fewer words than before', { all: [is('car'), quantity({ atLeast: 2 })] }, is('car'), true],
    ['a range that reaches further', quantity({ moreThan: 2 }), quantity({ atLeast: 2 }), true],
    ['one of a list, of which not all were named', is('car'), { fact: 'line.category', in: ['car', 'robot'] }, true],
    ['a text among several', { fact: 'partner.groups', equals: 'a' }, { fact: 'partner.groups', in: ['a', 'b'] }, true],
  ];
  for (const [what, before, after, isReached] of reach) {
    it(`${isReached ? 'lets pass' : 'finds unreachable'} ${what}`, () => {
      expect(foundIn({ groups: [group(1, before), group(2, after)] })).to.deep.equal(
        isReached ? [] : ['/groups/1 unreachable_group'],
      );
    });
  }

  it('goes by rank, not by place, and knows that a promotion ends', () => {
    expect(foundIn({ groups: [group(2, is('car')), group(1, always)] })).to.deep.equal(['/groups/0 unreachable_group']);
    expect(foundIn({ groups: [group(1, always, { during: day }), group(2, is('car'))] })).to.deep.equal([]);
  });

  it('finds what asks for two things at once that cannot be', () => {
    expect(foundIn({ groups: [group(1, { all: [is('car'), is('robot')] })] })).to.deep.equal([
      '/groups/0 unreachable_group',
    ]);
    expect(
      foundIn({ groups: [group(1, { all: [quantity({ atLeast: 3 }), quantity({ lessThan: 3 })] })] }),
    ).to.have.length(1);
    expect(foundIn({ groups: [group(1, { any: [] })] })).to.have.length(1);
  });

  it('finds bonuses that no order ever has, those of an override too', () => {
    const bonus = (when: Condition) => ({ name: 'b', when, amount: { percent: '1' } });
    expect(foundIn({ bonuses: [bonus(always), bonus({ any: [] })] })).to.deep.equal(['/bonuses/1 unreachable_bonus']);
    const override = { name: 'o', partnerGroups: ['gold'], bonuses: [bonus({ all: [{ any: [] }] })] };
    expect(foundIn({ overrides: [override] })).to.deep.equal(['/overrides/0/bonuses/0 unreachable_bonus']);
  });

  const month = (minor: string): Limit => ({ per: 'partner', period: 'month', amount: brl(minor) });
  const order = (minor: string): Limit => ({ per: 'order', amount: brl(minor) });
  const limits: (readonly [string, readonly Limit[], readonly string[]])[] = [
    ['a limit of nothing', [order('0')], ['/limits/0/amount limit_of_nothing']],
    [
      'a limit of an order that a month does not leave',
      [order('500'), month('400')],
      ['/limits/0/amount limit_without_effect'],
    ],
    ['a limit of an order below that of a month', [order('300'), month('400')], []],
    [
      'a month that reaches less far than its year',
      [month('400'), { per: 'partner', period: 'year', amount: brl('400') }],
      ['/limits/0/amount limit_without_effect'],
    ],
    [
      'a week beside a month, which do not nest',
      [{ per: 'partner', period: 'week', amount: brl('500') }, month('400')],
      [],
    ],
    [
      'a program’s limit, which counts others too',
      [{ per: 'program', period: 'month', amount: brl('500') }, month('400')],
      [],
    ],
  ];
  const ofProgram = (minor: string): Limit => ({ per: 'program', period: 'month', amount: brl(minor) });
  limits.push(
    ['a limit of one cent, which is something', [order('1')], []],
    ['a limit below the wider one by a cent', [month('399'), ofProgram('400')], []],
    [
      'a limit of as much as the wider one',
      [month('400'), ofProgram('400')],
      ['/limits/0/amount limit_without_effect'],
    ],
    ['an order’s beside the program’s', [ofProgram('4'), order('5')], ['/limits/1/amount limit_without_effect']],
    ['limits of orders, which cut no amounts', [{ per: 'partner', period: 'month', orders: 4 }, month('400')], []],
  );
  for (const [what, given, expected] of limits) {
    it(`judges ${what}`, () => {
      expect(foundIn({ limits: given })).to.deep.equal(expected);
    });
  }

  it('says of a limit of the order that it cuts what partners share, and of any other that it is never reached', () => {
    const daily: Limit = { per: 'partner', period: 'day', amount: brl('600') };

    const details = lintTerms({ ...olistTerms, limits: [month('500'), daily, order('600')] }).map(
      ({ detail }) => detail,
    );

    expect(details).to.deep.equal([
      'is never reached: the limit per partner and month is not more',
      'cuts nothing but orders that partners share: the limit per partner and month is not more',
    ]);
  });

  it('takes a limit for without effect where another counts whole periods of it, and no less', () => {
    const since = instant('2023-01-01T00:00:00Z');
    const isWholeIn = (inner: Period, outer: Period): boolean =>
      Array.from({ length: 1_500 }, (_, days) => plusDays(since, days)).every((day) => {
        const [own, other] = [periodAt(inner, day, 'UTC'), periodAt(outer, day, 'UTC')];
        return other.from <= own.from && (other.until === undefined || (own.until ?? '9') <= other.until);
      });

    for (const period of PERIODS)
      for (const wider of PERIODS)
        for (const per of ['partner', 'program'] as const) {
          const given: Limit[] = [
            { per: 'partner', period, amount: brl('500') },
            { per, period: wider, amount: brl(per === 'partner' && period === wider ? '501' : '400') },
          ];
          const isFound = foundIn({ limits: given }).includes('/limits/0/amount limit_without_effect');
          const isIts = per === 'program' || period !== wider;
          expect(isFound, `${period} in ${per}/${wider}`).to.equal(isIts && isWholeIn(period, wider));
        }
  });

  it('finds steps of several kinds, and steps that fall', () => {
    const mixed = group(1, always, { amount: steps({ percent: '1' }, { flat: brl('1') }, { flat: brl('0') }) });

    expect(foundIn({ groups: [mixed] })).to.deep.equal([
      '/groups/0/amount/tiers/steps/1/amount mixed_steps',
      '/groups/0/amount/tiers/steps/2/amount falling_steps',
    ]);
  });

  it('lets steps pass that rise or stay, and finds those that fall, of every kind', () => {
    const kinds: readonly ((size: string) => Amount)[] = [
      (percent) => ({ percent }),
      (minor) => ({ flat: brl(minor) }),
      (minor) => ({ perUnit: brl(minor) }),
    ];
    for (const kind of kinds) {
      const found = (...sizes: readonly string[]) =>
        foundIn({ groups: [group(1, always, { amount: steps(...sizes.map(kind)) })] });

      expect(found('9', '9', '10')).to.deep.equal([]);
      expect(found('10', '9', '9')).to.deep.equal(['/groups/0/amount/tiers/steps/1/amount falling_steps']);
    }
  });

  it('says what is odd about each thing it finds, in the terms and in each override', () => {
    const falling = group(1, is('car'), { amount: steps({ percent: '2' }, { percent: '1' }, { flat: brl('1') }) });
    const groups = [falling, group(2, is('car'), { budget: brl('0') }), group(3, { any: [] })];
    const partnerGroups = ['gold'];

    const found = lintTerms({
      ...olistTerms,
      groups,
      limits: [month('0'), { per: 'partner', period: 'year', amount: brl('7') }],
      overrides: [
        { name: 'a', partnerGroups, limits: [order('0')] },
        { name: 'b', partnerGroups },
      ],
    }).map(({ pointer, detail }) => `${pointer}: ${detail}`);

    expect(found).to.deep.equal([
      '/groups/1: whatever is in "g2" is in "g1" of rank 1 already, which decides',
      '/groups/2: "g3" asks for what cannot be: no line is ever in it',
      '/groups/0/amount/tiers/steps/1/amount: pays less than the step before: whoever sells more earns less',
      '/groups/0/amount/tiers/steps/2/amount: is of another kind than the step before: nobody can say which pays more',
      '/groups/1/budget: is nothing: nobody would earn anything',
      '/limits/0/amount: is nothing: nobody would earn anything',
      '/overrides/0/limits/0/amount: is nothing: nobody would earn anything',
      '/overrides/1: replaces nothing: its partners have the terms of everybody else',
      '/overrides/1: comes after "a", which names all of its partners: it never counts',
    ]);
  });

  it('finds overrides that change nothing, or never count', () => {
    const partners = [idOf('par', 1)];
    const overrides = [
      { name: 'a', partners, returnWindowDays: 1 },
      { name: 'b', partners, returnWindowDays: 2 },
      { name: 'c', partnerGroups: ['x'] },
    ];

    expect(foundIn({ overrides })).to.deep.equal([
      '/overrides/1 override_without_effect',
      '/overrides/2 override_without_effect',
    ]);
  });

  it('finds an override behind others only where one of them names all of its partners and groups', () => {
    const [ada, bob, eve] = [1, 2, 3].map((n) => idOf('par', n)) as [Named, Named, Named];
    type Named = ReturnType<typeof idOf<'par'>>;
    const found = (...named: readonly Pick<Override, 'partners' | 'partnerGroups'>[]) =>
      foundIn({ overrides: named.map((whom, index) => ({ ...whom, name: `o${index}`, returnWindowDays: index })) });
    const last = ['/overrides/1 override_without_effect'];

    expect(found({ partners: [ada, bob] }, { partners: [bob] })).to.deep.equal(last);
    expect(found({ partners: [ada, bob] }, { partners: [bob, eve] })).to.deep.equal([]);
    expect(found({ partnerGroups: ['a', 'b'] }, { partnerGroups: ['b', 'a'] })).to.deep.equal(last);
    expect(found({ partnerGroups: ['a', 'b'] }, { partnerGroups: ['b', 'c'] })).to.deep.equal([]);
    expect(found({ partners: [ada] }, { partners: [ada], partnerGroups: ['a'] })).to.deep.equal([]);
    expect(found({ partnerGroups: ['a'] }, { partners: [ada], partnerGroups: ['a'] })).to.deep.equal([]);
    expect(found({ partners: [ada], partnerGroups: ['a'] }, { partnerGroups: ['a'] })).to.deep.equal(last);
  });

  it('gives up on terms that are written to keep it busy', () => {
    const values = (index: number) => Array.from({ length: 1_000 }, (_, each) => `${index}-${each}`);
    const groups = Array.from({ length: 20 }, (_, index) => group(index + 1, { fact: 'line.sku', in: values(index) }));

    expect(foundIn({ groups })).to.deep.equal([]);
    expect(
      foundIn({ groups: [...groups, ...groups.map((each) => ({ ...each, rank: each.rank + 100 }))] }),
    ).to.have.length.below(21);
  });

  it('never calls a group unreachable that some line reaches', () => {
    const ofAll = arbitraryTerms().map(({ overrides: _, ...terms }) => terms);
    fc.assert(
      fc.property(arbitraryCase(ofAll), ({ terms, facts, figures }) => {
        const { explanation } = calculate(facts, aTermsVersion(terms), figures);
        const reached = new Set(explanation.lines.map(({ group: decided }) => decided?.name));

        const unreachable = lintTerms(terms)
          .filter(({ code }) => code === 'commission.terms_unreachable_group')
          .map(({ pointer }) => terms.groups[Number(pointer.split('/').at(-1))]?.name);
        expect(unreachable.filter((name) => reached.has(name))).to.deep.equal([]);
      }),
      { numRuns: 150 },
    );
  });
});
