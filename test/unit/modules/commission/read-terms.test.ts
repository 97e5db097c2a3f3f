import { expect } from 'chai';
import { readTerms } from '../../../../src/modules/commission/domain/terms/read-terms.ts';
import { olistTerms } from '../../../support/builders.ts';

const faultsIn = (terms: unknown): readonly string[] => {
  const reading = readTerms(terms);
  return 'faults' in reading
    ? reading.faults.map(({ pointer, code }) => `${pointer} ${code.replace('commission.terms_', '')}`)
    : [];
};
const [group] = olistTerms.groups;

describe('reading terms', () => {
  it('takes terms that can be read', () => {
    expect(faultsIn(olistTerms)).to.be.empty;
  });

  const table: readonly (readonly [string, unknown, readonly string[]])[] = [
    ['no object', 7, [' unreadable']],
    ['a word it does not know', { ...olistTerms, bonus: 1 }, ['/bonus unknown_word']],
    ['an unknown currency', { ...olistTerms, currency: 'XXX', limits: [] }, ['/currency unreadable']],
    [
      'a limit in another currency',
      { ...olistTerms, limits: [{ per: 'order', amount: { minor: '1', currency: 'EUR' } }] },
      ['/limits/0/amount/currency mixed_units'],
    ],
    [
      'two groups of one rank',
      { ...olistTerms, groups: [group, { ...group, name: 'other' }] },
      ['/groups/1/rank overlapping_ranks'],
    ],
    [
      'a percentage as a number',
      { ...olistTerms, groups: [{ ...group, amount: { percent: 5 } }] },
      ['/groups/0/amount/percent unreadable'],
    ],
    [
      'more than everything',
      { ...olistTerms, groups: [{ ...group, amount: { percent: '100.1' } }] },
      ['/groups/0/amount/percent unreadable'],
    ],
    [
      'both a percentage and a flat amount',
      { ...olistTerms, groups: [{ ...group, amount: { percent: '1', flat: { minor: '1', currency: 'BRL' } } }] },
      ['/groups/0/amount unreadable'],
    ],
    [
      'an operator it does not know',
      { ...olistTerms, groups: [{ ...group, when: { fact: 'line.category', like: 'x' } }] },
      ['/groups/0/when/like unknown_word'],
    ],
    [
      'a fact it does not know',
      { ...olistTerms, groups: [{ ...group, when: { fact: 'line.colour', equals: 'x' } }] },
      ['/groups/0/when/fact unreadable'],
    ],
    [
      'vesting that does not sum to the whole',
      { ...olistTerms, vesting: [{ milestone: 'delivered', percent: '99.9' }] },
      ['/vesting vesting_incomplete'],
    ],
    [
      'a milestone that vests twice',
      {
        ...olistTerms,
        vesting: [
          { milestone: 'delivered', percent: '50' },
          { milestone: 'delivered', percent: '50' },
        ],
      },
      ['/vesting/1/milestone repeated_milestone'],
    ],
  ];
  const grouped = (more: object, when: object = { all: [] }) => ({
    ...olistTerms,
    groups: [{ ...group, when, ...more }],
  });
  const brl = (minor: string) => ({ minor, currency: 'BRL' });
  const many = (length: number, each: unknown = { fact: 'line.sku', equals: 'x' }) =>
    Array.from({ length }, () => each);
  const manyGroups = (length: number, when: object) => ({
    ...olistTerms,
    groups: Array.from({ length }, (_, n) => ({ ...group, name: `group ${n}`, rank: n + 1, when })),
  });
  const tiered = (...from: readonly string[]) =>
    grouped({
      amount: {
        tiers: {
          by: 'count',
          of: 'partner',
          per: 'month',
          mode: 'marginal',
          steps: from.map((each) => ({ from: each, amount: { percent: '1' } })),
        },
      },
    });
  const wide: typeof table = [
    [
      'an operator that does not go with the fact',
      grouped({}, { fact: 'line.category', lessThan: 'x' }),
      ['/groups/0/when/lessThan unreadable'],
    ],
    [
      'an amount compared with a percentage',
      grouped({}, { fact: 'order.total', atLeast: '5' }),
      ['/groups/0/when/atLeast unreadable'],
    ],
    [
      'an amount compared with one in another currency',
      grouped({}, { fact: 'line.total', atLeast: { minor: '1', currency: 'EUR' } }),
      ['/groups/0/when/atLeast/currency mixed_units'],
    ],
    [
      'a moment without a zone',
      grouped({}, { fact: 'order.placedAt', lessThan: '2026-01-01' }),
      ['/groups/0/when/lessThan unreadable'],
    ],
    [
      'two words in one comparison',
      grouped({}, { fact: 'line.sku', equals: 'a', exists: true }),
      ['/groups/0/when unreadable'],
    ],
    [
      'a range that holds nothing',
      grouped({}, { fact: 'line.quantity', between: [3, '2.5'] }),
      ['/groups/0/when/between impossible'],
    ],
    [
      'a fact of lines where the order as a whole is looked at',
      { ...olistTerms, bonuses: [{ name: 'b', when: { fact: 'line.sku', equals: 'x' }, amount: { flat: brl('1') } }] },
      ['/bonuses/0/when/fact unreadable'],
    ],
    [
      'metadata without a name',
      grouped({}, { fact: 'order.metadata.', exists: true }),
      ['/groups/0/when/fact unreadable'],
    ],
    [
      'at least more than at most',
      grouped({ amount: { percent: '1', atLeast: brl('2'), atMost: brl('1') } }),
      ['/groups/0/amount/atLeast impossible'],
    ],
    ['steps that do not begin at nothing', tiered('1', '5'), ['/groups/0/amount/tiers/steps/0/from tiers_unsorted']],
    ['steps out of order', tiered('0', '5', '5'), ['/groups/0/amount/tiers/steps/2/from tiers_unsorted']],
    [
      'a promotion that is over before it begins',
      grouped({ during: { from: '2026-02-01T00:00:00Z', until: '2026-01-01T00:00:00Z' } }),
      ['/groups/0/during/until impossible'],
    ],
    [
      'hours through the night',
      grouped({ during: { from: '2026-01-01T00:00:00Z', until: '2026-02-01T00:00:00Z', hours: ['22:00', '06:00'] } }),
      ['/groups/0/during/hours impossible'],
    ],
    [
      'a limit over a period that it does not name',
      { ...olistTerms, limits: [{ per: 'partner', amount: brl('1') }] },
      ['/limits/0/period unreadable'],
    ],
    [
      'a limit of an order that counts orders',
      { ...olistTerms, limits: [{ per: 'order', orders: 3 }] },
      ['/limits/0/amount unreadable', '/limits/0/orders unknown_word'],
    ],
    [
      'two limits of the same',
      {
        ...olistTerms,
        limits: [
          { per: 'partner', period: 'day', orders: 3 },
          { per: 'partner', period: 'day', orders: 4 },
        ],
      },
      ['/limits/1/per repeated_limit'],
    ],
    [
      'an override for nobody',
      { ...olistTerms, overrides: [{ name: 'x', returnWindowDays: 1 }] },
      ['/overrides/0 unreadable'],
    ],
    [
      'an override whose vesting is not whole',
      {
        ...olistTerms,
        overrides: [{ name: 'x', partnerGroups: ['g'], vesting: [{ milestone: 'placed', percent: '1' }] }],
      },
      ['/overrides/0/vesting vesting_incomplete'],
    ],
    [
      'a third level of recruits',
      { ...olistTerms, recruits: [{ level: 3, percent: '1' }] },
      ['/recruits/0/level unreadable'],
    ],
    [
      'more conditions in one group than an explanation can show',
      grouped({}, { any: [{ all: many(99) }, { all: many(99) }] }),
      ['/groups/0/when too_large'],
    ],
    [
      'more conditions of nothing than an order can stand',
      grouped({}, { any: [{ any: many(100, { all: [] }) }, { any: many(98, { any: [] }) }] }),
      ['/groups/0/when too_large'],
    ],
    ['more conditions in all than an order can stand', manyGroups(20, { all: many(100) }), [' too_large']],
    [
      'more text to compare with than an order can stand',
      grouped({}, { fact: 'line.sku', in: many(250, 'x'.repeat(200)) }),
      [' too_large'],
    ],
  ];
  for (const [what, terms, expected] of [...table, ...wide]) {
    it(`refuses ${what}, and says where`, () => {
      expect(faultsIn(terms)).to.have.members(expected);
    });
  }

  for (const word of ['constructor', 'toString', 'valueOf', 'hasOwnProperty', '__proto__']) {
    it(`takes ${word} for a word it does not know, wherever it stands, and for no word of its own`, () => {
      const member = JSON.parse(`{"${word}": "x"}`) as object;
      const when = (fact: string) => JSON.parse(`{"fact": "${fact}", "${word}": "x"}`) as object;

      for (const fact of ['line.sku', 'line.quantity', 'order.total', 'order.metadata.a'])
        expect(faultsIn(grouped({}, when(fact)))).to.have.members([`/groups/0/when/${word} unknown_word`]);
      expect(faultsIn(grouped({}, when(word)))).to.include('/groups/0/when/fact unreadable');
      expect(faultsIn(grouped({}, member))).to.include(`/groups/0/when/${word} unknown_word`);
      expect(faultsIn(JSON.parse(`{"${word}": {}}`))).to.include(`/${word} unknown_word`);
      const currency = JSON.parse(`{"toString": 1, "valueOf": 1, "${word}": 1}`) as object;
      expect(faultsIn({ ...olistTerms, currency })).to.include('/currency unreadable');
      const limits = [{ per: currency, period: currency, orders: 1 }];
      expect(faultsIn({ ...olistTerms, limits })).to.include('/limits/0/per unreadable');
    });
  }

  it('takes as many conditions, and as much text to compare with, as it says', () => {
    expect(faultsIn(grouped({}, { any: [{ all: many(99) }, { all: many(98) }] }))).to.be.empty;
    expect(faultsIn(manyGroups(20, { all: many(99) }))).to.be.empty;
    expect(faultsIn(grouped({}, { fact: 'line.sku', in: many(240, 'x'.repeat(200)) }))).to.be.empty;
  });

  it('finds everything wrong at once', () => {
    expect(faultsIn({ ...olistTerms, rounding: 'up_and_away', returnWindowDays: -1, groups: [] })).to.have.length(3);
  });

  it('finds what is wrong beside what cannot be read at all', () => {
    expect(faultsIn({ ...olistTerms, rounding: 7, groups: [group, { ...group, amount: {} }] })).to.have.members([
      '/rounding unreadable',
      '/groups/1/rank overlapping_ranks',
      '/groups/1/name repeated_name',
      '/groups/1/amount unreadable',
    ]);
  });

  it('does not list more faults than anybody reads', () => {
    expect(faultsIn({ ...olistTerms, groups: Array.from({ length: 200 }, () => ({ rank: 1 })) })).to.have.length(200);
  });

  it('refuses conditions nested without end', () => {
    const deep = (left: number): unknown => (left === 0 ? { all: [] } : { all: [deep(left - 1)] });

    expect(faultsIn({ ...olistTerms, groups: [{ ...group, when: deep(40) }] })[0]).to.include('too_deep');
  });
});
