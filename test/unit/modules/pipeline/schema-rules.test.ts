import { expect } from 'chai';
import { whyCostly } from '../../../../src/modules/pipeline/domain/pattern-cost.ts';
import { schemaFaults } from '../../../../src/modules/pipeline/domain/schema-rules.ts';

const pointersOf = (schema: unknown): readonly string[] => schemaFaults(schema).map(({ pointer }) => pointer);
const withField = (field: unknown) => ({ type: 'object', properties: { a: field } });

describe('a schema that a neighbour registers', () => {
  it('may describe texts, numbers, lists and objects, as deep as events go', () => {
    const address = { type: 'object', properties: { city: { type: ['string', 'null'], maxLength: 50 } } };
    const email = { type: 'string', format: 'email', maxLength: 320, 'x-fingerprint': 'email' };
    const properties = {
      email,
      addresses: { type: 'array', items: address, maxItems: 9 },
      rate: { type: 'number', minimum: 0 },
    };

    expect(
      schemaFaults({ type: 'object', properties, required: ['email'], additionalProperties: false }),
    ).to.deep.equal([]);
  });

  const refused: readonly (readonly [string, unknown, string])[] = [
    ['is no object', { type: 'string' }, '/type'],
    ['is no schema', ['object'], '/type'],
    ['looks elsewhere', withField({ type: 'string', $ref: 'https://example.com/a' }), '/properties/a/$ref'],
    ['chooses among schemas', withField({ type: 'string', oneOf: [] }), '/properties/a/oneOf'],
    ['leaves a type open', withField({ minLength: 1 }), '/properties/a/type'],
    [
      'lists more values than anybody reads',
      withField({ type: 'integer', enum: [...Array(1_001).keys()] }),
      '/properties/a/enum',
    ],
    ['mixes types', withField({ type: ['string', 'number'] }), '/properties/a/type'],
    ['knows another format', withField({ type: 'string', format: 'regex' }), '/properties/a/format'],
    ['has a pattern for texts of any length', withField({ type: 'string', pattern: '^a' }), '/properties/a/maxLength'],
    [
      'has a pattern that takes for ever',
      withField({ type: 'string', maxLength: 9, pattern: '^(a+)+$' }),
      '/properties/a/pattern',
    ],
    ['fingerprints a number', withField({ type: 'integer', 'x-fingerprint': 'email' }), '/properties/a/x-fingerprint'],
    [
      'fingerprints below the top',
      withField({ type: 'array', items: { type: 'string', 'x-fingerprint': 'email' } }),
      '/properties/a/items/x-fingerprint',
    ],
    [
      'has a field where a fingerprint will stand',
      {
        type: 'object',
        properties: { mail: { type: 'string', 'x-fingerprint': 'email' }, mailFingerprint: { type: 'string' } },
      },
      '/properties/mailFingerprint',
    ],
    ['says nothing of fields', { type: 'object' }, '/properties'],
    ['is too large', { ...withField({ type: 'string' }), description: 'x'.repeat(70_000) }, ''],
    [
      'names a prototype',
      JSON.parse('{"type":"object","properties":{"__proto__":{"type":"text"}}}'),
      '/properties/__proto__/type',
    ],
  ];
  for (const [what, schema, pointer] of refused)
    it(`is refused when it ${what}`, () => {
      expect(pointersOf(schema)).to.deep.equal([pointer]);
    });

  it('is refused when it is deeper than events are', () => {
    let schema: object = { type: 'string' };
    for (let level = 0; level < 20; level += 1) schema = { type: 'object', properties: { a: schema } };

    expect(pointersOf(schema)).to.have.length(1);
  });
});

describe('a pattern', () => {
  const cheap = [
    '^[a-z]+-[0-9]+$',
    '^[A-Z]{2}[0-9]{1,10}$',
    '^(?:red|green|blue)$',
    '[0-9]+',
    '^a?b?c?$',
    '^\\(\\d{3}\\)[+*]$',
    '^(ab){3}$',
    '^(foo)?bar$',
    '^(VIN)?[0-9]{1,17}$',
    '^(?:DE|AT|CH)-(?:A|B)-[0-9]{1,8}$',
    'red|green',
  ];
  for (const pattern of cheap)
    it(`may be ${pattern}`, () => {
      expect(whyCostly(pattern)).to.equal(undefined);
    });

  const costly = [
    '(a+)+$',
    '^(a|a)*$',
    '^((a)*b)*$',
    '^(a|b|ab)+$',
    '^a*a*a*$',
    '^(?=a)a',
    '^(a)\\1$',
    '.*.*',
    '^([a-z]{1,9}x){1,9}$',
    'x'.repeat(300),
    '^(?<n>a+)*$',
    '^(a?){30}$',
    `^${'(a|a)'.repeat(30)}$`,
    `^${'(|a)'.repeat(40)}$`,
    `^${'(a|(a|a))'.repeat(20)}$`,
    '^a|a*a*b',
  ];
  for (const pattern of costly)
    it(`may not be ${pattern.slice(0, 30)}`, () => {
      expect(whyCostly(pattern)).to.be.a('string');
    });
});
