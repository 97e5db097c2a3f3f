/**
 * Fields of requests, responses and event contracts. One decorator a field: it checks by class-validator and, from
 * the same words, writes the JSON Schema that OpenAPI and AsyncAPI show. So the documents cannot disagree with the code.
 */
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateBy,
  ValidateIf,
  validateSync,
  type ValidationError,
} from 'class-validator';
import { isTimeZone } from './calendar.ts';
import { isCurrency } from './currency.ts';
import { AppError, type Fault } from './errors.ts';
import { isId } from './ids.ts';
import { isInstant } from './instant.ts';
import { rememberMetadata } from './remember-metadata.ts';
import { isStorable, isText } from './text.ts';

rememberMetadata();

export type JsonSchema = Readonly<Record<string, unknown>>;
export type Shape<T extends object = object> = new () => T;

interface Field {
  readonly schema: JsonSchema;
  readonly optional: boolean;
  /** The class of a nested value, or of each item. */
  readonly nested?: () => Shape;
}

interface Common {
  /** The field may be left out; `null` is not leaving out. */
  readonly optional?: true;
  /** The field may be `null`. */
  readonly nullable?: true;
  readonly description?: string;
  readonly example?: unknown;
}

const fieldsByShape = new WeakMap<object, Map<string, Field>>();

const declare = (
  { optional, nullable, description, example }: Common,
  schema: JsonSchema,
  checks: readonly PropertyDecorator[],
  nested?: () => Shape,
): PropertyDecorator => {
  const about = { ...(description && { description }), ...(example !== undefined && { examples: [example] }) };
  return (prototype, property) => {
    const fields = fieldsByShape.get(prototype) ?? new Map<string, Field>();
    const field: Field = { schema: { ...(nullable ? orNull(schema) : schema), ...about }, optional: optional === true };
    fields.set(String(property), nested ? { ...field, nested } : field);
    fieldsByShape.set(prototype, fields);
    for (const check of checks) check(prototype, property);
    if (optional) ValidateIf((_, value) => value !== undefined)(prototype, property);
    if (nullable) ValidateIf((_, value) => value !== null)(prototype, property);
  };
};

const orNull = (schema: JsonSchema): JsonSchema =>
  typeof schema['type'] === 'string' && !('enum' in schema)
    ? { ...schema, type: [schema['type'], 'null'] }
    : { anyOf: [schema, { type: 'null' }] };

const known = new WeakMap<Shape, ReadonlyMap<string, Field>>();

/** The fields of the class and of those it extends, these first. */
const fieldsOf = (shape: Shape): ReadonlyMap<string, Field> => {
  const before = known.get(shape);
  if (before !== undefined) return before;
  const fields: (readonly [string, Field])[] = [];
  for (
    let prototype = shape.prototype as object | null;
    prototype !== null;
    prototype = Object.getPrototypeOf(prototype) as object | null
  ) {
    fields.unshift(...(fieldsByShape.get(prototype) ?? []));
  }
  if (fields.length === 0) throw new Error(`${shape.name} declares no fields`);
  const all = new Map(fields);
  known.set(shape, all);
  return all;
};

/** A check of our own, by the name its error carries. */
const check = (name: string, passes: (value: unknown) => boolean, message: string): PropertyDecorator =>
  ValidateBy({ name, validator: { validate: passes, defaultMessage: () => message } });

// ── text ──────────────────────────────────────────────────────────────────────────────────────────────────────────

export interface TextOptions extends Common {
  readonly min?: number;
  readonly max: number;
  readonly pattern?: RegExp;
}

export const IsText = ({ min = 1, max, pattern, ...common }: TextOptions): PropertyDecorator =>
  declare(common, { type: 'string', minLength: min, maxLength: max, ...(pattern && { pattern: pattern.source }) }, [
    check('isText', (value) => isText(value, min, max), `must be text of ${min} to ${max} characters`),
    ...(pattern ? [Matches(pattern)] : []),
  ]);

