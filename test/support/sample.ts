import { type JsonSchema, schemaOf, type Shape } from '../../src/shared/shape.ts';
import { idOf } from './clock.ts';

const inlined = (shape: Shape): JsonSchema => schemaOf(shape, inlined);

const WORDS: Readonly<Record<string, string>> = {
  currency: 'BRL',
  eventId: 'otd-20181120-000117',
  kind: 'delivered',
  number: 'ST-2018-000042',
  purpose: 'payout',
  reason: 'order_cancelled',
  visitorId: 'v-3f9c2a',
  timeZone: 'America/Sao_Paulo',
  orderRef: 'A-1001',
  source: 'otd',
  linkCode: 'spring',
  userAgent: 'Mozilla/5.0 (X11; Linux x86_64)',
  referrer: 'https://blog.example/review',
};

/** The schema of a field says what it is, where its name does not. */
const BY_SCHEMA: readonly (readonly [fits: (schema: JsonSchema, pattern: string) => boolean, text: string])[] = [
  [({ format }) => format === 'date-time', '2018-11-20T14:03:07.000Z'],
  [({ format }) => format === 'date', '2018-11-20'],
  [({ format }) => format === 'uri', 'https://partner.example/hooks'],
  [(_, pattern) => pattern.startsWith('^\\d{4}-(0'), '2018-11'],
  [(_, pattern) => pattern.startsWith('^[A-Z]{3}'), 'BRL'],
  [(_, pattern) => pattern.includes('{1,18}('), '0.065'],
  [(_, pattern) => pattern.includes('\\d{1,18}'), '12990'],
];

const textOf = (name: string, schema: JsonSchema): string => {
  const pattern = typeof schema['pattern'] === 'string' ? schema['pattern'] : '';
  const prefix = /^\^([a-z]+)_\[0-7\]/.exec(pattern)?.[1];
  if (prefix !== undefined) return idOf(prefix, 42);
  const told = BY_SCHEMA.find(([fits]) => fits(schema, pattern))?.[1];
  return told ?? (WORDS[name] ?? name).slice(0, Number(schema['maxLength'] ?? 100));
};

const valueOf = (name: string, schema: JsonSchema): unknown => {
  const [type] = [schema['type']].flat();
  const values = schema['enum'] as readonly unknown[] | undefined;
  if (values !== undefined) return values[0];
  if (Array.isArray(schema['anyOf'])) return valueOf(name, schema['anyOf'][0] as JsonSchema);
  switch (type) {
    case 'string':
      return textOf(name, schema);
    case 'integer':
      return Math.max(1, Number(schema['minimum'] ?? 1));
    case 'boolean':
      return true;
    case 'array':
      return [valueOf(name.replace(/s$/, ''), schema['items'] as JsonSchema)];
    default:
      return objectOf(schema);
  }
};

const objectOf = (schema: JsonSchema): unknown => {
  const properties = (schema['properties'] ?? {}) as Readonly<Record<string, JsonSchema>>;
  return Object.fromEntries(Object.entries(properties).map(([name, each]) => [name, valueOf(name, each)]));
};

/** A value of the shape with every field in it, also those that may be left out: a first draft of a frozen sample. */
export const sampleOf = (shape: Shape): unknown => objectOf(inlined(shape));
