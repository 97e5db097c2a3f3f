/** Whether a schema of somebody else's may be registered: only what we can compile, compare and afford. */
import type { Fault } from '../../../shared/errors.ts';
import { isStorable } from '../../../shared/text.ts';
import { PATTERN_TEXT, whyCostly } from './pattern-cost.ts';
import { at, CONTACTS, type Schema, TYPES } from './schema.ts';

export const MAX_SCHEMA_CHARACTERS = 65_536;
const MAX_LEVELS = 8;
const MAX_ENUM = 1_000;

/** As `ajv-schemas.ts` knows them. */
export const FORMATS: readonly string[] = [
  'email',
  'date',
  'uuid',
  'moment',
  'currency',
  'click-id',
  'signed-click-id',
  'program-id',
  'phone',
  'country',
];

type Check = (value: unknown) => string | undefined;
type Bag = Readonly<Record<string, unknown>>;

const isBag = (value: unknown): value is Bag => typeof value === 'object' && value !== null && !Array.isArray(value);

const must =
  (passes: (value: unknown) => boolean, otherwise: string): Check =>
  (value) =>
    passes(value) ? undefined : otherwise;

const isText = (value: unknown): value is string => typeof value === 'string';
const whole = must(
  (value) => Number.isSafeInteger(value) && Number(value) >= 0,
  'must be a whole number, not negative',
);
const number = must((value) => typeof value === 'number' && Number.isFinite(value), 'must be a number');
const text = must(isText, 'must be a text');
const names = must(
  (value) => Array.isArray(value) && value.every(isText) && new Set(value).size === value.length,
  'must be a list of different texts',
);

const isType = (value: unknown): boolean => (TYPES as readonly unknown[]).includes(value);

/** One type, or one and null: of any other union it could not be said what changes. */
const type = must(
  (value) =>
    isType(value) ||
    (Array.isArray(value) && value.length === 2 && value.every(isType) && value[1] === 'null' && value[0] !== 'null'),
  `must be one of ${TYPES.join(', ')}, or a list of one of them and null`,
);

const CHECKS: Readonly<Record<string, Check>> = {
  type,
  properties: must(isBag, 'must be an object'),
  items: must(isBag, 'must be a schema'),
  required: names,
  additionalProperties: must((value) => typeof value === 'boolean', 'must be true or false'),
  minItems: whole,
  maxItems: whole,
  enum: must(
    (value) => Array.isArray(value) && value.length > 0 && value.length <= MAX_ENUM,
    `must be a list of 1 to ${MAX_ENUM} values`,
  ),
  const: () => undefined,
  minimum: number,
  maximum: number,
  exclusiveMinimum: number,
  exclusiveMaximum: number,
  minLength: whole,
  maxLength: whole,
  pattern: (value) => (isText(value) ? whyCostly(value) : 'must be a text'),
  format: must((value) => isText(value) && FORMATS.includes(value), `must be one of ${FORMATS.join(', ')}`),
  title: text,
  description: text,
  'x-fingerprint': must(
    (value) => (CONTACTS as readonly unknown[]).includes(value),
    `must be one of ${CONTACTS.join(', ')}`,
  ),
};

const fault = (pointer: string, detail: string): Fault => ({ pointer, code: 'pipeline.schema_refused', detail });

/** Everything that is wrong with it. What has none is a `Schema`, and still has to be compiled. */
export const schemaFaults = (schema: unknown): readonly Fault[] => {
  if (JSON.stringify(schema).length > MAX_SCHEMA_CHARACTERS)
    return [fault('', `has more than ${MAX_SCHEMA_CHARACTERS} characters`)];
  if (!isStorable(schema)) return [fault('', 'must not hold NUL or half a character')];
  if (!isBag(schema) || schema['type'] !== 'object') return [fault('/type', 'must be object: data is one')];
  const { properties } = schema;
  if (!isBag(properties)) return [...levelFaults(schema, '', MAX_LEVELS), noFields];
  return [...levelFaults(schema, '', MAX_LEVELS), ...namesTaken(properties)];
};

/** What is fingerprinted is stored under a name of its own. */
const namesTaken = (properties: Bag): readonly Fault[] =>
  Object.entries(properties)
    .filter(
      ([name, field]) => isBag(field) && 'x-fingerprint' in field && Object.hasOwn(properties, `${name}Fingerprint`),
    )
    .map(([name]) =>
      fault(
        at('/properties', `${name}Fingerprint`),
        `is where the fingerprint of "${name}" is stored; call it otherwise`,
      ),
    );

const noFields = fault('/properties', 'must say which fields there are');

const levelFaults = (schema: Bag, pointer: string, levels: number): readonly Fault[] => {
  if (levels === 0) return [fault(pointer, `is more than ${MAX_LEVELS} levels deep`)];
  const own = Object.entries(schema).flatMap(([keyword, value]) => {
    const why = Object.hasOwn(CHECKS, keyword) ? CHECKS[keyword]?.(value) : 'is not a keyword that a type may use';
    return why === undefined ? [] : [fault(at(pointer, keyword), why)];
  });
  return [...own, ...missing(schema, pointer, levels), ...below(schema, pointer, levels)];
};

const missing = (schema: Bag, pointer: string, levels: number): readonly Fault[] => [
  ...('type' in schema ? [] : [fault(at(pointer, 'type'), 'must be there')]),
  ...('pattern' in schema && !(Number(schema['maxLength']) <= PATTERN_TEXT)
    ? [fault(at(pointer, 'maxLength'), `must be there and at most ${PATTERN_TEXT}, beside a pattern`)]
    : []),
  ...('x-fingerprint' in schema && (levels !== MAX_LEVELS - 1 || schema['type'] !== 'string')
    ? [fault(at(pointer, 'x-fingerprint'), 'is for texts that are fields of data itself')]
    : []),
];

const below = (schema: Bag, pointer: string, levels: number): readonly Fault[] => {
  const { properties, items } = schema;
  const members = isBag(properties) ? Object.entries(properties) : [];
  return [
    ...members.flatMap(([name, field]) => {
      const where = at(pointer, 'properties', name);
      return isBag(field) ? levelFaults(field, where, levels - 1) : [fault(where, 'must be a schema')];
    }),
    ...(isBag(items) ? levelFaults(items, at(pointer, 'items'), levels - 1) : []),
  ];
};

/** For whoever has looked for faults and found none. */
export const asSchema = (schema: unknown): Schema => schema as Schema;
