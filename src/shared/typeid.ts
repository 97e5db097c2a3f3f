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
const HYPHEN = 0x2d;

/** The last ones that were looked at: there are a few dozen, and what comes again was looked at before. */
const prefixes = new Set<string>();
const MOST_PREFIXES = 100;

const isPrefix = (text: string): boolean => {
  if (prefixes.has(text)) return true;
  if (!PREFIX.test(text)) return false;
  if (prefixes.size < MOST_PREFIXES) prefixes.add(text);
  return true;
};

const malformed = (what: string): AppError => new AppError('invalid', 'id.malformed', what);

const CODES = Buffer.from(ALPHABET);
const UUID_LENGTH = 36;
/** Where the hex digits of a UUID stand between its hyphens. */
const HYPHENS = [8, 13, 18, 23];
const HEX_PLACES = Array.from({ length: UUID_LENGTH }, (_, place) => place).filter((place) => !HYPHENS.includes(place));
/** The value of a hex digit of either case, by its character code; of all else there is none. */
const HEX_OF = new Int8Array(128).fill(-1);
for (const [value, digit] of Array.from('0123456789abcdef').entries()) {
  HEX_OF[digit.charCodeAt(0)] = value;
  HEX_OF[digit.toUpperCase().charCodeAt(0)] = value;
}
/** What is written next, as character codes: texts that grow digit by digit cost three times as much. */
const written = { base32: Buffer.alloc(SUFFIX_LENGTH), uuid: Buffer.alloc(UUID_LENGTH) };

/** 128 bits are 26 digits of 5 bits with two zero bits in front. Undefined when it is no UUID. */
const toBase32 = (uuid: string): string | undefined => {
  if (uuid.length !== UUID_LENGTH || HYPHENS.some((place) => uuid.charCodeAt(place) !== HYPHEN)) return undefined;
  let [bits, inHand, next] = [0, 2, 0];
  for (const place of HEX_PLACES) {
    const value = HEX_OF[uuid.charCodeAt(place)] ?? -1;
    if (value < 0) return undefined;
    bits = ((bits << 4) | value) & 0x1ff;
    inHand += 4;
    if (inHand < 5) continue;
    inHand -= 5;
    written.base32[next] = CODES[(bits >> inHand) & 31] ?? 0;
    next += 1;
  }
  return written.base32.toString('latin1');
};

const fromBase32 = (suffix: string): string => {
  writeUuidText(suffix, written.uuid, 0);
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

/** Writes its UUID as text where it is wanted, 36 bytes. It must be a TypeID. */
export const writeUuidText = (text: string, into: Uint8Array, at: number): void => {
  let [bits, inHand, next] = [0, -2, 0];
  for (let index = text.length - SUFFIX_LENGTH; index < text.length; index += 1) {
    bits = ((bits << 5) | (VALUE_OF[text.charCodeAt(index)] ?? 0)) & 0x1ff;
    inHand += 5;
    for (; inHand >= 4; next += 1) {
      inHand -= 4;
      into[at + (HEX_PLACES[next] ?? 0)] = CODES[(bits >> inHand) & 15] ?? 0;
    }
  }
  for (const hyphen of HYPHENS) into[at + hyphen] = HYPHEN;
};

/** Throws `id.malformed`. */
export const encodeTypeId = (prefix: string, uuid: string): string => {
  if (!isPrefix(prefix)) throw malformed(`"${prefix}" is no TypeID prefix`);
  const suffix = toBase32(uuid);
  if (suffix === undefined) throw malformed(`"${uuid}" is no UUID`);
  return prefix === '' ? suffix : `${prefix}_${suffix}`;
};

/** Throws `id.malformed`. */
export const decodeTypeId = (text: string): { readonly prefix: string; readonly uuid: string } => {
  const cut = text.lastIndexOf('_');
  const prefix = cut === -1 ? '' : text.slice(0, cut);
  const suffix = text.slice(cut + 1);
  if (cut === 0 || !isPrefix(prefix) || !SUFFIX.test(suffix)) throw malformed(`"${text}" is no TypeID`);
  return { prefix, uuid: fromBase32(suffix) };
};

/** Whether the text is a TypeID with that prefix; quicker than decoding it. */
export const isTypeId = (prefix: string, text: string): boolean =>
  text.length === prefix.length + 27 && text.startsWith(`${prefix}_`) && SUFFIX.test(text.slice(prefix.length + 1));
