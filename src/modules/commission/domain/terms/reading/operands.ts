/** What a fact of each type may be compared with, by which operator. */
import { isInstant } from '../../../../../shared/instant.ts';
import { FACTS, type FactName, type FactType, METADATA } from '../../engine/facts.ts';
import {
  either,
  type Form,
  listOf,
  matching,
  type Members,
  named,
  type NamedForm,
  objectOf,
  oneOf,
  simple,
  text,
} from './form.ts';

/** Of minor units as text. */
export const moneyOf = (digits: number): NamedForm =>
  named(
    `moneyOf${digits}Digits`,
    objectOf({
      minor: matching(new RegExp(`^\\d{1,${digits}}$`), `must be minor units as text, of at most ${digits} digits`),
      currency: matching(/^[A-Z]{3}$/, 'must be an ISO 4217 currency'),
    }),
  );

export const instantForm: Form = simple(
  { type: 'string', format: 'date-time' },
  isInstant,
  'must be a moment with a zone, like 2026-11-27T00:00:00+01:00',
);

/** Of what a whole order, or a period, may come to. */
export const limitMoney = moneyOf(18);

const operandText = named('operandText', text(200));
const texts = named('operandTexts', listOf(operandText, 1, 1_000));
const flag = oneOf([true, false]);
const LARGEST = 1e15;
const jsonNumber = simple(
  { type: 'number', minimum: -LARGEST, maximum: LARGEST },
  (value) => typeof value === 'number' && value >= -LARGEST && value <= LARGEST,
  'must be a number, or a decimal text where it must be exact',
);
const isString = (value: unknown): boolean => typeof value === 'string';
const decimalText = matching(/^-?\d{1,18}(\.\d{1,18})?$/, 'must be a decimal like "0.065"');
const number = either(isString, decimalText, jsonNumber);

const TEXTUAL: Members = {
  equals: operandText,
  notEquals: operandText,
  in: texts,
  notIn: texts,
  contains: operandText,
  notContains: operandText,
  startsWith: operandText,
  endsWith: operandText,
  exists: flag,
};

const order = (operand: Form): Members => ({
  lessThan: operand,
  atMost: operand,
  moreThan: operand,
  atLeast: operand,
  between: listOf(operand, 2, 2),
});

const ordered = (operand: Form): Members => ({
  equals: operand,
  notEquals: operand,
  in: listOf(operand, 1, 100),
  notIn: listOf(operand, 1, 100),
  ...order(operand),
  exists: flag,
});

const isNumbers = (value: unknown): boolean => Array.isArray(value) && typeof value[0] === 'number';
const textOrNumber = either(isString, operandText, jsonNumber);
const textsOrNumbers = either(isNumbers, listOf(jsonNumber, 1, 100), texts);

/** What the operands' schemas refer to. */
export const OPERAND_FORMS: readonly NamedForm[] = [limitMoney, operandText, texts];

export const OPERANDS: Readonly<Record<FactType | 'metadata', Members>> = {
  text: TEXTUAL,
  texts: TEXTUAL,
  number: ordered(number),
  money: ordered(limitMoney),
  instant: ordered(instantForm),
  metadata: {
    ...TEXTUAL,
    equals: textOrNumber,
    notEquals: textOrNumber,
    in: textsOrNumbers,
    notIn: textsOrNumbers,
    ...order(number),
  },
};

export const ALL_OPERATORS: readonly string[] = [
  ...new Set(Object.values(OPERANDS).flatMap((operands) => Object.keys(operands))),
];

const LONGEST_NAME = 100;

/** Undefined: there is no such fact. */
export const factTypeOf = (fact: unknown): FactType | 'metadata' | undefined => {
  if (typeof fact !== 'string') return undefined;
  if (Object.hasOwn(FACTS, fact)) return FACTS[fact as keyof typeof FACTS];
  return METADATA_NAME.test(fact) ? 'metadata' : undefined;
};

const METADATA_NAME = new RegExp(
  `^(${METADATA.map((prefix) => prefix.replaceAll('.', '\\.')).join('|')})[\\s\\S]{1,${LONGEST_NAME}}$`,
  'u',
);

/** Those of one type, as a schema; of the order as a whole, without those of its lines. */
export const factSchema = (type: FactType | 'metadata', ofLines: boolean): object => {
  if (type === 'metadata')
    return {
      type: 'string',
      pattern: ofLines ? METADATA_NAME.source : METADATA_NAME.source.replace('line\\.metadata\\.|', ''),
    };
  return {
    enum: Object.keys(FACTS).filter(
      (name) => FACTS[name as keyof typeof FACTS] === type && (ofLines || !isOfLines(name)),
    ),
  };
};

export const isOfLines = (fact: string): boolean => fact.startsWith('line.');

export const KNOWN_FACTS = [...Object.keys(FACTS), ...METADATA.map((prefix): FactName => `${prefix}…`)];
