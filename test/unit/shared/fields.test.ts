import { expect } from 'chai';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import fc from 'fast-check';
import {
  IsBag,
  IsBagList,
  IsCurrency,
  IsDay,
  IsDecimal,
  IsFlag,
  IsIdList,
  IsIdOf,
  IsInstant,
  IsListOf,
  IsMoney,
  IsMonth,
  IsNested,
  IsOneOf,
  IsLine,
  IsLineList,
  IsText,
  IsTextList,
  IsTimeZone,
  IsWebAddress,
  IsWhole,
} from '../../../src/shared/fields.ts';
import { parseAs } from '../../../src/shared/parse.ts';
import { fieldNames, type JsonSchema, schemaOf, type Shape } from '../../../src/shared/shape.ts';
import type { Fault } from '../../../src/shared/errors.ts';
import { AppError } from '../../../src/shared/errors.ts';
import { idOf } from '../../support/clock.ts';

const shapeWith = (decorator: PropertyDecorator): Shape => {
  class Probe {}
  decorator(Probe.prototype, 'field');
  return Probe;
};

const faultsOf = (shape: Shape, input: unknown, unknown: 'refuse' | 'drop' = 'refuse'): readonly Fault[] => {
  try {
    parseAs(shape, input, unknown);
    return [];
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    expect(error.code).to.equal('input.invalid');
    return error.details.faults ?? [];
  }
};

/** Every shape it refers to, inlined: ajv then judges one self-contained schema. */
const inlined = (shape: Shape): JsonSchema => schemaOf(shape, inlined);

const ajv = new Ajv2020({ strict: false });
formats.default(ajv);

class Leaf {
  @IsText({ max: 5 }) readonly name!: string;
  @IsWhole({ min: 0, max: 9, optional: true }) readonly size?: number;
}
class Branch {
  @IsNested(() => Leaf, { optional: true }) readonly leaf?: Leaf;
  @IsNested(() => Leaf, { nullable: true }) readonly other!: Leaf | null;
  @IsListOf(() => Leaf, { max: 3, optional: true }) readonly 'many/~'?: readonly Leaf[];
}

const junk = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom<unknown>(null, '', ' ', 0, -1, 1.5, true, [], {}, [null], [[]], 'null', '0', '\u0000', '❤️', '😀😀'),
);
const leaf = fc.oneof(
  fc.record({ name: fc.string({ maxLength: 6 }), size: fc.integer({ min: -1, max: 10 }) }, { requiredKeys: ['name'] }),
  fc.record({ name: fc.string({ maxLength: 3 }), more: fc.boolean() }),
);

/**
 * Each decorator, what it is likely to be given, and what its schema cannot say: there the code may be stricter than
 * the document, and never the other way round.
 */
