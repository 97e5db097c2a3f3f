import { expect } from 'chai';
import { readTerms } from '../../../../src/modules/commission/domain/read-terms.ts';
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
    [
      'no object',
      7,
      [
        '/currency unreadable',
        '/rounding unreadable',
        '/groups unreadable',
        '/limits unreadable',
        '/vesting unreadable',
        '/vesting vesting_incomplete',
        '/returnWindowDays unreadable',
        ' unreadable',
      ],
    ],
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
  for (const [what, terms, expected] of table) {
    it(`refuses ${what}, and says where`, () => {
      expect(faultsIn(terms)).to.have.members(expected);
    });
  }

  it('finds everything wrong at once', () => {
    expect(faultsIn({ ...olistTerms, rounding: 'up_and_away', returnWindowDays: -1, groups: [] })).to.have.length(3);
  });

  it('refuses conditions nested without end', () => {
    const deep = (left: number): unknown => (left === 0 ? { all: [] } : { all: [deep(left - 1)] });

    expect(faultsIn({ ...olistTerms, groups: [{ ...group, when: deep(40) }] })[0]).to.include('too_deep');
  });
});
