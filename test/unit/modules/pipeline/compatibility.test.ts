import { Ajv } from 'ajv';
import { expect } from 'chai';
import fc from 'fast-check';
import { isDeepStrictEqual } from 'node:util';
import { breaks } from '../../../../src/modules/pipeline/domain/compatibility.ts';
import { schemaFaults } from '../../../../src/modules/pipeline/domain/schema-rules.ts';
import { type Schema } from '../../../../src/modules/pipeline/domain/schema.ts';

const of = (properties: Readonly<Record<string, Schema>>, more: Partial<Schema> = {}): Schema => ({
  type: 'object',
  properties,
  ...more,
});
const text: Schema = { type: 'string' };
const whole: Schema = { type: 'integer' };
const closed = { additionalProperties: false } as const;

describe('the next version of a schema', () => {
  const allowed: readonly (readonly [string, Schema, Schema])[] = [
    ['adds an optional field to a closed one', of({ a: text }, closed), of({ a: text, b: whole }, closed)],
    ['demands less', of({ a: text }, { required: ['a'] }), of({ a: text })],
    ['lets in numbers where there were whole ones', of({ a: whole }), of({ a: { type: 'number' } })],
    ['lets in null beside', of({ a: text }), of({ a: { type: ['string', 'null'] } })],
    ['widens bounds', of({ a: { ...text, maxLength: 5 } }), of({ a: { ...text, maxLength: 9 } })],
    ['adds values', of({ a: { ...text, enum: ['x'] } }), of({ a: { ...text, enum: ['x', 'y'] } })],
    ['opens a closed one', of({}, closed), of({})],
    ['forgets a field of an open one', of({ a: text }), of({})],
    ['drops a pattern', of({ a: { ...text, maxLength: 9, pattern: '^x' } }), of({ a: { ...text, maxLength: 9 } })],
    ['says a bound the other way', of({ a: { ...whole, exclusiveMinimum: 0 } }), of({ a: { ...whole, minimum: 0 } })],
  ];
  for (const [what, before, after] of allowed)
    it(`may be one that ${what}`, () => {
      expect(breaks(before, after)).to.deep.equal([]);
    });

  const broken: readonly (readonly [string, string, Schema, Schema])[] = [
    ['describes what could be anything', '/properties/b', of({ a: text }), of({ a: text, b: whole })],
    ['demands more', '/required', of({ a: text }), of({ a: text }, { required: ['a'] })],
    ['takes a type away', '/properties/a/type', of({ a: { type: ['string', 'null'] } }), of({ a: text })],
    ['lets in whole numbers alone', '/properties/a/type', of({ a: { type: 'number' } }), of({ a: whole })],
    ['closes an open one', '/additionalProperties', of({ a: text }), of({ a: text }, closed)],
    ['loses a field of a closed one', '/properties/a', of({ a: text }, closed), of({}, closed)],
    ['raises a bound', '/properties/a/minLength', of({ a: text }), of({ a: { ...text, minLength: 1 } })],
    [
      'lowers a bound',
      '/properties/a/maximum',
      of({ a: { ...whole, maximum: 9 } }),
      of({ a: { ...whole, maximum: 8 } }),
    ],
    [
      'leaves a bound out that it had',
      '/properties/a/exclusiveMinimum',
      of({ a: { ...whole, minimum: 0 } }),
      of({ a: { ...whole, exclusiveMinimum: 0 } }),
    ],
    [
      'takes values away',
      '/properties/a/enum',
      of({ a: { ...text, enum: ['x', 'y'] } }),
      of({ a: { ...text, enum: ['x'] } }),
    ],
    ['brings a format', '/properties/a/format', of({ a: text }), of({ a: { ...text, format: 'date' } })],
    ['describes items', '/properties/a/items', of({ a: { type: 'array' } }), of({ a: { type: 'array', items: text } })],
    [
      'breaks deep inside',
      '/properties/a/items/type',
      of({ a: { type: 'array', items: text } }),
      of({ a: { type: 'array', items: whole } }),
    ],
    [
      'stops fingerprinting',
      '/properties/a/x-fingerprint',
      of({ a: { ...text, 'x-fingerprint': 'email' } }),
      of({ a: text }),
    ],
    [
      'fingerprints as something else',
      '/properties/a/x-fingerprint',
      of({ a: { ...text, 'x-fingerprint': 'email' } }),
      of({ a: { ...text, 'x-fingerprint': 'phone' } }),
    ],
  ];
  for (const [what, pointer, before, after] of broken)
    it(`may not be one that ${what}`, () => {
      expect(breaks(before, after).map((fault) => fault.pointer)).to.deep.equal([pointer]);
    });

  const NAMES = ['a', 'b', 'c'];
  const bound = fc.option(fc.integer({ min: 0, max: 4 }), { nil: undefined });
  const given = (schema: object): Schema =>
    Object.fromEntries(Object.entries(schema).filter(([, value]) => value !== undefined)) as unknown as Schema;
  const nullable = (type: string, isNullable: boolean): unknown => (isNullable ? [type, 'null'] : type);
  const value = fc.oneof(
    fc.integer({ min: -1, max: 5 }),
    fc.constantFrom('', 'x', 'yy', 'zzzz'),
    fc.boolean(),
    fc.constant(null),
    fc.constant(1.5),
  );

  const { schema: anySchema } = fc.letrec<{ schema: Schema; object: Schema }>((tie) => ({
    schema: fc.oneof(
      { maxDepth: 2, depthSize: 'small' },
      fc
        .record({
          n: fc.boolean(),
          minLength: bound,
          maxLength: bound,
          enum: fc.option(fc.uniqueArray(fc.constantFrom('', 'x', 'yy', 'zzzz'), { minLength: 1 }), { nil: undefined }),
        })
        .map(({ n, ...rest }) => given({ type: nullable('string', n), ...rest })),
      fc
        .record({
          t: fc.constantFrom('integer', 'number'),
          n: fc.boolean(),
          minimum: bound,
          maximum: bound,
          exclusiveMinimum: bound,
          exclusiveMaximum: bound,
        })
        .map(({ t, n, ...rest }) => given({ type: nullable(t, n), ...rest })),
      fc
        .record({ const: fc.option(fc.boolean(), { nil: undefined }) })
        .map((rest) => given({ type: 'boolean', ...rest })),
      fc
        .record({
          n: fc.boolean(),
          items: fc.option(tie('schema'), { nil: undefined }),
          minItems: bound,
          maxItems: bound,
        })
        .map(({ n, ...rest }) => given({ type: nullable('array', n), ...rest })),
      tie('object'),
    ),
    object: fc
      .record({
        properties: fc.dictionary(fc.constantFrom(...NAMES), tie('schema'), { maxKeys: 3 }),
        required: fc.option(fc.uniqueArray(fc.constantFrom(...NAMES)), { nil: undefined }),
        additionalProperties: fc.option(fc.boolean(), { nil: undefined }),
      })
      .map((rest) => given({ type: 'object', ...rest })),
  }));
  const anyObject = anySchema.map((schema): Schema => ({ type: 'object', properties: { a: schema } }));

  /** Half of a chance to be what the schema asks for, so that deep ones are met too. */
  const fitting = (schema: Schema): fc.Arbitrary<unknown> => {
    const types = [schema.type].flat();
    if (types.includes('object'))
      return fc
        .record(
          Object.fromEntries(
            NAMES.map((name) => [name, schema.properties?.[name] ? fitting(schema.properties[name]) : value]),
          ),
          { requiredKeys: [] },
        )
        .map((object): unknown => ({ ...object }));
    if (types.includes('array'))
      return fc.oneof(fc.array(schema.items ? fitting(schema.items) : value, { maxLength: 4 }), value);
    if (schema.enum) return fc.oneof(fc.constantFrom(...schema.enum), value);
    return value;
  };

  /** The older one, a little changed: two that know nothing of each other are hardly ever compatible. */
  const changed = (schema: Schema): fc.Arbitrary<Schema> => {
    const drop = fc.constantFrom(
      'minLength',
      'maxLength',
      'minimum',
      'maximum',
      'exclusiveMinimum',
      'required',
      'enum',
      'const',
      'minItems',
      'maxItems',
      'items',
      'additionalProperties',
    );
    const dropped = drop.map(
      (keyword) => Object.fromEntries(Object.entries(schema).filter(([name]) => name !== keyword)) as unknown as Schema,
    );
    const added = fc
      .constantFrom<Partial<Schema>>(
        { minimum: 1 },
        { maximum: 3 },
        { exclusiveMaximum: 3 },
        { minLength: 1 },
        { maxLength: 3 },
        { type: 'number' },
        { required: ['a'] },
        { additionalProperties: false },
        { minItems: 1 },
        { exclusiveMinimum: 1 },
        { enum: ['x'] },
        { maxItems: 1 },
        { items: { type: 'string' } },
        { properties: { b: { type: 'string' } } },
        { properties: { a: { type: 'integer' }, c: { type: 'string' } } },
      )
      .map((more): Schema => ({ ...schema, ...more }));
    const inside = Object.entries(schema.properties ?? {}).map(([name, field]) =>
      changed(field).map((other): Schema => ({ ...schema, properties: { ...schema.properties, [name]: other } })),
    );
    const items = schema.items ? [changed(schema.items).map((other): Schema => ({ ...schema, items: other }))] : [];
    return fc.oneof(fc.constant(schema), dropped, added, ...inside, ...inside, ...items);
  };

  const plain: readonly unknown[] = [-1, 0, 1, 1.5, 2, 3, 4, 5, '', 'x', 'yy', 'zzzz', true, false, null];
  const lists = [[], ...plain.map((each) => [each]), ['x', 'yy'], [1, 2, 3], [0, 1, 2, 3, 4], [null, 'x', 1, {}]];
  const objects = [
    {},
    ...NAMES.flatMap((name) => [...plain, ...lists].map((each) => ({ [name]: each }))),
    { a: 1, b: 'x' },
  ];
  const inFull = NAMES.flatMap((name) => plain.map((each) => ({ a: 'x', b: 1, c: [], [name]: each })));
  const pool = [...plain, ...lists, ...objects, ...inFull, [{}], [{ a: 1 }], [{ b: 'x' }]].map((a) => ({ a }));

  it('lets in whatever the version before did, when it is called compatible', () => {
    let compatible = 0;
    let letIn = 0;
    const cases = anyObject.chain((before) =>
      fc.tuple(fc.constant(before), changed(before), fc.array(fitting(before), { minLength: 20, maxLength: 20 })),
    );
    fc.assert(
      fc.property(cases, ([before, after, events]) => {
        if (schemaFaults(before).length > 0 || schemaFaults(after).length > 0) return;
        if (isDeepStrictEqual(before, after) || breaks(before, after).length > 0) return;
        compatible += 1;
        const judge = new Ajv({ strict: false });
        const [fitsBefore, fitsAfter] = [judge.compile(before), judge.compile(after)];
        for (const event of [...pool, ...events].filter((each) => fitsBefore(each))) {
          letIn += 1;
          if (!fitsAfter(event)) expect.fail(JSON.stringify({ before, after, event }));
        }
      }),
      { numRuns: 1_000 },
    );
    expect(compatible, 'pairs that were compatible').to.be.greaterThan(50);
    expect(letIn, 'events that were let in').to.be.greaterThan(500);
  }).timeout(120_000);
});