const CASES: readonly {
  readonly name: string;
  readonly decorator: PropertyDecorator;
  readonly likely: fc.Arbitrary<unknown>;
  readonly beyondSchema?: string;
}[] = [
  {
    name: 'IsText',
    decorator: IsText({ min: 2, max: 4 }),
    likely: fc.oneof(fc.string({ maxLength: 6 }), fc.string({ unit: 'grapheme', maxLength: 4 })),
    beyondSchema: 'NUL and halves of characters',
  },
  {
    name: 'IsText with a pattern',
    decorator: IsText({ max: 4, pattern: /^[a-c]+$/ }),
    likely: fc.stringMatching(/^[a-d]{0,6}$/),
  },
  {
    name: 'IsLine',
    decorator: IsLine({ max: 4 }),
    likely: fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 5 }),
      fc.stringMatching(/^[a-b\t\n\r\u0085\u009f\u2028\u202e]{1,4}$/),
    ),
    beyondSchema: 'halves of characters',
  },
  {
    name: 'IsLineList',
    decorator: IsLineList({ max: 3 }),
    likely: fc.array(fc.stringMatching(/^[a-b\n\u202a]{0,2}$/), { maxLength: 4 }),
    beyondSchema: 'halves of characters',
  },
  { name: 'IsOneOf', decorator: IsOneOf(['a', 'b']), likely: fc.constantFrom('a', 'b', 'c', 'A') },
  {
    name: 'IsOneOf, or null',
    decorator: IsOneOf(['a', 'b'], { nullable: true }),
    likely: fc.constantFrom('a', null, 'c'),
  },
  { name: 'IsFlag', decorator: IsFlag(), likely: fc.boolean() },
  { name: 'IsFlag, or null', decorator: IsFlag({ nullable: true }), likely: fc.constantFrom(true, false, null) },
  { name: 'IsIdOf', decorator: IsIdOf('ord'), likely: fc.nat(9).map((n) => idOf(n % 2 ? 'ord' : 'com', n)) },
  {
    name: 'IsInstant',
    decorator: IsInstant(),
    likely: fc.oneof(
      fc
        .date({ noInvalidDate: true, min: new Date('1000-01-01'), max: new Date('9999-12-31') })
        .map((at) => at.toISOString()),
      fc.constantFrom('2018-12-31T00:00:00Z', '2018-12-31', '2018-12-31T00:00Z', '2018-02-30T00:00:00Z'),
      fc.constantFrom(
        '2018-12-31T23:59:60Z',
        '2018-12-31T24:00:00Z',
        '2018-12-31T00:00:00-03:00',
        '2018-12-31T00:00:00.123456Z',
      ),
    ),
    beyondSchema: 'leap seconds, lower case, years before 1583',
  },
  {
    name: 'IsMonth',
    decorator: IsMonth(),
    likely: fc.constantFrom('2018-11', '2018-13', '2018-1', '2018-01-01', '2018-01\n'),
  },
  {
    name: 'IsDay',
    decorator: IsDay(),
    likely: fc.constantFrom<unknown>('2018-12-31', '2018-02-30', '2024-02-29', '1500-01-01', ['2018-12-31'], 2018),
    beyondSchema: 'years before 1583',
  },
  {
    name: 'IsCurrency',
    decorator: IsCurrency(),
    likely: fc.constantFrom('BRL', 'JPY', 'KWD', 'XXX', 'brl', 'BRLX'),
    beyondSchema: 'the list of ISO 4217',
  },
  {
    name: 'IsTimeZone',
    decorator: IsTimeZone(),
    likely: fc.constantFrom('America/Sao_Paulo', 'UTC', 'Mars/Olympus'),
    beyondSchema: 'the list of zones',
  },
  {
    name: 'IsDecimal',
    decorator: IsDecimal(),
    likely: fc.constantFrom('0.065', '12', '-0.5', '.5', '5.', '1e3', '0.0650'),
  },
  {
    name: 'IsWebAddress',
    decorator: IsWebAddress(),
    likely: fc.oneof(
      fc.webUrl({ withQueryParameters: true, withFragments: true }),
      fc.string({ unit: 'binary' }).map((tail) => `https://a.b/${tail}`),
      fc.string().map((host) => `https://${host}/`),
      fc.constantFrom(
        'http://a:b@c.d/',
        'ftp://a.b/',
        'javascript:alert(1)',
        '//a.b',
        'https://',
        'HTTPS://A.B/',
        'http://[::1]:80/',
        'http://①②⑦.0.0.1/',
      ),
    ),
    beyondSchema: 'user names, and addresses that do not parse',
  },
  {
    name: 'IsWhole',
    decorator: IsWhole({ min: -5, max: 5 }),
    likely: fc.oneof(fc.integer({ min: -7, max: 7 }), fc.double()),
  },
  {
    name: 'IsMoney',
    decorator: IsMoney(),
    likely: fc.record({
      minor: fc.oneof(
        fc.bigInt().map(String),
        fc.constantFrom('1', '-1', '0', '1.5', '', '1'.repeat(18), '1'.repeat(19)),
      ),
      currency: fc.constantFrom('BRL', 'JPY', 'XXX', 'brl'),
    }),
    beyondSchema: 'the list of ISO 4217',
  },
  {
    name: 'IsMoney, also negative',
    decorator: IsMoney({ negative: true }),
    likely: fc.record({ minor: fc.bigInt().map(String), currency: fc.constantFrom('BRL', 'JPY') }),
  },
  { name: 'IsNested', decorator: IsNested(() => Leaf), likely: leaf, beyondSchema: 'NUL and halves of characters' },
  {
    name: 'IsNested, or null',
    decorator: IsNested(() => Leaf, { nullable: true }),
    likely: fc.oneof(leaf, fc.constant(null)),
    beyondSchema: 'NUL and halves of characters',
  },
  {
    name: 'IsListOf',
    decorator: IsListOf(() => Leaf, { min: 1, max: 3 }),
    likely: fc.array(fc.oneof({ weight: 3, arbitrary: leaf }, { weight: 1, arbitrary: junk }), { maxLength: 4 }),
    beyondSchema: 'NUL and halves of characters',
  },
  {
    name: 'IsTextList',
    decorator: IsTextList({ max: 3 }),
    likely: fc.array(fc.oneof(fc.string({ maxLength: 3 }), junk), { maxLength: 4 }),
    beyondSchema: 'NUL and halves of characters',
  },
  {
    name: 'IsBag',
    decorator: IsBag(),
    likely: fc.dictionary(fc.string(), junk),
    beyondSchema: 'NUL and halves of characters',
  },
  {
    name: 'IsIdList',
    decorator: IsIdList('ord', { min: 1, max: 2 }),
    likely: fc.array(
      fc.nat(9).map((n) => idOf(n % 3 ? 'ord' : 'com', n)),
      { maxLength: 3 },
    ),
  },
  {
    name: 'IsBagList',
    decorator: IsBagList({ max: 2, items: { type: 'object' } }),
    likely: fc.array(fc.dictionary(fc.string(), fc.string()), { maxLength: 3 }),
  },
];

