/**
 * Is every event that the older version lets in let in by the newer one as well? Answered by looking at the schemas
 * alone, keyword by keyword: what cannot be shown is a break, so the answer errs on one side only. A property test holds
 * it against events.
 */
import { canonicalJson } from '../../../shared/canonical-json.ts';
import type { Fault } from '../../../shared/errors.ts';
import { at, member, type Schema, type TypeName, typesOf } from './schema.ts';

type Compare = (before: Schema, after: Schema, pointer: string) => readonly Fault[];

const broken = (pointer: string, detail: string): Fault => ({ pointer, code: 'pipeline.schema_incompatible', detail });

/** Pointers lead into the newer schema. None: it is compatible. */
export const breaks = (before: Schema, after: Schema): readonly Fault[] => [
  ...compare(before, after, ''),
  ...fingerprints(before, after),
];

const compare: Compare = (before, after, pointer) => {
  const lost = typesOf(before).filter((type) => !admits(after, type));
  if (lost.length > 0) return [broken(at(pointer, 'type'), `no longer lets in ${lost.join(', ')}`)];
  return [
    ...values(before, after, pointer),
    ...typesOf(before).flatMap((type) => BY_TYPE[type]?.(before, after, pointer) ?? []),
  ];
};

const admits = (schema: Schema, type: TypeName): boolean =>
  typesOf(schema).includes(type) || (type === 'integer' && typesOf(schema).includes('number'));

const values: Compare = (before, after, pointer) => {
  const given = before.const === undefined ? before.enum : [before.const];
  const gone = (allowed: readonly unknown[]): boolean => {
    const texts = new Set(allowed.map(canonicalJson));
    return given === undefined || given.some((value) => !texts.has(canonicalJson(value)));
  };
  return [
    ...(after.enum !== undefined && gone(after.enum)
      ? [broken(at(pointer, 'enum'), 'lacks values that were allowed')]
      : []),
    ...(after.const !== undefined && gone([after.const])
      ? [broken(at(pointer, 'const'), 'leaves out values that were allowed')]
      : []),
  ];
};

type Bound = 'minLength' | 'maxLength' | 'minItems' | 'maxItems';

const notLower = (bound: Bound, before: Schema, after: Schema, pointer: string): readonly Fault[] =>
  (after[bound] ?? 0) > (before[bound] ?? 0)
    ? [broken(at(pointer, bound), `was ${before[bound] ?? 'not there'}; raising it refuses what was allowed`)]
    : [];

const notHigher = (bound: Bound, before: Schema, after: Schema, pointer: string): readonly Fault[] =>
  (after[bound] ?? Infinity) < (before[bound] ?? Infinity)
    ? [broken(at(pointer, bound), `was ${before[bound] ?? 'not there'}; lowering it refuses what was allowed`)]
    : [];

const sameIfAny = (keyword: 'pattern' | 'format', before: Schema, after: Schema, pointer: string): readonly Fault[] =>
  after[keyword] === undefined || after[keyword] === before[keyword]
    ? []
    : [broken(at(pointer, keyword), 'is not the one there was: it cannot be shown to allow as much')];

const texts: Compare = (before, after, pointer) => [
  ...notLower('minLength', before, after, pointer),
  ...notHigher('maxLength', before, after, pointer),
  ...sameIfAny('pattern', before, after, pointer),
  ...sameIfAny('format', before, after, pointer),
];

const boundsOf = (schema: Schema) => ({
  least: schema.minimum ?? -Infinity,
  above: schema.exclusiveMinimum ?? -Infinity,
  most: schema.maximum ?? Infinity,
  below: schema.exclusiveMaximum ?? Infinity,
});

const numbers: Compare = (before, after, pointer) => {
  const was = boundsOf(before);
  const is = boundsOf(after);
  const holds = {
    minimum: Math.max(was.least, was.above) >= is.least,
    maximum: Math.min(was.most, was.below) <= is.most,
    exclusiveMinimum: was.above >= is.above || was.least > is.above,
    exclusiveMaximum: was.below <= is.below || was.most < is.below,
  };
  return Object.entries(holds).flatMap(([bound, held]) =>
    held ? [] : [broken(at(pointer, bound), 'refuses numbers that were allowed')],
  );
};

const lists: Compare = (before, after, pointer) => {
  const where = at(pointer, 'items');
  const items =
    after.items === undefined
      ? []
      : before.items === undefined
        ? [broken(where, 'describes what could be anything')]
        : compare(before.items, after.items, where);
  return [...notLower('minItems', before, after, pointer), ...notHigher('maxItems', before, after, pointer), ...items];
};

const objects: Compare = (before, after, pointer) => {
  const isClosed = before.additionalProperties === false;
  const required = new Set(before.required ?? []);
  const demanded = (after.required ?? []).filter((name) => !required.has(name));
  const described = Object.entries(after.properties ?? {}).flatMap(([name, field]) => {
    const where = at(pointer, 'properties', name);
    const was = member(before, name);
    if (was !== undefined) return compare(was, field, where);
    return isClosed ? [] : [broken(where, 'describes a field that could be anything')];
  });
  return [
    ...demanded.map((name) => broken(at(pointer, 'required'), `now demands "${name}", which could be left out`)),
    ...described,
    ...(after.additionalProperties === false ? shut(before, after, pointer) : []),
  ];
};

/** The newer one takes no field it does not name. */
const shut = (before: Schema, after: Schema, pointer: string): readonly Fault[] => {
  const gone = Object.keys(before.properties ?? {}).filter((name) => member(after, name) === undefined);
  return [
    ...gone.map((name) => broken(at(pointer, 'properties', name), 'is gone, and no other fields are let in')),
    ...(before.additionalProperties === false
      ? []
      : [broken(at(pointer, 'additionalProperties'), 'no longer lets in fields that are not named')]),
  ];
};

const BY_TYPE: Readonly<Partial<Record<TypeName, Compare>>> = {
  string: texts,
  number: numbers,
  integer: numbers,
  array: lists,
  object: objects,
};

/** What was kept as a fingerprint must not come to lie there in the clear. */
const fingerprints = (before: Schema, after: Schema): readonly Fault[] =>
  Object.entries(before.properties ?? {}).flatMap(([name, field]) =>
    field['x-fingerprint'] === undefined || field['x-fingerprint'] === member(after, name)?.['x-fingerprint']
      ? []
      : [
          broken(
            at('', 'properties', name, 'x-fingerprint'),
            `was ${field['x-fingerprint']}: the field would be stored otherwise`,
          ),
        ],
  );
