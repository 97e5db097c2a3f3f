import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { AccessClaims } from '../../domain/claims.ts';
import { type KeyPair, type PublicJwk, type SigningKey, TokenSigner } from '../../ports/signing-keys.ts';

export const ALGORITHM = 'ES256';
/** Says that it is an access token, so that no other JWT of ours can pass for one (RFC 8725, section 3.11). */
export const TOKEN_TYPE = 'at+jwt';

export class JoseTokenSigner extends TokenSigner {
  async newKeyPair(): Promise<KeyPair> {
    const { privateKey } = await generateKeyPair(ALGORITHM, { extractable: true });
    const { kty, crv, x, y, d } = await exportJWK(privateKey);
    if (crv === undefined || x === undefined || y === undefined || d === undefined || kty === undefined)
      throw new Error('jose made a key without its coordinates');
    const publicJwk: PublicJwk = { kty, crv, x, y };
    const kid = await calculateJwkThumbprint({ kty, crv, x, y });
    return { kid, publicJwk, privateJwk: { ...publicJwk, d } };
  }

  sign(claims: AccessClaims, { kid, privateJwk }: SigningKey): Promise<string> {
    return new SignJWT({ ...claims }).setProtectedHeader({ alg: ALGORITHM, typ: TOKEN_TYPE, kid }).sign(privateJwk);
  }
}
