import { expect } from 'chai';
import { implies, neverHolds } from '../../../../src/modules/commission/domain/terms/reading/implication.ts';
import type { Condition } from '../../../../src/modules/commission/domain/terms/terms.ts';

const on = (fact: string) => (words: object) => ({ fact, ...words }) as Condition;
const sku = on('line.sku');
const quantity = on('line.quantity');
const groups = on('partner.groups');
const size = on('line.metadata.size');
const placed = on('order.placedAt');
const total = on('line.total');
const brl = (minor: string) => ({ minor, currency: 'BRL' });
const is = (category: string): Condition => ({ fact: 'line.category', equals: category });
const all = (...parts: readonly Condition[]): Condition => ({ all: parts });
const any = (...parts: readonly Condition[]): Condition => ({ any: parts });
const never = any();

type Pair = readonly [what: string, a: Condition, b: Condition];

const implied: readonly Pair[] = [
  ['anything, whatever holds always', is('car'), all()],
  ['what never holds, anything', never, is('car')],
  [
    'both, the same two the other way round',
    all(is('car'), sku({ equals: 'R' })),
    all(sku({ equals: 'R' }), is('car')),
  ],
  ['both, either of the first and another', all(is('car'), quantity({ atLeast: 2 })), any(is('robot'), is('car'))],
  ['either of what is in a list, the list', any(is('a'), is('b')), { fact: 'line.category', in: ['a', 'b', 'c'] }],
  ['words that are the same, whatever they mean', sku({ exists: false }), sku({ exists: false })],
  ['a text among several, the same again', groups({ notContains: 'x' }), groups({ notContains: 'x' })],
  ['a value, all that has it for an end', quantity({ equals: 2 }), quantity({ between: ['2', '2.00'] })],
  ['a value, at least it', quantity({ equals: 2 }), quantity({ atLeast: '2.0' })],
  ['a value, at most it', quantity({ equals: 2 }), quantity({ atMost: '2.0' })],
  ['a number as text, the same as a number', quantity({ equals: '2' }), quantity({ atLeast: 2 })],
  ['an amount, a range with it', total({ equals: brl('5') }), total({ between: [brl('5'), brl('6')] })],
  [
    'a moment, before a later one',
    placed({ equals: '2026-01-01T00:00:00Z' }),
    placed({ lessThan: '2026-01-01T00:00:01Z' }),
  ],
  ['less, at most', quantity({ lessThan: 2 }), quantity({ atMost: 2 })],
  ['more, at least', quantity({ moreThan: 2 }), quantity({ atLeast: 2 })],
  ['less, less than the same in other figures', quantity({ lessThan: 2 }), quantity({ lessThan: '2.0' })],
  ['more, more than the same in other figures', quantity({ moreThan: 2 }), quantity({ moreThan: '2.0' })],
  ['a range, one that ends later', quantity({ between: [2, 5] }), quantity({ between: [2, 6] })],
  ['a range, one that begins earlier', quantity({ between: [2, 5] }), quantity({ between: [1, 5] })],
  ['an amount, at least less', total({ moreThan: brl('1000') }), total({ atLeast: brl('999') })],
  [
    'a moment, the same in another zone',
    placed({ lessThan: '2026-01-01T01:00:00+01:00' }),
    placed({ atMost: '2026-01-01T00:00:00Z' }),
  ],
  ['metadata that is a number, a range of it', size({ equals: 2 }), size({ moreThan: '1.9' })],
  ['a text, what it begins with', sku({ equals: 'R-1' }), sku({ startsWith: 'R-' })],
  ['a text, what it ends with', sku({ equals: 'R-1' }), sku({ endsWith: '-1' })],
  ['a text, what is in it', sku({ equals: 'R-1' }), sku({ contains: '-' })],
  ['a text, what is not in it', sku({ equals: 'R-1' }), sku({ notContains: 'x' })],
  ['a text, that it is no other', sku({ equals: 'R-1' }), sku({ notEquals: 'R-2' })],
  ['a text, that it is none of others', sku({ equals: 'R-1' }), sku({ notIn: ['R-2', 'R-3'] })],
  ['a list, what all of it begins with', sku({ in: ['R-1', 'R-2'] }), sku({ startsWith: 'R-' })],
  ['a list, a longer one', sku({ in: ['R-1', 'R-2'] }), sku({ in: ['R-2', 'R-3', 'R-1'] })],
  ['a beginning, a shorter one', sku({ startsWith: 'R-1' }), sku({ startsWith: 'R-' })],
  ['a beginning, what is in it', sku({ startsWith: 'R-1' }), sku({ contains: '-' })],
  ['an ending, a shorter one', sku({ endsWith: '-12' }), sku({ endsWith: '2' })],
  ['an ending, what is in it', sku({ endsWith: '-12' }), sku({ contains: '1' })],
  ['what is in it, a part of that', sku({ contains: 'R-1' }), sku({ contains: 'R' })],
];

