import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'chai';
import {
  type ConditionName,
  conditionForm,
  conditionSchema,
} from '../../../../src/modules/commission/domain/terms/reading/condition-form.ts';
import {
  described,
  either,
  Faults,
  type Form,
  listOf,
  matching,
  named,
  objectOf,
  oneOf,
  text,
  wholeNumber,
  withAnyOf,
  withOneOf,
} from '../../../../src/modules/commission/domain/terms/reading/form.ts';
import { moneyOf } from '../../../../src/modules/commission/domain/terms/reading/operands.ts';
import { termsSchema } from '../../../../src/modules/commission/domain/terms/reading/terms-form.ts';

const bySchema = (schema: object) => new Ajv2020({ strict: false, validateFormats: false }).compile(schema);
const faultsOf = (form: Form, value: unknown): readonly string[] => {
  const faults = new Faults();
  form.read(value, '', faults);
  return faults.found.map(({ pointer, detail }) => `${pointer} ${detail}`.trim());
};

const number = wholeNumber(1, 9);
const word = text(3);
/** What each form takes, and what it does not. */
const forms: readonly (readonly [string, () => Form, readonly unknown[], readonly unknown[]])[] = [
  ['one of several words', () => oneOf(['a', 1, true]), ['a', 1, true], ['b', '1', 'true', null, []]],
  ['a text', () => text(3), ['a', 'abc'], ['', 'abcd', 7, null]],
  ['a text of a pattern', () => matching(/^\d+$/, 'must be digits'), ['7'], ['', 'x', 7]],
  ['a whole number', () => wholeNumber(1, 9), [1, 9], [0, 10, 1.5, '1']],
  ['a list', () => listOf(number, 1, 2), [[1], [1, 2]], [[], [1, 2, 3], [0], {}, 'a']],
  ['a list of so many', () => listOf(number, 2, 2), [[1, 2]], [[1], [1, 2, 3]]],
  ['either of two', () => either((value) => typeof value === 'string', word, number), ['abc', 9], ['abcd', 10, null]],
  [
    'an object',
    () => objectOf({ a: number }, { b: word }),
    [{ a: 1 }, { a: 1, b: 'x' }],
    [{}, { b: 'x' }, { a: 0 }, { a: 1, c: 1 }, { a: 1, b: '' }, [], 7, null],
  ],
  [
    'an object of one of several',
    () => withOneOf({ a: number, b: word }, { c: number }, { d: word }),
    [
      { a: 1, c: 1 },
      { b: 'x', c: 1, d: 'y' },
    ],
    [{ c: 1 }, { a: 1, b: 'x', c: 1 }, { a: 1 }, { a: 1, c: 1, e: 1 }, { b: '', c: 1 }, { a: 1, c: 1, d: '' }],
  ],
  [
    'an object of some of several',
    () => withAnyOf(['a', 'b'], objectOf({}, { a: number, b: word, c: number }), 'must have a or b'),
    [{ a: 1 }, { b: 'x' }, { a: 1, b: 'x', c: 1 }],
    [{}, { c: 1 }, { a: 1, d: 1 }, 7],
  ],
  ['something that is described', () => described('how many', number), [1], [0]],
  [
    'an amount of money',
    () => {
      const { definition, read } = moneyOf(3);
      return { schema: definition, read };
    },
    [{ minor: '999', currency: 'EUR' }],
    [
      { minor: '1000', currency: 'EUR' },
      { minor: 1, currency: 'EUR' },
      { minor: '-1', currency: 'EUR' },
      { minor: '1', currency: 'eur' },
      { minor: '1' },
    ],
  ],
];

