/**
 * TypeID 0.3: a lower-case prefix, an underscore, and a UUID in 26 characters of Crockford base32.
 * Source: the TypeID specification (jetify-com/typeid, `spec/README.md`) and its `valid.json` / `invalid.json`.
 */
import { AppError } from './errors.ts';

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
/** The value of a digit, by its character code. */
const VALUE_OF = Array.from(ALPHABET).reduce<number[]>((values, digit, value) => {
  values[digit.charCodeAt(0)] = value;
  return values;
}, []);
const PREFIX = /^([a-z]([a-z_]{0,61}[a-z])?)?$/;
const SUFFIX = /^[0-7][0-9a-hjkmnp-tv-z]{25}$/;
const SUFFIX_LENGTH = 26;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

const malformed = (what: string): AppError => new AppError('invalid', 'id.malformed', what);

/** Moves bits from digits of one width to digits of another, left to right: `ahead` are the bits in hand at the start. */
const regroup = (text: string, from: number, to: number, ahead: number, digits: string): string => {
  let bits = 0;
  let inHand = ahead;
  let regrouped = '';
  for (let index = 0; index < text.length; index += 1) {
    const value = VALUE_OF[text.charCodeAt(index)];
    if (value === undefined) continue; // a hyphen
    bits = (bits << from) | value;
    inHand += from;
    while (inHand >= to) {
      inHand -= to;
      regrouped += digits.charAt((bits >> inHand) & ((1 << to) - 1));
    }
    bits &= (1 << inHand) - 1;
  }
  return regrouped;
};

/** 128 bits are 26 digits of 5 bits with two zero bits in front. Hex digits mean the same in both alphabets. */
const toBase32 = (uuid: string): string => regroup(uuid, 4, 5, 2, ALPHABET);

const fromBase32 = (suffix: string): string => {
  const hex = regroup(suffix, 5, 4, -2, ALPHABET);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
};

/** Writes the 16 bytes of its UUID where they are wanted, which costs an eighth of the way by the text. It must be a TypeID. */
export const writeTypeId = (text: string, into: Uint8Array, at: number): void => {
  let bits = 0;
  let inHand = -2;
  let next = at;
  for (let index = text.length - SUFFIX_LENGTH; index < text.length; index += 1) {
    bits = (bits << 5) | (VALUE_OF[text.charCodeAt(index)] ?? 0);
    inHand += 5;
    if (inHand < 8) continue;
    inHand -= 8;
    into[next] = bits >> inHand;
    next += 1;
    bits &= (1 << inHand) - 1;
  }
};

/** Throws `id.malformed`. */
export const encodeTypeId = (prefix: string, uuid: string): string => {
  if (!PREFIX.test(prefix)) throw malformed(`"${prefix}" is no TypeID prefix`);
  const lower = uuid.toLowerCase();
  if (!UUID.test(lower)) throw malformed(`"${uuid}" is no UUID`);
  return prefix === '' ? toBase32(lower) : `${prefix}_${toBase32(lower)}`;
};

/** Throws `id.malformed`. */
export const decodeTypeId = (text: string): { readonly prefix: string; readonly uuid: string } => {
  const cut = text.lastIndexOf('_');
  const prefix = cut === -1 ? '' : text.slice(0, cut);
  const suffix = text.slice(cut + 1);
  if (cut === 0 || !PREFIX.test(prefix) || !SUFFIX.test(suffix)) throw malformed(`"${text}" is no TypeID`);
  return { prefix, uuid: fromBase32(suffix) };
};

/** Whether the text is a TypeID with that prefix; quicker than decoding it. */
export const isTypeId = (prefix: string, text: string): boolean =>
  text.length === prefix.length + 27 && text.startsWith(`${prefix}_`) && SUFFIX.test(text.slice(prefix.length + 1));