const notImplied: readonly Pair[] = [
  ['what holds always, anything', all(), is('car')],
  ['anything, what never holds', is('car'), never],
  ['one, both', is('car'), all(is('car'), is('car'), quantity({ atLeast: 2 }))],
  ['either, the one', any(is('car'), is('robot')), is('car')],
  ['both, neither of two others', all(is('car'), sku({ equals: 'R' })), any(is('robot'), sku({ equals: 'C' }))],
  ['the same of another fact', sku({ equals: 'a' }), is('a')],
  ['that it is there, that it is not', sku({ exists: true }), sku({ exists: false })],
  ['that it is something, that it is there', sku({ equals: 'a' }), sku({ exists: true })],
  ['that it is there, what it is not', sku({ exists: true }), sku({ notEquals: 'a' })],
  ['the same value by an operator that says the contrary', sku({ equals: 'a' }), sku({ notEquals: 'a' })],
  ['a text among several, a list with it', groups({ equals: 'a' }), groups({ in: ['a', 'b'] })],
  ['a value, less than it', quantity({ equals: 2 }), quantity({ lessThan: 2 })],
  ['a value, more than it', quantity({ equals: 2 }), quantity({ moreThan: 2 })],
  ['at most, less', quantity({ atMost: 2 }), quantity({ lessThan: '2.0' })],
  ['at least, more', quantity({ atLeast: 2 }), quantity({ moreThan: '2.0' })],
  ['a range, one that begins later', quantity({ between: [2, 5] }), quantity({ between: [3, 5] })],
  ['a range, one that ends earlier', quantity({ between: [2, 5] }), quantity({ between: [2, 4] })],
  ['what has no end, what has one', quantity({ atLeast: 2 }), quantity({ between: [1, 9] })],
  ['what has no beginning, what has one', quantity({ atMost: 2 }), quantity({ atLeast: 1 })],
  ['an amount, at least more', total({ atLeast: brl('1000') }), total({ atLeast: brl('1001') })],
  ['an amount, at most less', total({ atMost: brl('1000') }), total({ atMost: brl('999') })],
  [
    'a moment, an earlier one',
    placed({ lessThan: '2026-01-01T00:00:00Z' }),
    placed({ lessThan: '2025-12-31T23:59:59Z' }),
  ],
  ['metadata that is text, a range of numbers', size({ equals: '2' }), size({ atLeast: 1 })],
  ['a range, a text', size({ atLeast: 1 }), size({ contains: '1' })],
  ['numbers that are listed, a text among them', size({ in: [1, 2] }), size({ in: ['1', '2'] })],
  ['a text, another', sku({ equals: 'R-1' }), sku({ equals: 'R-2' })],
  ['a text, what it ends with as its beginning', sku({ equals: 'R-1' }), sku({ startsWith: '1' })],
  ['a text, what it begins with as its end', sku({ equals: 'R-1' }), sku({ endsWith: 'R' })],
  ['a text, what is not in it', sku({ equals: 'R-1' }), sku({ contains: 'x' })],
  ['a text, that what is in it is not', sku({ equals: 'R-1' }), sku({ notContains: '-' })],
  ['a text, that it is none of a list with it', sku({ equals: 'R-1' }), sku({ notIn: ['R-2', 'R-1'] })],
  ['a list, what only one of it ends with', sku({ in: ['R-1', 'R-2'] }), sku({ endsWith: '1' })],
  ['a list, a shorter one', sku({ in: ['R-1', 'R-2'] }), sku({ in: ['R-1'] })],
  ['a beginning, a longer one', sku({ startsWith: 'R-' }), sku({ startsWith: 'R-1' })],
  ['a beginning, that it is no other text', sku({ startsWith: 'R-' }), sku({ notContains: 'x' })],
  ['a beginning, an ending', sku({ startsWith: '11' }), sku({ endsWith: '1' })],
  ['an ending, a beginning', sku({ endsWith: '11' }), sku({ startsWith: '1' })],
  ['an ending, that it is no other', sku({ endsWith: '-1' }), sku({ notEquals: 'C' })],
  ['what is in it, a beginning', sku({ contains: 'R-1' }), sku({ startsWith: 'R' })],
  ['what is in it, an ending', sku({ contains: 'R-1' }), sku({ endsWith: '1' })],
  ['what it is not, what else it may be', sku({ notEquals: 'a' }), sku({ notIn: ['a', 'b'] })],
];