export const IsOneOf = (values: readonly string[], common: Common = {}): PropertyDecorator =>
  declare(common, { type: 'string', enum: [...values] }, [IsIn([...values])]);

export const IsFlag = (common: Common = {}): PropertyDecorator => declare(common, { type: 'boolean' }, [IsBoolean()]);

// ── our own scalars ───────────────────────────────────────────────────────────────────────────────────────────────

export const IsIdOf = (prefix: string, common: Common = {}): PropertyDecorator =>
  declare({ description: `An id like ${prefix}_…`, ...common }, idSchema(prefix), [
    check('isIdOf', (value) => isId(prefix, value), `must be an id like ${prefix}_01h455vb4pex5vsknk084sn02q`),
  ]);

const idSchema = (prefix: string): JsonSchema => ({
  type: 'string',
  pattern: `^${prefix}_[0-7][0-9a-hjkmnp-tv-z]{25}$`,
});

export const IsInstant = (common: Common = {}): PropertyDecorator =>
  declare(common, { type: 'string', format: 'date-time' }, [
    check('isInstant', isInstant, 'must be a moment with a zone, like 2018-12-31T00:00:00Z'),
  ]);

export const IsMonth = (common: Common = {}): PropertyDecorator =>
  declare(common, { type: 'string', pattern: '^\\d{4}-(0[1-9]|1[0-2])$' }, [Matches(/^\d{4}-(0[1-9]|1[0-2])$/)]);

export const IsDay = (common: Common = {}): PropertyDecorator =>
  declare(common, { type: 'string', format: 'date' }, [
    check(
      'isDay',
      (value) => typeof value === 'string' && isInstant(`${value}T00:00:00Z`),
      'must be a day like 2018-12-31',
    ),
  ]);

export const IsCurrency = (common: Common = {}): PropertyDecorator =>
  declare(common, { type: 'string', pattern: '^[A-Z]{3}$' }, [
    check('isCurrency', (value) => typeof value === 'string' && isCurrency(value), 'must be an ISO 4217 currency'),
  ]);

export const IsTimeZone = (common: Common = {}): PropertyDecorator =>
  declare(common, { type: 'string', maxLength: 64 }, [
    check('isTimeZone', (value) => typeof value === 'string' && isTimeZone(value), 'must be an IANA time zone'),
  ]);

export const IsDecimal = (common: Common = {}): PropertyDecorator =>
  declare(common, { type: 'string', pattern: '^-?\\d{1,18}(\\.\\d{1,18})?$' }, [Matches(/^-?\d{1,18}(\.\d{1,18})?$/)]);

export interface WebAddressOptions extends Common {
  readonly max?: number;
}

export const IsWebAddress = ({ max = 2048, ...common }: WebAddressOptions = {}): PropertyDecorator =>
  declare(common, { type: 'string', format: 'uri', pattern: '^https?://', minLength: 1, maxLength: max }, [
    MaxLength(max),
    check('isWebAddress', isWebAddress, 'must be an http or https address without user or password'),
  ]);

/** RFC 3986, written as it travels: other characters come percent-encoded. */
const WEB_ADDRESS =
  /^https?:\/\/(\[[\da-fA-F:.]+\])?([\w!$&'()*+,./:;=?@~-]|%[\da-fA-F]{2})+(#([\w!$&'()*+,./:;=?@~-]|%[\da-fA-F]{2})*)?$/;

const isWebAddress = (value: unknown): boolean => {
  if (typeof value !== 'string' || !WEB_ADDRESS.test(value) || !URL.canParse(value)) return false;
  const { username, password } = new URL(value);
  return username === '' && password === '';
};

export interface WholeOptions extends Common {
  readonly min: number;
  readonly max: number;
}

export const IsWhole = ({ min, max, ...common }: WholeOptions): PropertyDecorator =>
  declare(common, { type: 'integer', minimum: min, maximum: max }, [IsInt(), Min(min), Max(max)]);

export interface MoneyOptions extends Common {
  readonly negative?: true;
}

