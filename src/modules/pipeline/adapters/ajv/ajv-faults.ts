import type { ErrorObject } from 'ajv';
import type { Fault } from '../../../../shared/errors.ts';
import { at } from '../../domain/schema.ts';

/** More than any answer shows. */
const MOST_FAULTS = 100;

/** What ajv found first, in our words. Pointers start where the validated value stands. */
export const faultsOf = (errors: readonly ErrorObject[] | null | undefined, from: string): readonly Fault[] =>
  (errors ?? []).slice(0, MOST_FAULTS).map(({ instancePath, keyword, params, message }) => ({
    pointer: `${from}${instancePath}${missingOrUnknown(keyword, params)}`,
    code: codeOf(keyword, params),
    detail: detailOf(params, SAYINGS[keyword]?.(params) ?? message),
  }));

/** What other requests are told of the same faults. */
const SAYINGS: Readonly<Record<string, (params: Readonly<Record<string, unknown>>) => string>> = {
  required: () => 'must be there',
  additionalProperties: () => 'is not a field we know',
  minLength: ({ limit }) => (limit === 1 ? 'must not be empty' : `must have at least ${String(limit)} characters`),
  maxLength: ({ limit }) => `must have at most ${String(limit)} characters`,
};

const MOST_VALUES = 50;
const MOST_CHARACTERS = 2_000;

const detailOf = (params: Readonly<Record<string, unknown>>, message = 'is not valid'): string => {
  const allowed: unknown = params['allowedValues'];
  const detail = Array.isArray(allowed) ? oneOf(allowed) : (FORMATS[String(params['format'])] ?? message);
  return detail.length > MOST_CHARACTERS ? `${detail.slice(0, MOST_CHARACTERS - 1)}…` : detail;
};

const oneOf = (values: readonly unknown[]): string => {
  const more = values.length > MOST_VALUES ? ` … (${values.length})` : '';
  return `must be one of ${values.slice(0, MOST_VALUES).join(', ')}${more}`;
};

export const NO_MOMENT = 'must be a moment with a zone, like 2018-12-31T00:00:00Z';

const FORMATS: Readonly<Record<string, string>> = {
  currency: 'must be an ISO 4217 currency',
  moment: NO_MOMENT,
  email: 'must be an e-mail address',
  phone: 'must be a telephone number with its country, like +49 151 23456789',
  country: 'must be a country of ISO 3166-1, in two capital letters',
  'click-id': 'must be an id like clk_01h455vb4pex5vsknk084sn02q',
  'signed-click-id':
    'must be a click id as the redirect appends it, or the id alone like clk_01h455vb4pex5vsknk084sn02q',
  'program-id': 'must be an id like prg_01h455vb4pex5vsknk084sn02q',
};

/** ajv points at the object that lacks a field, or has one too many; we point at the field. */
const missingOrUnknown = (keyword: string, params: Readonly<Record<string, unknown>>): string => {
  if (keyword === 'required') return at('', String(params['missingProperty']));
  if (keyword === 'additionalProperties') return at('', String(params['additionalProperty']));
  return '';
};

const codeOf = (keyword: string, params: Readonly<Record<string, unknown>>): string => {
  if (keyword === 'additionalProperties') return 'input.unknown_field';
  if (keyword === 'format' && params['format'] === 'currency') return 'money.unknown_currency';
  return 'input.invalid';
};
