/**
 * What is known of a class whose fields are declared: each one's checks are class-validator's, and from the same words
 * comes the JSON Schema that OpenAPI and the events' documents show. So the documents cannot disagree with the code.
 */
import { ValidateIf } from 'class-validator';
import { rememberMetadata } from './remember-metadata.ts';

rememberMetadata();

export const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export type JsonSchema = Readonly<Record<string, unknown>>;
export type Shape<T extends object = object> = new () => T;

interface Field {
  readonly schema: JsonSchema;
  readonly optional: boolean;
  /** The class of a nested value, or of each item. */
  readonly nested?: () => Shape;
}

export interface Common {
  /** The field may be left out; `null` is not leaving out. */
  readonly optional?: true;
  /** The field may be `null`. */
  readonly nullable?: true;
  readonly description?: string;
  readonly example?: unknown;
}

const fieldsByShape = new WeakMap<object, Map<string, Field>>();

/** What a decorator of a field does: remembers its schema, and has its value checked. */
export const declare = (
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
export const fieldsOf = (shape: Shape): ReadonlyMap<string, Field> => {
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
