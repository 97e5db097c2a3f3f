import { AppError } from './errors.ts';
import { digestOfText } from './digest.ts';
import { decodeTypeId, encodeTypeId, isTypeId } from './typeid.ts';

/** `com_01h…`: a partner's id does not fit where a commission's is asked, and logs explain themselves. */
export type Id<Prefix extends string> = `${Prefix}_${string}`;

/** Where new ids come from. A port, so that a seed can replay a whole run. */
export abstract class Ids {
  abstract next<Prefix extends string>(prefix: Prefix): Id<Prefix>;
}

export const isId = <Prefix extends string>(prefix: Prefix, value: unknown): value is Id<Prefix> =>
  typeof value === 'string' && isTypeId(prefix, value);

/** Throws `id.malformed`. */
export const parseId = <Prefix extends string>(prefix: Prefix, value: string): Id<Prefix> => {
  if (!isId(prefix, value)) throw new AppError('invalid', 'id.malformed', `"${value}" is not an id like ${prefix}_…`);
  return value;
};

/** The native `uuid` a database stores for an id. */
export const toUuid = (id: Id<string>): string => decodeTypeId(id).uuid;

export const fromUuid = <Prefix extends string>(prefix: Prefix, uuid: string): Id<Prefix> =>
  encodeTypeId(prefix, uuid) as Id<Prefix>;

/**
 * The same parts give the same id, for ever: what makes a repeated command find its first effect.
 * UUIDv8 (RFC 9562, section 5.8) over the first 122 bits of a SHA-256.
 */
export const derivedId = <Prefix extends string>(prefix: Prefix, ...parts: readonly string[]): Id<Prefix> => {
  const hex = digestOfText(JSON.stringify([prefix, ...parts]));
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16);
  const uuid = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
  return fromUuid(prefix, uuid);
};
