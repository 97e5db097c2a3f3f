/**
 * The click id as it travels through a customer's browser: signed, so that nobody can make one up, and complete, so that
 * whoever holds the key can check it without asking anybody, and knows whose click it was.
 *
 * ```
 * clk_01h455vb4pex5vsknk084sn02q . 1 6e 0tjrhk0 <program> <partner> <link> <mac>
 * the click's id, a TypeID         │ │  │       26 digits of a TypeID each  22 digits of base64url
 *                                  │ │  └ valid until, in seconds since 1970, 7 digits of base 36
 *                                  │ └ the key, 2 digits of base 36: a new one every 90 days
 *                                  └ the form
 * ```
 * (without the spaces). The mac is HMAC-SHA256 over everything before it, cut to 132 bits. Our own ids follow the TypeID
 * specification; the rest is our own.
 */
import type { ClickId, LinkId } from '../../index.ts';
import { type Id, isId } from '../../../../shared/ids.ts';

export interface ClickClaims {
  readonly clickId: ClickId;
  readonly programId: Id<'prg'>;
  readonly partnerId: Id<'par'>;
  readonly linkId: LinkId;
  /** Seconds since 1970. */
  readonly expiresAt: number;
  /** Which key signs. */
  readonly key: string;
}

export interface ClickTokenParts {
  readonly claims: ClickClaims;
  readonly signed: string;
  readonly mac: string;
}

const FORM = '1';
const SUFFIX = 26;
const EXPIRY_DIGITS = 7;
export const MAC_DIGITS = 22;
const ID_LENGTH = 'clk_'.length + SUFFIX;
const LENGTH = ID_LENGTH + 1 + FORM.length + 2 + EXPIRY_DIGITS + 3 * SUFFIX + MAC_DIGITS;

const KEY_MS = 90 * 86_400_000;

/** The key of that moment. */
export const keyAt = (ms: number): string =>
  Math.floor(ms / KEY_MS)
    .toString(36)
    .padStart(2, '0');

export type Clicked = Omit<ClickClaims, 'expiresAt' | 'key'>;

/** The form, the key and the expiry: of one second, all tokens bear the same. */
export const validityPart = (key: string, expiresAt: number): string =>
  `${FORM}${key}${expiresAt.toString(36).padStart(EXPIRY_DIGITS, '0')}`;

/** What is signed; the token is this and the mac. */
export const signedPart = ({ clickId, programId, partnerId, linkId }: Clicked, validity: string): string =>
  `${clickId}.${validity}${programId.slice(4)}${partnerId.slice(4)}${linkId.slice(4)}`;

/** Takes a token apart; says nothing about whether it is genuine. Undefined for what has not its form. */
export const partsOf = (token: string): ClickTokenParts | undefined => {
  if (token.length !== LENGTH || token.charAt(ID_LENGTH) !== '.' || token.charAt(ID_LENGTH + 1) !== FORM)
    return undefined;
  let at = ID_LENGTH + 2;
  const next = (digits: number): string => token.slice(at, (at += digits));
  const key = next(2);
  const expiresAt = Number.parseInt(next(EXPIRY_DIGITS), 36);
  const [clickId, programId] = [token.slice(0, ID_LENGTH), `prg_${next(SUFFIX)}`];
  const [partnerId, linkId] = [`par_${next(SUFFIX)}`, `lnk_${next(SUFFIX)}`];
  const areIds = isId('clk', clickId) && isId('prg', programId) && isId('par', partnerId) && isId('lnk', linkId);
  if (!areIds || !Number.isSafeInteger(expiresAt)) return undefined;
  const claims = { clickId, programId, partnerId, linkId, expiresAt, key };
  return { claims, signed: token.slice(0, at), mac: token.slice(at) };
};
