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

/** What is written next, as character codes: texts that grow digit by digit cost three times as much. */
const written = { base32: Buffer.alloc(SUFFIX_LENGTH), uuid: Buffer.alloc(36, '-') };
const CODES = Buffer.from(ALPHABET);
/** Where the hex digits of a UUID stand between its hyphens. */
const HEX_PLACES = Array.from({ length: 36 }, (_, place) => place).filter((place) => ![8, 13, 18, 23].includes(place));

/** 128 bits are 26 digits of 5 bits with two zero bits in front. Hex digits mean the same in both alphabets. */
const toBase32 = (uuid: string): string => {
  let [bits, inHand, next] = [0, 2, 0];
  for (const place of HEX_PLACES) {
    bits = ((bits << 4) | (VALUE_OF[uuid.charCodeAt(place)] ?? 0)) & 0x1ff;
    inHand += 4;
    if (inHand < 5) continue;
    inHand -= 5;
    written.base32[next] = CODES[(bits >> inHand) & 31] ?? 0;
    next += 1;
  }
  return written.base32.toString('latin1');
};

const fromBase32 = (suffix: string): string => {
  let [bits, inHand, next] = [0, -2, 0];
  for (let index = 0; index < SUFFIX_LENGTH; index += 1) {
    bits = ((bits << 5) | (VALUE_OF[suffix.charCodeAt(index)] ?? 0)) & 0x1ff;
    inHand += 5;
    for (; inHand >= 4; next += 1) {
      inHand -= 4;
      written.uuid[HEX_PLACES[next] ?? 0] = CODES[(bits >> inHand) & 15] ?? 0;
    }
  }
  return written.uuid.toString('latin1');
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