describe('a form, and the schema of it,', () => {
  for (const [what, make, taken, refused] of forms) {
    it(`takes ${what}, and nothing else`, () => {
      const form = make();
      const passes = bySchema(form.schema);
      for (const value of taken) {
        expect(faultsOf(form, value), JSON.stringify(value)).to.deep.equal([]);
        expect(passes(value), JSON.stringify(value)).to.equal(true);
      }
      for (const value of refused) {
        expect(faultsOf(form, value), JSON.stringify(value)).to.have.length.above(0);
        expect(passes(value), JSON.stringify(value)).to.equal(false);
      }
    });
  }

  it('says what must be instead, and where', () => {
    expect(faultsOf(oneOf(['a', 1, true]), 'b')).to.deep.equal(['must be one of a, 1, true']);
    expect(faultsOf(listOf(number, 2, 2), [])).to.deep.equal(['must be a list of 2']);
    expect(faultsOf(listOf(number, 1, 2), [])).to.deep.equal(['must be a list of 1 to 2']);
    expect(faultsOf(objectOf({ a: listOf(number, 1, 2) }), { a: [1, 0] })).to.deep.equal([
      '/a/1 must be a whole number from 1 to 9',
    ]);
    expect(faultsOf(moneyOf(3), { minor: '1', currency: 'x' })).to.deep.equal([
      '/currency must be an ISO 4217 currency',
    ]);
  });

  it('is written out once where it has a name', () => {
    const form = named('digit', number);

    expect([form.schema, form.definition]).to.deep.equal([{ $ref: '#/$defs/digit' }, number.schema]);
  });
});

describe('the schema of a condition', () => {
  const nested = (depth: number): object => (depth === 0 ? { all: [] } : { any: [nested(depth - 1)] });
  /** As a condition of a line, and as one of the order as a whole. */
  const conditions: readonly (readonly [unknown, ofLine: boolean, ofOrder: boolean])[] = [
    [{ all: [] }, true, true],
    [nested(8), true, true],
    [{ all: [{ fact: 'order.total', exists: true }], any: [] }, false, false],
    [{ all: {} }, false, false],
    [{ any: Array.from({ length: 100 }, () => ({ all: [] })) }, true, true],
    [{ any: Array.from({ length: 101 }, () => ({ all: [] })) }, false, false],
    [{}, false, false],
    [7, false, false],
    [{ equals: 'x' }, false, false],
    [{ fact: 'line.sku' }, false, false],
    [{ fact: 'line.sku', equals: 'x' }, true, false],
    [{ fact: 'line.sku', equals: 'x', exists: true }, false, false],
    [{ fact: 'line.sku', lessThan: 'x' }, false, false],
    [{ fact: 'line.metadata.a', equals: 7 }, true, false],
    [{ fact: 'order.metadata.a', equals: 7 }, true, true],
    [{ fact: 'order.metadata.a', in: [1, 2.5] }, true, true],
    [{ fact: 'order.metadata.a', in: [1, 'x'] }, false, false],
    [{ equals: 'x', contains: 'y' }, false, false],
    [{ fact: 'customer.metadata.a', in: ['x', 'y'] }, true, true],
    [{ fact: 'orderXmetadata.a', equals: 7 }, false, false],
    [{ fact: 'order.metadata.', equals: 7 }, false, false],
    [{ fact: 'partner.groups', contains: 'x' }, true, true],
    [{ fact: 'customer.orderNumber', between: [1, '2.5'] }, true, true],
    [{ fact: 'customer.orderNumber', between: [1] }, false, false],
    [{ fact: 'customer.orderNumber', contains: '1' }, false, false],
    [{ fact: 'order.coupon', equals: 'x' }, false, false],
  ];
  for (const name of ['condition', 'orderCondition'] as const) {
    it(`takes what the reader takes: ${name}`, () => {
      const passes = bySchema({
        ...conditionForm(name).schema,
        $defs: {
          ...(termsSchema['$defs'] as object),
          ...Object.fromEntries(
            (['condition', 'orderCondition'] satisfies ConditionName[]).map((each) => [each, conditionSchema(each)]),
          ),
        },
      });
      for (const [condition, ofLine, ofOrder] of conditions) {
        const expected = name === 'condition' ? ofLine : ofOrder;
        expect(passes(condition), JSON.stringify(condition)).to.equal(expected);
        expect(faultsOf(conditionForm(name), condition).length === 0, JSON.stringify(condition)).to.equal(expected);
      }
    });
  }

  it('says why a fact of a line does not go where the order as a whole is looked at', () => {
    expect(faultsOf(conditionForm('orderCondition'), { fact: 'line.sku', equals: 'x' })).to.deep.equal([
      '/fact is of a line, and this looks at the order as a whole',
    ]);
  });
});
