import { errors } from 'jose';
import { unauthenticated } from '../../../../infrastructure/http/authenticate.ts';
import type { Actor } from '../../../../shared/actor.ts';

export interface VerifiedToken {
  readonly actor: Actor;
  readonly expiresAtMs: number;
}

/** Somebody whose tokens are accepted here. */
export interface TrustedIssuer {
  readonly issuer: string;
  /** Throws `http.unauthenticated`. */
  verify(token: string): Promise<VerifiedToken>;
}

/** Clocks differ a little. */
export const LEEWAY_SECONDS = 5;

const SENTENCES: Readonly<Record<string, string>> = {
  ERR_JWT_EXPIRED: 'the token has expired; ask for a new one',
  ERR_JOSE_ALG_NOT_ALLOWED: 'the token is signed in a way that is not accepted here',
  ERR_JWS_SIGNATURE_VERIFICATION_FAILED: 'the signature of the token is wrong',
  ERR_JWKS_NO_MATCHING_KEY: 'the token is signed with a key that is not its issuer’s',
};

/** What the library found wrong, in a sentence that helps and gives nothing away. What is no such finding stays as it is. */
export const asUnauthenticated = (error: unknown): unknown => {
  if (error instanceof errors.JWTClaimValidationFailed)
    return unauthenticated(`the token is not for here: ${error.claim} is missing or not accepted`);
  if (error instanceof errors.JOSEError) return unauthenticated(SENTENCES[error.code] ?? 'the token cannot be read');
  return error;
};