describe('whether one condition implies another', () => {
  for (const [what, a, b] of implied) {
    it(`knows that it does: ${what}`, () => {
      expect(implies(a, b, { left: 100 })).to.equal(true);
    });
  }
  for (const [what, a, b] of notImplied) {
    it(`does not say so of ${what}`, () => {
      expect(implies(a, b, { left: 100 })).to.equal(false);
    });
  }

  it('is not known once it takes more patience than is left, which lists take by each pair of their values', () => {
    const listed = (prefix: string, length: number) => Array.from({ length }, (_, index) => `${prefix}${index}`);
    const [ten, twenty] = [sku({ in: listed('a', 10) }), sku({ notIn: listed('b', 20) })];

    expect(implies(ten, twenty, { left: 201 })).to.equal(true);
    expect(implies(ten, twenty, { left: 200 })).to.equal(false);
    expect(implies(sku({ equals: 'a' }), twenty, { left: 21 })).to.equal(true);
    expect(implies(sku({ equals: 'a' }), twenty, { left: 20 })).to.equal(false);
    expect(implies(is('car'), all(), { left: 1 })).to.equal(true);
    expect(implies(is('car'), all(), { left: 0 })).to.equal(false);
  });
});

describe('what can never hold', () => {
  const impossible: readonly (readonly [string, Condition])[] = [
    ['either of nothing', never],
    ['either of two that never hold', any(never, all(is('car'), is('robot')))],
    ['all of what holds and what never does', all(is('car'), never)],
    ['all within all', all(quantity({ atLeast: 1 }), all(is('car'), is('robot')))],
    ['two texts at once', all(is('car'), is('robot'))],
    ['two texts with others between them', all(is('car'), quantity({ equals: 1 }), is('robot'), sku({ equals: 'a' }))],
    ['a text and a list without it', all(sku({ equals: 'a' }), sku({ in: ['b', 'c'] }))],
    ['two lists with nothing in common', all(sku({ in: ['a', 'b'] }), sku({ in: ['c'] }))],
    ['to be there and not', all(sku({ exists: true }), sku({ exists: false }))],
    ['two numbers at once', all(quantity({ equals: 1 }), quantity({ equals: 2 }))],
    ['less than it is at least', all(quantity({ lessThan: 3 }), quantity({ atLeast: 3 }))],
    ['more than it is at most', all(quantity({ moreThan: 3 }), quantity({ atMost: 3 }))],
    ['more and less than the same', all(quantity({ moreThan: 3 }), quantity({ lessThan: 3 }))],
    ['ranges that are apart', all(quantity({ between: [3, 4] }), quantity({ between: [1, 2] }))],
    ['amounts that are apart', all(total({ atMost: brl('9') }), total({ atLeast: brl('10') }))],
    ['moments apart', all(placed({ lessThan: '2026-01-01T00:00:00Z' }), placed({ atLeast: '2026-01-01T00:00:00Z' }))],
  ];
  for (const [what, condition] of impossible) {
    it(`is ${what}`, () => {
      expect(neverHolds(condition)).to.equal(true);
    });
  }

  const possible: readonly (readonly [string, Condition])[] = [
    ['all of nothing', all()],
    ['one alone', is('car')],
    ['either, where one can hold', any(never, is('car'))],
    ['the same twice', all(is('car'), is('car'))],
    ['the same text for two facts', all(is('car'), sku({ equals: 'robot' }))],
    ['a text and a list with it', all(sku({ equals: 'a' }), sku({ in: ['b', 'a'] }))],
    ['a text and what it may begin with', all(sku({ equals: 'a' }), sku({ startsWith: 'b' }))],
    ['to be there and to be something', all(sku({ exists: true }), sku({ equals: 'a' }))],
    ['two lists with one in common', all(sku({ in: ['a', 'b'] }), sku({ in: ['b', 'c'] }))],
    ['to be there, said twice', all(sku({ exists: true }), sku({ exists: true }))],
    ['at least and at most the same', all(quantity({ atLeast: 3 }), quantity({ atMost: '3.0' }))],
    ['ranges that share an end', all(quantity({ between: [1, 2] }), quantity({ between: [2, 3] }))],
    ['ranges of different facts', all(quantity({ atLeast: 3 }), size({ lessThan: 3 }))],
    ['two beginnings without an end', all(quantity({ atLeast: 3 }), quantity({ moreThan: 9 }))],
    ['two of several groups at once', all(groups({ equals: 'a' }), groups({ equals: 'b' }))],
    ['metadata as a text and as a number', all(size({ equals: '2' }), size({ equals: 2 }))],
    ['a contradiction that is only one way of two', any(all(is('car'), is('robot')), is('car'))],
  ];
  for (const [what, condition] of possible) {
    it(`is not ${what}`, () => {
      expect(neverHolds(condition)).to.equal(false);
    });
  }
});
