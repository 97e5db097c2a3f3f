import { Ajv, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';
import { bareClickId } from '../../../../shared/click-id.ts';
import { isCountry } from '../../../../shared/countries.ts';
import { isCurrency } from '../../../../shared/currency.ts';
import { isId } from '../../../../shared/ids.ts';
import { isInstant } from '../../../../shared/instant.ts';
import { isPhone } from '../../../../shared/phone.ts';
import { PATTERN_TEXT } from '../../domain/pattern-cost.ts';

const words = (ajv: Ajv): Ajv => {
  formats.default(ajv, ['email', 'date', 'uuid']);
  ajv.addFormat('currency', isCurrency);
  ajv.addFormat('click-id', (value) => isId('clk', value));
  ajv.addFormat('signed-click-id', (value) => bareClickId(value) !== undefined);
  ajv.addFormat('program-id', (value) => isId('prg', value));
  ajv.addFormat('moment', isInstant);
  ajv.addFormat('phone', isPhone);
  ajv.addFormat('country', isCountry);
  ajv.addKeyword({ keyword: 'x-fingerprint', valid: true });
  return ajv;
};

const OPTIONS = { allErrors: true, strict: true, strictRequired: false, allowUnionTypes: true } as const;

/** For schemas of ours. */
export const ours = words(new Ajv(OPTIONS));

/**
 * A pattern of somebody else's never sees a text longer than it was admitted for. ajv asks it also where `maxLength` has
 * failed already.
 */
const bounded = Object.assign(
  (pattern: string, flags: string) => {
    const expression = new RegExp(pattern, flags);
    return { test: (text: string): boolean => text.length <= 2 * PATTERN_TEXT && expression.test(text) };
  },
  { code: 'bounded' },
);

/** A fresh one for each: ajv keeps every schema it ever compiled. Throws what ajv throws. */
export const compiled = (schema: object): ValidateFunction =>
  words(new Ajv({ ...OPTIONS, code: { regExp: bounded } })).compile(schema);