describe('what the code checks and what the document says', () => {
  for (const { name, decorator, likely, beyondSchema } of CASES) {
    it(`are one for ${name}${beyondSchema === undefined ? '' : `, but for ${beyondSchema}`}`, () => {
      const shape = shapeWith(decorator);
      const fits = ajv.compile(inlined(shape));
      let accepted = 0;
      let refused = 0;
      // An item of a bag list is judged by its reader, so the items of junk are left out there.
      const values =
        name === 'IsBagList' ? likely : fc.oneof({ weight: 4, arbitrary: likely }, { weight: 1, arbitrary: junk });
      fc.assert(
        fc.property(values, (field) => {
          const bySchema = fits({ field });
          const byCode = faultsOf(shape, { field }).length === 0;
          if (byCode) accepted += 1;
          else refused += 1;
          if (beyondSchema === undefined) expect(byCode, JSON.stringify(field)).to.equal(bySchema);
          else if (byCode) expect(bySchema, JSON.stringify(field)).to.equal(true);
        }),
        { numRuns: 400 },
      );
      // A property that never saw both answers proves nothing.
      expect(accepted, 'accepted').to.be.greaterThan(5);
      expect(refused, 'refused').to.be.greaterThan(5);
      expect(fits({}), 'required').to.equal(false);
      expect(faultsOf(shape, {}).map(({ pointer }) => pointer)).to.include('/field');
    });
  }

  it('are one for a field that may be left out, and is then not null', () => {
    const shape = shapeWith(IsText({ max: 3, optional: true }));
    const fits = ajv.compile(inlined(shape));
    for (const input of [{}, { field: 'a' }, { field: null }, { field: 7 }]) {
      expect(faultsOf(shape, input).length === 0, JSON.stringify(input)).to.equal(fits(input));
    }
    expect(faultsOf(shape, { field: undefined })).to.deep.equal([]);
  });

  it('are one for a field that may be null, and must not be left out', () => {
    for (const decorator of [IsText({ max: 3, nullable: true }), IsNested(() => Leaf, { nullable: true })]) {
      const shape = shapeWith(decorator);
      const fits = ajv.compile(inlined(shape));
      for (const input of [{}, { field: null }, { field: 7 }]) {
        expect(faultsOf(shape, input).length === 0, JSON.stringify(input)).to.equal(fits(input));
      }
    }
  });
});

