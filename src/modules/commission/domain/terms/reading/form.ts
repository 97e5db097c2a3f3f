/**
 * Forms: what a part of the terms must look like. Each reads a value, noting every fault with its place, and says the
 * same as JSON Schema: the published schema cannot disagree with the reader.
 */
import type { Fault } from '../../../../../shared/errors.ts';
import { isObject, type JsonSchema } from '../../../../../shared/shape.ts';
import { isText } from '../../../../../shared/text.ts';

type Note = (pointer: string, code: string, detail: string) => void;

/** Collects faults; enough of them are enough, however much more is wrong. */
export class Faults {
  readonly found: Fault[] = [];

  readonly fault: Note = (pointer, code, detail) => {
    if (this.found.length < MAX_FAULTS) this.found.push({ pointer, code, detail });
  };

  unreadable(pointer: string, detail: string): void {
    this.fault(pointer, 'commission.terms_unreadable', detail);
  }
}

const MAX_FAULTS = 200;

export interface Form {
  readonly schema: JsonSchema;
  readonly read: (value: unknown, at: string, faults: Faults) => void;
}

/** A form that a test decides. */
export const simple = (schema: JsonSchema, passes: (value: unknown) => boolean, detail: string): Form => ({
  schema,
  read: (value, at, faults) => {
    if (!passes(value)) faults.unreadable(at, detail);
  },
});

export const oneOf = (values: readonly (string | number | boolean)[]): Form =>
  simple(
    { enum: values },
    (value) => (values as readonly unknown[]).includes(value),
    `must be one of ${values.join(', ')}`,
  );

export const text = (max: number): Form =>
  simple(
    { type: 'string', minLength: 1, maxLength: max },
    (value) => isText(value, 1, max),
    `must be a text of 1 to ${max} characters`,
  );

/** `anchored`: from `^` to `$`. */
export const matching = (anchored: RegExp, detail: string): Form =>
  simple(
    { type: 'string', pattern: anchored.source },
    (value) => typeof value === 'string' && anchored.test(value),
    detail,
  );

export const wholeNumber = (minimum: number, maximum: number): Form =>
  simple(
    { type: 'integer', minimum, maximum },
    (value) => Number.isInteger(value) && Number(value) >= minimum && Number(value) <= maximum,
    `must be a whole number from ${minimum} to ${maximum}`,
  );

export const listOf = (item: Form, min: number, max: number): Form => ({
  schema: { type: 'array', items: item.schema, minItems: min, maxItems: max },
  read: (value, at, faults) => {
    if (!Array.isArray(value) || value.length < min || value.length > max) {
      faults.unreadable(at, min === max ? `must be a list of ${min}` : `must be a list of ${min} to ${max}`);
      return;
    }
    for (const [index, each] of value.entries()) item.read(each, `${at}/${index}`, faults);
  },
});

/** Either of two that no value can be both of. */
export const either = (isFirst: (value: unknown) => boolean, first: Form, second: Form): Form => ({
  schema: { anyOf: [first.schema, second.schema] },
  read: (value, at, faults) => (isFirst(value) ? first : second).read(value, at, faults),
});

export type Members = Readonly<Record<string, Form>>;

/** An object of those members and no others. */
export const objectOf = (required: Members, optional: Members = {}): Form => {
  const forms: Members = { ...required, ...optional };
  return {
    schema: objectSchema(forms, Object.keys(required)),
    read: (value, at, faults) => {
      const members = membersOf(value, at, Object.keys(forms), faults);
      if (members !== undefined) readMembers(members, forms, Object.keys(required), at, faults);
    },
  };
};

/** An object of exactly one of the alternatives, beside other members. */
export const withOneOf = (alternatives: Members, required: Members = {}, optional: Members = {}): Form => {
  const forms: Members = { ...required, ...alternatives, ...optional };
  const names = Object.keys(alternatives);
  return {
    schema: { anyOf: names.map((name) => objectSchema(without(forms, names, name), [...Object.keys(required), name])) },
    read: (value, at, faults) => {
      const members = membersOf(value, at, Object.keys(forms), faults);
      if (members === undefined) return;
      if (names.filter((name) => Object.hasOwn(members, name)).length !== 1)
        faults.unreadable(at, `must have exactly one of ${names.join(', ')}`);
      readMembers(members, forms, Object.keys(required), at, faults);
    },
  };
};

/** A form of an object, with one of those optional members at least. */
export const withAnyOf = (names: readonly string[], { schema, read }: Form, detail: string): Form => ({
  schema: { ...schema, anyOf: names.map((name) => ({ required: [name] })) },
  read: (value, at, faults) => {
    read(value, at, faults);
    if (isObject(value) && !names.some((name) => Object.hasOwn(value, name))) faults.unreadable(at, detail);
  },
});

/** Of the names, one alone stays. */
const without = (forms: Members, names: readonly string[], stays: string): Members =>
  Object.fromEntries(Object.entries(forms).filter(([name]) => name === stays || !names.includes(name)));

const readMembers = (
  members: Readonly<Record<string, unknown>>,
  forms: Members,
  required: readonly string[],
  at: string,
  faults: Faults,
): void => {
  for (const [name, form] of Object.entries(forms))
    if (required.includes(name) || Object.hasOwn(members, name)) form.read(members[name], `${at}/${name}`, faults);
};

/** Undefined where it is no object. */
export const membersOf = (
  value: unknown,
  at: string,
  known: readonly string[],
  faults: Faults,
): Readonly<Record<string, unknown>> | undefined => {
  if (!isObject(value)) {
    faults.unreadable(at, 'must be an object');
    return undefined;
  }
  for (const name of Object.keys(value))
    if (!known.includes(name))
      faults.fault(
        `${at}/${pointerPart(name)}`,
        'commission.terms_unknown_word',
        `is not a word of terms; known here: ${known.join(', ')}`,
      );
  return value as Readonly<Record<string, unknown>>;
};

/** RFC 6901. */
const pointerPart = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1');

const objectSchema = (members: Members, required: readonly string[]): JsonSchema => ({
  type: 'object',
  properties: Object.fromEntries(Object.entries(members).map(([name, { schema }]) => [name, schema])),
  required,
  additionalProperties: false,
});

/** A form that says of itself what it is, by another's rules. */
export const described = (description: string, { schema, read }: Form): Form => ({
  schema: { ...schema, description },
  read,
});

export interface NamedForm extends Form {
  readonly name: string;
  readonly definition: JsonSchema;
}

/** A form that schemas refer to by its name among their `$defs`, so that it is written out once. */
export const named = (name: string, { schema, read }: Form): NamedForm => ({
  name,
  definition: schema,
  schema: { $ref: `#/$defs/${name}` },
  read,
});
