/** Input against the shape it should have: by class-validator a level, with every fault at its place. */
import { validateSync, type ValidationError } from 'class-validator';
import { AppError, type Fault } from './errors.ts';
import { fieldsOf, isObject, type Shape } from './shape.ts';
import { isSound } from './sound.ts';

/** What one answer shows of what is wrong; nobody mends more at once, and a large body must not buy a larger answer. */
export const MAX_FAULTS = 100;

/** Everything wrong at once, each with its place. Throws `input.invalid`. Unknown fields are refused or dropped. */
export const parseAs = <T extends object>(shape: Shape<T>, input: unknown, unknown: 'refuse' | 'drop'): T => {
  const { value, faults } = read(shape, input, unknown);
  if (faults.length > 0) throw refusal(faults);
  return value as T;
};

/** Without throwing. It stops looking after `MAX_FAULTS` and one: the one says that there are more. */
export const read = (
  shape: Shape,
  input: unknown,
  unknown: 'refuse' | 'drop',
): { readonly value: object | undefined; readonly faults: readonly Fault[] } => {
  const faults: Fault[] = [];
  return { value: readAs(shape, input, unknown, '', faults), faults };
};

/** Where nothing is asked for: an object without fields is nothing, everything else is at fault. */
export const readNothing = (input: unknown): readonly Fault[] =>
  isObject(input)
    ? Object.keys(input)
        .slice(0, MAX_FAULTS + 1)
        .map((name) => unknownField(under('', name)))
    : [notAnObject('')];

const unknownField = (pointer: string): Fault => ({
  pointer,
  code: 'input.unknown_field',
  detail: 'is not a field we know',
});

const notAnObject = (pointer: string): Fault => ({
  pointer,
  code: 'input.not_an_object',
  detail: 'must be a JSON object',
});

const isEnough = (faults: readonly Fault[]): boolean => faults.length > MAX_FAULTS;

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
    faults.push(notAnObject(pointer));
    return undefined;
  }
  const fields = fieldsOf(shape);
  const value = new shape() as Record<string, unknown>;
  for (const [name, member] of Object.entries(input)) {
    if (isEnough(faults)) return undefined;
    if (fields.has(name)) value[name] = member;
    else if (unknown === 'refuse') faults.push(unknownField(under(pointer, name)));
  }
  if (!isSound(shape, value)) faults.push(...faultsIn(value, pointer));
  for (const [name, { nested }] of fields) {
    if (nested && !isEnough(faults))
      value[name] = readNested(nested(), value[name], unknown, under(pointer, name), faults);
  }
  return value;
};

const faultsIn = (value: object, pointer: string): readonly Fault[] =>
  validateSync(value, { validationError: { target: false, value: false } }).flatMap((error) =>
    isMissing(value, error) ? [missing(under(pointer, error.property))] : faultsOf(error, pointer),
  );

const isMissing = (value: object, { property }: ValidationError): boolean =>
  (value as Readonly<Record<string, unknown>>)[property] === undefined;

/** What it would have to be as well is of no use to anybody who left it out. */
const missing = (pointer: string): Fault => ({ pointer, code: 'input.invalid', detail: 'must be there' });

/** What is neither an object nor a list was found wrong, or rightly absent, one level above. */
const readNested = (
  shape: Shape,
  value: unknown,
  unknown: 'refuse' | 'drop',
  pointer: string,
  faults: Fault[],
): unknown => {
  if (Array.isArray(value))
    return value.map((item, index) =>
      isEnough(faults) ? undefined : readAs(shape, item, unknown, under(pointer, String(index)), faults),
    );
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
