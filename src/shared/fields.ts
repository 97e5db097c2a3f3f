/**
 * Decorators for the fields of requests, responses and event contracts: one a field checks its value and describes it.
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
} from 'class-validator';
import { isTimeZone, MONTH } from './calendar.ts';
import { isCurrency } from './currency.ts';
import { isId } from './ids.ts';
import { isInstant } from './instant.ts';
import { type Common, declare, isObject, type JsonSchema, type Shape } from './shape.ts';
import { isLine, isStorable, isText, UNSEEN } from './text.ts';

/** A check of our own, by the name its error carries. */
const check = (name: string, passes: (value: unknown) => boolean, message: string): PropertyDecorator =>
  ValidateBy({ name, validator: { validate: passes, defaultMessage: () => message } });

// ── text ──────────────────────────────────────────────────────────────────────────────────────────────────────────

export interface TextOptions extends Common {
  readonly min?: number;
  readonly max: number;
  readonly pattern?: RegExp;
  /** What the pattern asks for, to whoever missed it. */
  readonly says?: string;
}

export const IsText = ({ min = 1, max, pattern, says, ...common }: TextOptions): PropertyDecorator =>
  declare(common, { type: 'string', minLength: min, maxLength: max, ...(pattern && { pattern: pattern.source }) }, [
    check('isText', (value) => isText(value, min, max), `must be text of ${min} to ${max} characters`),
    ...(pattern ? [Matches(pattern, { message: says ?? `must match ${pattern.source}` })] : []),
  ]);

/** What stands on one line of a payment file or a paper: nothing in it ends the line, or is not seen. */
export const IsLine = ({ min = 1, max, ...common }: Omit<TextOptions, 'pattern' | 'says'>): PropertyDecorator =>
  declare(common, { type: 'string', minLength: min, maxLength: max, pattern: LINE_PATTERN }, [
    check(
      'isLine',
      (value) => isLine(value, min, max),
      `must be one line of ${min} to ${max} characters, without control characters`,
    ),
  ]);

const LINE_PATTERN = `^[^${UNSEEN}]*$`;

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
  // The pattern is the released one, and wider than the check: a narrower one would break who reads the document.
  declare(
    { description: 'From 1970-01 to 8999-12', ...common },
    { type: 'string', pattern: '^\\d{4}-(0[1-9]|1[0-2])$' },
    [check('isMonth', (value) => typeof value === 'string' && MONTH.test(value), 'must be a month like 2018-11')],
  );

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

/** Lines, each as `IsLine` wants it. */
export const IsLineList = ({ min = 0, max, ...common }: ListOptions): PropertyDecorator =>
  declare(
    common,
    {
      type: 'array',
      items: { type: 'string', minLength: 1, maxLength: 500, pattern: LINE_PATTERN },
      minItems: min,
      maxItems: max,
    },
    [
      IsArray(),
      ArrayMinSize(min),
      ArrayMaxSize(max),
      check(
        'areLines',
        (value) => Array.isArray(value) && value.every((item) => isLine(item, 1, 500)),
        'must be lines of 1 to 500 characters, without control characters',
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