export const moneySchema: JsonSchema = {
  type: 'object',
  description: 'Minor units as text, and their ISO 4217 currency.',
  properties: {
    minor: { type: 'string', pattern: '^-?\\d{1,18}$' },
    currency: { type: 'string', pattern: '^[A-Z]{3}$' },
  },
  required: ['minor', 'currency'],
  additionalProperties: false,
};

const positiveMoneySchema: JsonSchema = {
  ...moneySchema,
  properties: {
    minor: { type: 'string', pattern: '^\\d{1,18}$' },
    currency: { type: 'string', pattern: '^[A-Z]{3}$' },
  },
};

export const IsMoney = ({ negative, ...common }: MoneyOptions = {}): PropertyDecorator =>
  declare(common, negative ? moneySchema : positiveMoneySchema, [
    check(
      'isMoney',
      (value) => isMoney(value, negative === true),
      `must be ${negative ? '' : 'not negative '}money like {"minor":"24990","currency":"BRL"}`,
    ),
  ]);

const isMoney = (value: unknown, negative: boolean): boolean => {
  if (typeof value !== 'object' || value === null || Object.keys(value).length !== 2) return false;
  const { minor, currency } = value as Record<string, unknown>;
  return (
    typeof minor === 'string' &&
    (negative ? /^-?\d{1,18}$/ : /^\d{1,18}$/).test(minor) &&
    typeof currency === 'string' &&
    isCurrency(currency)
  );
};

// ── composition ───────────────────────────────────────────────────────────────────────────────────────────────────

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const IsObject = (): PropertyDecorator => check('isObject', isObject, 'must be a JSON object');

export const IsNested = (shape: () => Shape, common: Common = {}): PropertyDecorator =>
  declare(common, {}, [IsObject()], shape);

export interface ListOptions extends Common {
  readonly min?: number;
  readonly max: number;
}

export const IsListOf = (shape: () => Shape, { min = 0, max, ...common }: ListOptions): PropertyDecorator =>
  declare(
    common,
    { type: 'array', minItems: min, maxItems: max },
    [IsArray(), ArrayMinSize(min), ArrayMaxSize(max)],
    shape,
  );

export const IsTextList = ({ min = 0, max, ...common }: ListOptions): PropertyDecorator =>
  declare(
    common,
    { type: 'array', items: { type: 'string', minLength: 1, maxLength: 500 }, minItems: min, maxItems: max },
    [
      IsArray(),
      ArrayMinSize(min),
      ArrayMaxSize(max),
      check(
        'areTexts',
        (value) => Array.isArray(value) && value.every((item) => isText(item, 1, 500)),
        'must be texts of 1 to 500 characters',
      ),
    ],
  );

/** A bag whose members somebody else's schema describes; `schema` says what is known of it. */
export const IsBag = (common: Common & { readonly schema?: JsonSchema } = {}): PropertyDecorator =>
  declare(common, common.schema ?? { type: 'object', additionalProperties: true }, [
    IsObject(),
    check('isStorable', isStorable, 'must not hold NUL or half a character'),
  ]);

export const IsIdList = (prefix: string, { min = 0, max, ...common }: ListOptions): PropertyDecorator =>
  declare(common, { type: 'array', items: idSchema(prefix), minItems: min, maxItems: max }, [
    IsArray(),
    ArrayMinSize(min),
    ArrayMaxSize(max),
    check(
      'areIdsOf',
      (value) => Array.isArray(value) && value.every((item) => isId(prefix, item)),
      `must be ids like ${prefix}_01h455vb4pex5vsknk084sn02q`,
    ),
  ]);

/** Bags in a row; each is judged by its reader, not here. */
export const IsBagList = ({
  min = 0,
  max,
  items,
  ...common
}: ListOptions & { readonly items: JsonSchema }): PropertyDecorator =>
  declare(common, { type: 'array', items, minItems: min, maxItems: max }, [
    IsArray(),
    ArrayMinSize(min),
    ArrayMaxSize(max),
  ]);

// ── reading and describing ────────────────────────────────────────────────────────────────────────────────────────

