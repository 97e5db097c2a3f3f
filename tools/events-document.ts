/** `docs/events.md`: written by hand, but for what the registry says of the types that are built in. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../src/infrastructure/system/root.ts';
import { builtInTypes } from '../src/modules/pipeline/domain/event-types.ts';

interface Described {
  readonly type?: string;
  readonly format?: string;
  readonly pattern?: string;
  readonly enum?: readonly string[];
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly maxProperties?: number;
  readonly items?: Described;
  readonly properties?: Readonly<Record<string, Described>>;
  readonly required?: readonly string[];
}

const BEGIN = '<!-- what follows comes from the registry: make generate -->';
const END = '<!-- end of what comes from the registry -->';

const upTo = (least: number | undefined, most: number | undefined, unit: string): string =>
  least !== undefined && least > 1 ? `${least} to ${most} ${unit}` : `up to ${most} ${unit}`;

const KINDS: Readonly<Record<string, (field: Described) => string>> = {
  array: ({ minItems, maxItems, items }) => `list of ${upTo(minItems, maxItems, kindOf(items ?? {}))}`,
  integer: ({ minimum, maximum }) => `whole number, ${minimum} to ${maximum}`,
  string: ({ format, pattern, minLength, maxLength, enum: values }) =>
    [
      values?.map((value) => `\`${value}\``).join(' or ') ?? format ?? 'text',
      ...(maxLength === undefined ? [] : [upTo(minLength, maxLength, 'characters')]),
      ...(pattern === undefined ? [] : [`\`${pattern}\``]),
    ].join(', '),
  object: ({ maxProperties }) =>
    maxProperties === undefined ? 'object' : `object of up to ${maxProperties} texts, numbers, true or false`,
};

const kindOf = (field: Described): string => KINDS[field.type ?? '']?.(field) ?? '';

/** A row a field, those within it below it. */
const rowsOf = (schema: Described, within: string): readonly string[] =>
  Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const inner = field.type === 'array' ? (field.items ?? {}) : field;
    const path = `${within}${name}${field.type === 'array' ? '[]' : ''}`;
    const must = schema.required?.includes(name) === true ? 'yes' : '';
    return [`| \`${path}\` | ${kindOf(field)} | ${must} |`, ...rowsOf(inner, `${path}.`)];
  });

const schemas = (): string => {
  const bySchema = new Map<object, string[]>();
  for (const { type, schema } of builtInTypes) bySchema.set(schema, [...(bySchema.get(schema) ?? []), `\`${type}\``]);
  return [...bySchema]
    .map(([schema, types]) =>
      [`Data of ${types.join(', ')}:`, '', '| field | is | required |', '|---|---|---|', ...rowsOf(schema, '')].join(
        '\n',
      ),
    )
    .join('\n\n');
};

const types = (): string =>
  [
    '| type | lane | what it tells |',
    '|---|---|---|',
    ...builtInTypes.map(({ type, lane, about }) => `| \`${type}\` | ${lane} | ${about} |`),
  ].join('\n');

export const eventsDocument = (): Promise<string> => {
  const text = readFileSync(join(projectRoot(), 'docs/events.md'), 'utf8');
  const [before, rest = ''] = text.split(BEGIN);
  const [, after] = rest.split(END);
  if (before === undefined || after === undefined)
    throw new Error('docs/events.md has lost the marks of its generated part');
  return Promise.resolve(`${before}${BEGIN}\n\n${types()}\n\n${schemas()}\n\n${END}${after}`);
};
