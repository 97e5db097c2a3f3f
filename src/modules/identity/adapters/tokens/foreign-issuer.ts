import { decodeProtectedHeader, errors, jwtVerify, type JWTPayload } from 'jose';
import { unauthenticated } from '../../../../infrastructure/http/authenticate.ts';
import type { WallClock } from '../../../../shared/clock.ts';
import { foreignActor } from '../../domain/claims.ts';
import type { ScopeCatalogue } from '../../domain/client.ts';
import type { ForeignKeys } from './foreign-keys.ts';
import { asUnauthenticated, LEEWAY_SECONDS, type TrustedIssuer, type VerifiedToken } from './trusted-issuer.ts';

/** Public-key signatures only: with a shared secret, whoever verifies could also sign. */
const ALGORITHMS = ['ES256', 'ES384', 'ES512', 'EdDSA', 'PS256', 'PS384', 'PS512', 'RS256', 'RS384', 'RS512'];
/** Many issuers do not say `at+jwt` yet. That a token must name our audience keeps ID tokens out: theirs is a client. */
const TYPES: readonly (string | undefined)[] = [undefined, 'jwt', 'at+jwt', 'application/at+jwt'];

export interface ForeignTerms {
  readonly issuer: string;
  readonly audience: string;
  readonly catalogue: ScopeCatalogue;
}

/** An OpenID provider that the operator trusts to say who is who. */
export class ForeignIssuer implements TrustedIssuer {
  constructor(
    private readonly terms: ForeignTerms,
    private readonly keys: ForeignKeys,
    private readonly wallClock: WallClock,
  ) {}

  get issuer(): string {
    return this.terms.issuer;
  }

  async verify(token: string): Promise<VerifiedToken> {
    const claims = await this.checked(token).catch((error: unknown) => {
      throw asUnauthenticated(error);
    });
    const actor = foreignActor(claims, this.terms.catalogue);
    if (actor === undefined) throw unauthenticated('the token does not say whom it speaks for');
    return { actor, expiresAtMs: ((claims.exp ?? 0) + LEEWAY_SECONDS) * 1_000 };
  }

  private async checked(token: string): Promise<JWTPayload> {
    if (!TYPES.includes(decodeProtectedHeader(token).typ?.toLowerCase()))
      throw unauthenticated('the token is not an access token');
    const keys = await this.keys.current();
    const options = {
      issuer: this.terms.issuer,
      audience: this.terms.audience,
      algorithms: ALGORITHMS,
      requiredClaims: ['exp', 'sub'],
      clockTolerance: LEEWAY_SECONDS,
      currentDate: new Date(this.wallClock.nowMs()),
    };
    try {
      return (await jwtVerify(token, keys, options)).payload;
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      // The issuer may have a new key since we looked.
      const renewed = await this.keys.renewed();
      if (renewed === undefined) throw error;
      return (await jwtVerify(token, renewed, options)).payload;
    }
  }
}
