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
  const during = (until: string, more: object = {}) =>
    grouped({ during: { from: '2026-01-01T00:00:00Z', until, ...more } });
  const bonused = (...bonuses: readonly object[]) => ({
    ...olistTerms,
    bonuses: bonuses.map((bonus) => ({ name: 'b', when: { all: [] }, amount: { flat: brl('1') }, ...bonus })),
  });
  const overridden = (...words: readonly object[]) => ({
    ...olistTerms,
    overrides: words.map((more, n) => ({ name: `o${n}`, partnerGroups: ['g'], ...more })),
  });
  const ranged = (fact: string, ...between: readonly unknown[]) => grouped({}, { fact, between });
  const vesting = (...percents: readonly string[]) => ({
    ...olistTerms,
    vesting: percents.map((percent, n) => ({ milestone: ['placed', 'confirmed', 'delivered'][n], percent })),
  });
  const impossible = (place: string) => [`/groups/0/${place} impossible`];
  /** Each beside its just-not: what the same rule lets pass. */
  const edges: typeof table = [
    ['a promotion that ends when it begins', during('2026-01-01T00:00:00Z'), impossible('during/until')],
    ['a promotion that is over, as its zones have it', during('2026-01-01T00:30:00+01:00'), impossible('during/until')],
    [
      'hours that end when they begin',
      during('2027-01-01T00:00:00Z', { hours: ['09:00', '09:00'] }),
      impossible('during/hours'),
    ],
    [
      'a weekday that no week has',
      during('2027-01-01T00:00:00Z', { weekdays: [1, 8] }),
      ['/groups/0/during/weekdays/1 unreadable'],
    ],
    ['a promotion of which the end cannot be read', during('later'), ['/groups/0/during/until unreadable']],
    [
      'a bonus that is over before it begins',
      bonused({ during: { from: '2026-02-01T00:00:00Z', until: '2026-01-01T00:00:00Z' } }),
      ['/bonuses/0/during/until impossible'],
    ],
    ['two bonuses of one name', bonused({}, {}), ['/bonuses/1/name repeated_name']],
    ['a range of texts that holds nothing', ranged('line.quantity', '10', '9'), impossible('when/between')],
    ['a range of amounts that holds nothing', ranged('line.total', brl('10'), brl('9')), impossible('when/between')],
    [
      'a range of moments that holds nothing, as their zones have it',
      ranged('order.placedAt', '2026-01-01T00:00:00Z', '2026-01-01T00:30:00+01:00'),
      impossible('when/between'),
    ],
    [
      'a range that holds nothing in an override',
      overridden({ groups: [{ ...group, when: { fact: 'line.quantity', between: [2, 1] } }] }),
      ['/overrides/0/groups/0/when/between impossible'],
    ],
    [
      'ranks and names that repeat in an override',
      overridden({ groups: [group, group] }),
      ['/overrides/0/groups/1/rank overlapping_ranks', '/overrides/0/groups/1/name repeated_name'],
    ],
    [
      'a limit that an override has twice',
      overridden({
        limits: [
          { per: 'order', amount: brl('1') },
          { per: 'order', amount: brl('2') },
        ],
      }),
      ['/overrides/0/limits/1/per repeated_limit'],
    ],
    ['two overrides of one name', overridden({ name: 'x' }, { name: 'x' }), ['/overrides/1/name repeated_name']],
    [
      'an override whose name could be taken for a place',
      overridden({ name: 'a/b' }),
      ['/overrides/0/name unreadable'],
    ],
    [
      'recruits of one level twice',
      {
        ...olistTerms,
        recruits: [
          { level: 1, percent: '1' },
          { level: 1, percent: '2' },
        ],
      },
      ['/recruits/1/level repeated_name'],
    ],
    ['more vesting than the whole', vesting('50', '50.000001'), ['/vesting vesting_incomplete']],
    [
      'a step that begins before the one before',
      tiered('0', '10', '9'),
      ['/groups/0/amount/tiers/steps/2/from tiers_unsorted'],
    ],
    [
      'an amount in another currency, wherever it stands',
      grouped({
        amount: { percent: '1', atMost: { minor: '1', currency: 'EUR' } },
        budget: { minor: '1', currency: 'EUR' },
      }),
      ['/groups/0/amount/atMost/currency mixed_units', '/groups/0/budget/currency mixed_units'],
    ],
    [
      'a number that no double can hold exactly',
      grouped({}, { fact: 'line.quantity', atMost: 1e15 + 1 }),
      ['/groups/0/when/atMost unreadable'],
    ],
    [
      'a negative number as large',
      grouped({}, { fact: 'line.quantity', atMost: -1e15 - 1 }),
      ['/groups/0/when/atMost unreadable'],
    ],
    [
      'a longer name of metadata than anybody reads',
      grouped({}, { fact: `line.metadata.${'x'.repeat(101)}`, exists: true }),
      ['/groups/0/when/fact unreadable'],
    ],
    ['a comparison with no fact', grouped({}, { equals: 'x' }), ['/groups/0/when/fact unreadable']],
    ['a fact with nothing to compare it with', grouped({}, { fact: 'line.sku' }), ['/groups/0/when unreadable']],
    ['a fact beside parts', grouped({}, { fact: 'line.sku', all: [] }), ['/groups/0/when/fact unreadable']],
    ['all and any at once', grouped({}, { all: [], any: [] }), ['/groups/0/when unreadable']],
    ['a condition that is a list', grouped({}, []), ['/groups/0/when unreadable']],
    ['more parts than a list may have', grouped({}, { any: many(101) }), ['/groups/0/when/any unreadable']],
    ['a word whose name is a path', { ...olistTerms, 'a/b~c': 1 }, ['/a~1b~0c unknown_word']],
    [
      'no percentage where an amount stands',
      grouped({ amount: { atMost: brl('1') } }),
      ['/groups/0/amount unreadable'],
    ],
    ['days that are no whole number', { ...olistTerms, returnWindowDays: 1.5 }, ['/returnWindowDays unreadable']],
    [
      'more days than can be',
      { ...olistTerms, noticeDays: 366, reviewAfterDays: 0 },
      ['/noticeDays unreadable', '/reviewAfterDays unreadable'],
    ],
    ['a name of nothing', grouped({ name: '' }), ['/groups/0/name unreadable']],
  ];
  for (const [what, terms, expected] of [...table, ...wide, ...edges]) {
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

  /** Whatever cannot be read at all is said once; nothing is concluded from it. */
  const unread: typeof table = [
    ['a group that is nothing', { ...olistTerms, groups: [null, group] }, ['/groups/0 unreadable']],
    [
      'groups that have no rank and no name',
      { ...olistTerms, groups: [1, 2].map(() => ({ when: { all: [] }, amount: { percent: '1' } })) },
      ['/groups/0/rank', '/groups/0/name', '/groups/1/rank', '/groups/1/name'].map((at) => `${at} unreadable`),
    ],
    [
      'amounts that are no amounts',
      grouped({ amount: { percent: '1', atLeast: { minor: 'x', currency: 'BRL' }, atMost: brl('1') } }),
      ['/groups/0/amount/atLeast/minor unreadable'],
    ],
    [
      'an amount as a number, above the other',
      grouped({ amount: { percent: '1', atLeast: { minor: 5, currency: 'BRL' }, atMost: brl('1') } }),
      ['/groups/0/amount/atLeast/minor unreadable'],
    ],
    [
      'an amount without a currency',
      { ...olistTerms, limits: [{ per: 'order', amount: { minor: '1' } }] },
      ['/limits/0/amount/currency unreadable'],
    ],
    [
      'an amount that is a number, in another currency',
      { ...olistTerms, limits: [{ per: 'order', amount: { minor: 1, currency: 'EUR' } }] },
      ['/limits/0/amount/minor unreadable'],
    ],
    ['a step from a word on', tiered('0', 'x', '1'), ['/groups/0/amount/tiers/steps/1/from unreadable']],
    [
      'a beginning that cannot be read',
      grouped({ during: { from: 7, until: '2026-01-01T00:00:00Z' } }),
      ['/groups/0/during/from unreadable'],
    ],
    [
      'hours of which one is a number',
      during('2027-01-01T00:00:00Z', { hours: [9, '06:00'] }),
      ['/groups/0/during/hours/0 unreadable'],
    ],
    [
      'limits of nobody, twice',
      { ...olistTerms, limits: [1, 2].map(() => ({ per: 7, period: 'day', orders: 1 })) },
      ['/limits/0/per unreadable', '/limits/1/per unreadable'],
    ],
    ['no vesting', { ...olistTerms, vesting: [] }, ['/vesting unreadable']],
    ['vesting that is left out', { ...olistTerms, vesting: undefined }, ['/vesting unreadable']],
    [
      'vesting in numbers',
      { ...olistTerms, vesting: [{ milestone: 'delivered', percent: 50 }] },
      ['/vesting/0/percent unreadable'],
    ],
    ['vesting of which one step cannot be read', vesting('50', 'x'), ['/vesting/1/percent unreadable']],
    ['a fact that is a list', grouped({}, { fact: ['line.sku'], equals: 'x' }), ['/groups/0/when/fact unreadable']],
  ];
  for (const [what, terms, expected] of unread) {
    it(`says once, and no more, that it cannot read ${what}`, () => {
      expect(faultsIn(terms)).to.have.members(expected);
    });
  }

  const passing: readonly (readonly [string, unknown])[] = [
    ['a promotion of a second', during('2026-01-01T00:00:01Z')],
    ['a promotion that is not over yet, as its zones have it', during('2026-01-01T00:30:00-01:00')],
    ['hours to the end of the day', during('2027-01-01T00:00:00Z', { hours: ['00:00', '24:00'], weekdays: [1, 7] })],
    ['a range of one number', ranged('line.quantity', 9, '9.0')],
    ['a range of numbers as texts, which are not compared as texts', ranged('line.quantity', '9', '10')],
    ['a range of amounts', ranged('line.total', brl('9'), brl('10'))],
    ['a range of moments', ranged('order.placedAt', '2026-01-01T00:30:00+01:00', '2026-01-01T00:00:00Z')],
    ['at least as much as at most', grouped({ amount: { percent: '1', atLeast: brl('2'), atMost: brl('2') } })],
    ['at most alone', grouped({ amount: { percent: '1', atMost: brl('0') } })],
    ['vesting in thirds', vesting('33.333333', '33.333333', '33.333334')],
    ['steps that rise by one', tiered('0', '1', '2', '10')],
    ['the largest numbers', grouped({}, { fact: 'line.quantity', between: [-1e15, 1e15] })],
    ['the longest name of metadata', grouped({}, { fact: `line.metadata.${'x'.repeat(100)}`, exists: true })],
    [
      'a limit for a partner and for the program',
      {
        ...olistTerms,
        limits: [
          { per: 'partner', period: 'day', orders: 3 },
          { per: 'program', period: 'day', orders: 3 },
        ],
      },
    ],
    [
      'a limit of a day and of a week',
      {
        ...olistTerms,
        limits: [
          { per: 'partner', period: 'day', orders: 3 },
          { per: 'partner', period: 'week', orders: 3 },
        ],
      },
    ],
    [
      'a limit of amounts and of orders',
      {
        ...olistTerms,
        limits: [
          { per: 'partner', period: 'day', orders: 3 },
          { per: 'partner', period: 'day', amount: brl('1') },
        ],
      },
    ],
    [
      'the names and ranks of the terms in an override',
      overridden({ groups: olistTerms.groups, limits: olistTerms.limits }),
    ],
    ['a bonus on a day', bonused({ during: { from: '2026-01-01T00:00:00Z', until: '2026-01-02T00:00:00Z' } })],
    [
      'recruits of both levels',
      {
        ...olistTerms,
        recruits: [
          { level: 1, percent: '1' },
          { level: 2, percent: '1' },
        ],
      },
    ],
    ['the most days there are', { ...olistTerms, noticeDays: 365, reviewAfterDays: 10_000, returnWindowDays: 1_000 }],
    ['nothing to wait for', { ...olistTerms, noticeDays: 0, reviewAfterDays: 1, returnWindowDays: 0 }],
  ];
  for (const [what, terms] of passing) {
    it(`takes ${what}`, () => {
      expect(faultsIn(terms)).to.be.empty;
    });
  }

  it('says of each thing that is wrong what it must be instead', () => {
    const details = (terms: unknown): readonly string[] => {
      const reading = readTerms(terms);
      return 'faults' in reading ? reading.faults.map(({ detail }) => detail) : [];
    };
    const sayings: readonly (readonly [unknown, string])[] = [
      [7, 'must be an object'],
      [{ ...olistTerms, currency: 'XXX', limits: [] }, 'must be an ISO 4217 currency'],
      [{ ...olistTerms, rounding: 'x' }, 'must be one of half_up, half_even, down, up'],
      [{ ...olistTerms, returnWindowDays: -1 }, 'must be a whole number from 0 to 1000'],
      [{ ...olistTerms, groups: [] }, 'must be a list of 1 to 200'],
      [ranged('line.quantity', 1), 'must be a list of 2'],
      [grouped({ name: 'x'.repeat(201) }), 'must be a text of 1 to 200 characters'],
      [grouped({ amount: {} }), 'must have exactly one of percent, flat, perUnit, tiers'],
      [grouped({}, { fact: 'line.sku', all: [] }), 'does not go with all'],
      [
        grouped({}, { fact: 'partner.groups', atLeast: 'x' }),
        'does not go with partner.groups; known here: equals, notEquals, in',
      ],
      [grouped({}, { fact: 'x', exists: true }), 'must be one of order.currency, order.total'],
      [grouped({}, {}), 'must have exactly one of all, any, equals, notEquals'],
      [grouped({ ranks: 1 }), 'is not a word of terms; known here: name, rank, when, amount, during, budget'],
      [{ ...olistTerms, overrides: [{ name: 'x' }] }, 'must name partners or partnerGroups: it is for nobody'],
      [grouped({ amount: { percent: '1', atLeast: brl('2'), atMost: brl('1') } }), 'must not be more than atMost'],
      [tiered('1'), 'must be "0": the first step begins there'],
      [tiered('0', '0'), 'must be more than the step before begins at'],
      [during('2026-01-01T00:00:00Z'), 'must come after from: it is over before it begins'],
      [during('2027-01-01T00:00:00Z', { hours: ['22:00', '06:00'] }), 'for a night, write two groups'],
      [ranged('line.quantity', 2, 1), 'nothing lies between'],
      [
        { ...olistTerms, limits: [...olistTerms.limits, ...olistTerms.limits] },
        'is limited in this way already: by number 1 of the list',
      ],
      [
        { ...olistTerms, vesting: [...olistTerms.vesting, ...olistTerms.vesting] },
        'vests already: number 1 of the list',
      ],
      [vesting('99'), 'must sum to 100 percent'],
      [
        { ...olistTerms, groups: [group, { ...group, name: 'b' }] },
        'is the rank of another group too: number 1 of the list',
      ],
      [
        { ...olistTerms, groups: [group, { ...group, rank: 9 }] },
        'is the name of another group too: number 1 of the list',
      ],
      [bonused({}, {}), 'is the name of another bonus too: number 1 of the list'],
      [overridden({ name: 'x' }, { name: 'x' }), 'is the name of another: number 1 of the list'],
      [
        {
          ...olistTerms,
          recruits: [
            { level: 1, percent: '1' },
            { level: 1, percent: '2' },
          ],
        },
        'is there already: number 1 of the list',
      ],
      [
        { ...olistTerms, limits: [{ per: 'order', amount: { minor: '1', currency: 'EUR' } }] },
        'must be BRL, as the terms',
      ],
      [{ ...olistTerms, currency: 7 }, 'must be the currency, as the terms'],
      [
        manyGroups(20, { all: many(100) }),
        'must not hold more than 2000 conditions, and 50000 characters to compare with',
      ],
      [grouped({}, { any: [{ all: many(99) }, { all: many(99) }] }), 'must not hold more than 200 conditions'],
    ];
    for (const [terms, saying] of sayings) expect(details(terms).join('; ')).to.include(saying);
  });

  it('takes as many conditions, and as much text to compare with, as it says', () => {
    expect(faultsIn(grouped({}, { any: [{ all: many(99) }, { all: many(98) }] }))).to.be.empty;
    expect(faultsIn(manyGroups(20, { all: many(99) }))).to.be.empty;
    expect(faultsIn(grouped({}, { fact: 'line.sku', in: many(240, 'x'.repeat(200)) }))).to.be.empty;
    // As JSON: two quotes around each, 246 commas between them, and four brackets around all.
    const characters = (count: number) =>
      grouped({}, { fact: 'line.sku', in: [...many(246, 'x'.repeat(200)), 'x'.repeat(count)] });
    expect(faultsIn(characters(56))).to.be.empty;
    expect(faultsIn(characters(57))).to.deep.equal([' too_large']);
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
    expect(faultsIn({ ...olistTerms, groups: [{ ...group, when: deep(9) }] })).to.deep.equal([
      `/groups/0/when${'/all/0'.repeat(9)} too_deep`,
    ]);
    expect(faultsIn({ ...olistTerms, groups: [{ ...group, when: deep(8) }] })).to.be.empty;
  });
});
