import { quoted } from './json-text.ts';

/** Anything JSON can hold, plus what knows its own JSON (`Money`). */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json | undefined };

/**
 * One text for one value: keys sorted by UTF-16 code units, no spaces, members that are `undefined` left out.
 * Source: RFC 8785 (JSON Canonicalization Scheme). Throws a `TypeError` for what JSON cannot hold.
 */
export const canonicalJson = (value: unknown): string => {
  const plain = hasOwnJson(value) ? value.toJSON() : value;
  if (Array.isArray(plain)) return `[${plain.map((item) => canonicalJson(item ?? null)).join(',')}]`;
  if (typeof plain === 'string') return quoted(plain);
  if (plain !== null && typeof plain === 'object') return objectJson(plain as Readonly<Record<string, unknown>>);
  if (typeof plain === 'bigint') return JSON.stringify(plain.toString());
  return scalar(plain);
};

const objectJson = (object: Readonly<Record<string, unknown>>): string => {
  let members = '';
  for (const key of Object.keys(object).sort()) {
    const member = object[key];
    if (member === undefined) continue;
    members += `${members === '' ? '' : ','}${quoted(key)}:${canonicalJson(member)}`;
  }
  return `{${members}}`;
};

const scalar = (value: unknown): string => {
  const fits =
    typeof value === 'number' ? Number.isFinite(value) : value === null || /^(string|boolean)$/.test(typeof value);
  if (!fits) throw new TypeError(`JSON cannot hold ${String(value)}`);
  return JSON.stringify(value);
};

const hasOwnJson = (value: unknown): value is { toJSON(): unknown } =>
  typeof value === 'object' && value !== null && 'toJSON' in value && typeof value.toJSON === 'function';