/** Everything wrong at once, each with its place. Throws `input.invalid`. Unknown fields are refused or dropped. */
export const parseAs = <T extends object>(shape: Shape<T>, input: unknown, unknown: 'refuse' | 'drop'): T => {
  const faults: Fault[] = [];
  const value = readAs(shape, input, unknown, '', faults);
  if (faults.length > 0) throw refusal(faults);
  return value as T;
};

export const refusal = (faults: readonly Fault[]): AppError =>
  new AppError(
    'invalid',
    'input.invalid',
    faults.map(({ pointer, detail }) => `${pointer || '/'} ${detail}`).join('; '),
    { faults },
  );

/**
 * One level by class-validator, the levels below by ourselves: only declared fields are ever copied, so that
 * `__proto__` and `constructor` are names like any other, and an item of a list is an object or a fault.
 */
const readAs = (
  shape: Shape,
  input: unknown,
  unknown: 'refuse' | 'drop',
  pointer: string,
  faults: Fault[],
): object | undefined => {
  if (!isObject(input)) {
    faults.push({ pointer, code: 'input.not_an_object', detail: 'must be a JSON object' });
    return undefined;
  }
  const fields = fieldsOf(shape);
  const value = new shape() as Record<string, unknown>;
  for (const [name, member] of Object.entries(input)) {
    if (fields.has(name)) value[name] = member;
    else if (unknown === 'refuse')
      faults.push({ pointer: under(pointer, name), code: 'input.unknown_field', detail: 'is not a field we know' });
  }
  const errors = validateSync(value, { validationError: { target: false, value: false } });
  faults.push(...errors.flatMap((error) => faultsOf(error, pointer)));
  for (const [name, { nested }] of fields) {
    if (nested) value[name] = readNested(nested(), value[name], unknown, under(pointer, name), faults);
  }
  return value;
};

/** What is neither an object nor a list was found wrong, or rightly absent, one level above. */
const readNested = (
  shape: Shape,
  value: unknown,
  unknown: 'refuse' | 'drop',
  pointer: string,
  faults: Fault[],
): unknown => {
  if (Array.isArray(value))
    return value.map((item, index) => readAs(shape, item, unknown, under(pointer, String(index)), faults));
  return isObject(value) ? readAs(shape, value, unknown, pointer, faults) : value;
};

const under = (pointer: string, name: string): string =>
  `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;

const faultsOf = ({ property, constraints = {} }: ValidationError, parent: string): Fault[] =>
  Object.values(constraints).map((message) => ({
    pointer: under(parent, property),
    code: 'input.invalid',
    detail: withoutName(message, property),
  }));

/** class-validator starts its sentences with the property; the pointer says it already. */
const withoutName = (message: string, property: string): string =>
  message.startsWith(`${property} `) ? message.slice(property.length + 1) : message;

export type RefTo = (shape: Shape) => JsonSchema;

/** JSON Schema 2020-12 of a shape; `refTo` says how a nested shape is referred to. */
export const schemaOf = (shape: Shape, refTo: RefTo, unknown: 'refuse' | 'drop' = 'refuse'): JsonSchema => {
  const fields = [...fieldsOf(shape)];
  return {
    type: 'object',
    properties: Object.fromEntries(fields.map(([name, field]) => [name, fieldSchema(field, refTo)])),
    required: fields.filter(([, { optional }]) => !optional).map(([name]) => name),
    ...(unknown === 'refuse' && { additionalProperties: false }),
  };
};

const fieldSchema = ({ schema, nested }: Field, refTo: RefTo): JsonSchema => {
  if (!nested) return schema;
  const [type] = [schema['type']].flat();
  if (type === 'array') return { ...schema, items: refTo(nested()) };
  return 'anyOf' in schema ? { anyOf: [refTo(nested()), { type: 'null' }] } : { ...schema, ...refTo(nested()) };
};

export const fieldNames = (shape: Shape): readonly string[] => [...fieldsOf(shape).keys()];
