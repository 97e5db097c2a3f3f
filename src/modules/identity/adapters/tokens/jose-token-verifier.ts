import { decodeJwt } from 'jose';
import { TokenVerifier, unauthenticated } from '../../../../infrastructure/http/authenticate.ts';
import type { Actor } from '../../../../shared/actor.ts';
import type { RecentTokens } from '../../application/recent-tokens.ts';
import { asUnauthenticated, type TrustedIssuer } from './trusted-issuer.ts';

/** Hands each token to the issuer it names. The name alone is worth nothing: that issuer's check decides. */
export class JoseTokenVerifier extends TokenVerifier {
  constructor(
    private readonly issuers: readonly TrustedIssuer[],
    private readonly recent: RecentTokens,
  ) {
    super();
  }

  async verify(token: string): Promise<Actor> {
    const known = this.recent.get(token);
    if (known !== undefined) return known;
    const claimed = issuerClaimedBy(token);
    const issuer = this.issuers.find((candidate) => candidate.issuer === claimed);
    if (issuer === undefined) throw unauthenticated('the token is of an issuer that is not trusted here');
    const { actor, expiresAtMs } = await issuer.verify(token);
    this.recent.add(token, actor, expiresAtMs);
    return actor;
  }
}

const issuerClaimedBy = (token: string): string | undefined => {
  try {
    return decodeJwt(token).iss;
  } catch (error) {
    throw asUnauthenticated(error);
  }
};
