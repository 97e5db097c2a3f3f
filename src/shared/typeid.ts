/**
 * TypeID 0.3: a lower-case prefix, an underscore, and a UUID in 26 characters of Crockford base32.
 * Source: the TypeID specification (jetify-com/typeid, `spec/README.md`) and its `valid.json` / `invalid.json`.
 */
import { AppError } from './errors.ts';

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const VALUE_OF = new Map(Array.from(ALPHABET, (character, value) => [character, BigInt(value)]));
const PREFIX = /^([a-z]([a-z_]{0,61}[a-z])?)?$/;
const SUFFIX = /^[0-7][0-9a-hjkmnp-tv-z]{25}$/;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

const malformed = (what: string): AppError => new AppError('invalid', 'id.malformed', what);

/** 128 bits are 26 digits of 5 bits with two zero bits in front. */
const toBase32 = (uuid: string): string => {
  let rest = BigInt(`0x${uuid.replaceAll('-', '')}`);
  let text = '';
  for (let digit = 0; digit < 26; digit += 1) {
    text = ALPHABET.charAt(Number(rest & 31n)) + text;
    rest >>= 5n;
  }
  return text;
};

const fromBase32 = (suffix: string): string => {
  let bits = 0n;
  for (const character of suffix) bits = (bits << 5n) | (VALUE_OF.get(character) ?? 0n);
  const hex = bits.toString(16).padStart(32, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
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
