/**
 * Whether class-validator would find nothing wrong with a value: by its own checks, looked up once a class. It looks them
 * up for each value and prepares an error for each field, which costs several times what the checks do; hardly ever is
 * anything wrong, and then it is asked for the words.
 */
import { getMetadataStorage, type ValidationArguments } from 'class-validator';
import type { Shape } from './shape.ts';

type Check = (object: Readonly<Record<string, unknown>>, value: unknown) => boolean;

interface CheckedField {
  readonly name: string;
  readonly conditions: readonly Check[];
  readonly checks: readonly Check[];
}

type Metadata = ReturnType<ReturnType<typeof getMetadataStorage>['getTargetValidationMetadatas']>[number];

const known = new WeakMap<Shape, readonly CheckedField[]>();

/** `value` is of that class. */
export const isSound = (shape: Shape, value: Readonly<Record<string, unknown>>): boolean => {
  let fields = known.get(shape);
  if (fields === undefined) known.set(shape, (fields = checkedFields(shape)));
  return fields.every(({ name, conditions, checks }) => {
    const member = value[name];
    return !conditions.every((holds) => holds(value, member)) || checks.every((passes) => passes(value, member));
  });
};

const checkedFields = (shape: Shape): readonly CheckedField[] => {
  const storage = getMetadataStorage();
  const found = storage.getTargetValidationMetadatas(shape, '', false, false);
  return Object.entries(storage.groupByPropertyName(found)).map(([name, ofField]) => ({
    name,
    conditions: ofField.filter(isCondition).map(conditionOf),
    checks: ofField.filter((metadata) => !isCondition(metadata)).flatMap(checksOf),
  }));
};

const isCondition = ({ type }: Metadata): boolean => type === 'conditionalValidation';

const conditionOf = ({ constraints }: Metadata): Check => constraints[0] as Check;

const checksOf = ({ constraintCls, constraints, each, propertyName }: Metadata): readonly Check[] =>
  getMetadataStorage()
    .getTargetValidatorConstraints(constraintCls)
    .map(({ instance }): Check => {
      const passes = (object: object, value: unknown): boolean => {
        const about: ValidationArguments = { targetName: '', property: propertyName, object, value, constraints };
        return instance.validate(value, about) === true;
      };
      return (object, value) =>
        each && Array.isArray(value) ? value.every((item) => passes(object, item)) : passes(object, value);
    });