describe('reading an input', () => {
  it('finds everything wrong at once, each with its JSON pointer', () => {
    const faults = faultsOf(Branch, {
      leaf: { name: 'too long', size: 10, colour: 'red' },
      'many/~': [{ name: 'ok' }, null, { name: '' }, [{ name: 'ok' }]],
      more: 1,
    });

    expect(faults.map(({ pointer, code }) => `${pointer} ${code}`)).to.have.members([
      '/more input.unknown_field',
      '/other input.invalid',
      '/leaf/colour input.unknown_field',
      '/leaf/name input.invalid',
      '/leaf/size input.invalid',
      '/many~1~0 input.invalid',
      '/many~1~0/1 input.not_an_object',
      '/many~1~0/2/name input.invalid',
      '/many~1~0/3 input.not_an_object',
    ]);
    expect(faults.find(({ pointer }) => pointer === '/leaf/name')?.detail).to.equal(
      'must be text of 1 to 5 characters',
    );
  });

  it('says in words what a pattern asks for, where somebody wrote them', () => {
    const plain = shapeWith(IsText({ max: 9, pattern: /^x$/ }));
    const said = shapeWith(IsText({ max: 9, pattern: /^x$/, says: 'must be an x' }));

    expect(faultsOf(plain, { field: 'y' }).map(({ detail }) => detail)).to.deep.equal(['must match ^x$']);
    expect(faultsOf(said, { field: 'y' }).map(({ detail }) => detail)).to.deep.equal(['must be an x']);
  });

  it('says of what is missing that it is, once, whatever else it would have to be', () => {
    expect(faultsOf(Branch, { leaf: { size: 1 }, other: null })).to.deep.include({
      pointer: '/leaf/name',
      code: 'input.invalid',
      detail: 'must be there',
    });
  });

  it('gives nested values their classes and copies nothing else', () => {
    const value = parseAs(Branch, { leaf: { name: 'a', x: 1 }, other: null, 'many/~': [{ name: 'b' }], x: 1 }, 'drop');
    expect(value.leaf).to.be.instanceOf(Leaf);
    expect(value['many/~']?.[0]).to.be.instanceOf(Leaf);
    expect(JSON.parse(JSON.stringify(value))).to.deep.equal({
      leaf: { name: 'a' },
      other: null,
      'many/~': [{ name: 'b' }],
    });
  });

  for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'prototype']) {
    it(`treats ${name} as a name like any other`, () => {
      const input: unknown = JSON.parse(`{"name":"a","${name}":{"name":"b","size":1}}`);
      expect(faultsOf(Leaf, input)).to.deep.equal([
        { pointer: `/${name}`, code: 'input.unknown_field', detail: 'is not a field we know' },
      ]);
      const dropped = parseAs(Leaf, input, 'drop');
      expect(JSON.parse(JSON.stringify(dropped))).to.deep.equal({ name: 'a' });
      expect(dropped.size).to.equal(undefined);
    });
  }

  it('wants an object', () => {
    for (const input of [null, undefined, 'x', 7, [], [{ name: 'a' }]]) {
      expect(faultsOf(Leaf, input)).to.deep.equal([
        { pointer: '', code: 'input.not_an_object', detail: 'must be a JSON object' },
      ]);
    }
  });

  it('lets no text through that a database cannot store', () => {
    class Texts {
      @IsText({ max: 9, optional: true }) readonly text?: string;
      @IsTextList({ max: 9, optional: true }) readonly list?: readonly string[];
      @IsBag({ optional: true }) readonly bag?: object;
      @IsWebAddress({ optional: true }) readonly address?: string;
    }
    for (const bad of ['a\u0000', '\ud800', 'a\udc00b']) {
      for (const input of [
        { text: bad },
        { list: [bad] },
        { bag: { deep: [{ name: bad }] } },
        { bag: { [bad]: 1 } },
        { address: `https://a.b/${bad}` },
      ]) {
        expect(faultsOf(Texts, input).length, JSON.stringify(input)).to.equal(1);
      }
    }
    expect(faultsOf(Texts, { text: '😀', list: ['é'], bag: { ok: '\u0001' } })).to.deep.equal([]);
  });

  it('counts characters as people and JSON Schema do, not as UTF-16', () => {
    const shape = shapeWith(IsText({ min: 2, max: 2 }));
    expect(faultsOf(shape, { field: '😀😀' })).to.deep.equal([]);
    expect(faultsOf(shape, { field: '😀' }).length).to.equal(1);
    expect(faultsOf(shape, { field: '❤️' })).to.deep.equal([]); // a heart and its variation selector
  });
});

describe('a shape', () => {
  it('has the fields of the class it extends, these first', () => {
    class Base {
      @IsText({ max: 3 }) readonly a!: string;
    }
    class More extends Base {
      @IsText({ max: 3 }) readonly b!: string;
    }
    expect(fieldNames(More)).to.deep.equal(['a', 'b']);
    expect(fieldNames(Base)).to.deep.equal(['a']);
    expect(faultsOf(More, { b: 'x' }).map(({ pointer }) => pointer)).to.deep.equal(['/a']);
  });

  it('without fields is a mistake', () => {
    class Nothing {}
    expect(() => fieldNames(Nothing)).to.throw('Nothing declares no fields');
  });

  it('shows descriptions and examples', () => {
    const shape = shapeWith(IsText({ max: 3, description: 'A word.', example: 'abc' }));
    expect(schemaOf(shape, inlined)).to.deep.equal({
      type: 'object',
      properties: { field: { type: 'string', minLength: 1, maxLength: 3, description: 'A word.', examples: ['abc'] } },
      required: ['field'],
      additionalProperties: false,
    });
  });
});
