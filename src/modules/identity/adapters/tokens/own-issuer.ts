import { type CompactJWSHeaderParameters, jwtVerify } from 'jose';
import { unauthenticated } from '../../../../infrastructure/http/authenticate.ts';
import type { WallClock } from '../../../../shared/clock.ts';
import { isId } from '../../../../shared/ids.ts';
import type { KeyRing } from '../../application/key-ring.ts';
import type { TokenNames } from '../../application/mint-token.ts';
import { ownActor } from '../../domain/claims.ts';
import type { ClientReader } from '../../ports/clients.ts';
import type { PublicJwk } from '../../ports/signing-keys.ts';
import { ALGORITHM, TOKEN_TYPE } from './jose-token-signer.ts';
import { asUnauthenticated, LEEWAY_SECONDS, type TrustedIssuer, type VerifiedToken } from './trusted-issuer.ts';

/**
 * Our own tokens: one algorithm, one type, one audience, keys of ours by their name. Keys that a token brings along or
 * points to (`jwk`, `jku`, `x5u`) are never looked at. Source: RFC 9068, section 4; RFC 8725.
 */
export class OwnIssuer implements TrustedIssuer {
  constructor(
    private readonly names: TokenNames,
    private readonly keyRing: KeyRing,
    private readonly clients: ClientReader,
    private readonly wallClock: WallClock,
  ) {}

  get issuer(): string {
    return this.names.issuer;
  }

  async verify(token: string): Promise<VerifiedToken> {
    const { payload } = await jwtVerify(token, (header) => this.keyOf(header), {
      ...this.names,
      algorithms: [ALGORITHM],
      typ: TOKEN_TYPE,
      requiredClaims: ['exp', 'iat', 'sub', 'client_id', 'jti', 'scope'],
      clockTolerance: LEEWAY_SECONDS,
      currentDate: new Date(this.wallClock.nowMs()),
    }).catch((error: unknown) => {
      throw asUnauthenticated(error);
    });
    const actor = ownActor(payload);
    if (actor === undefined) throw unauthenticated('the token does not say whom it speaks for');
    await this.mustBeActive(actor.clientId);
    return { actor, expiresAtMs: ((payload.exp ?? 0) + LEEWAY_SECONDS) * 1_000 };
  }

  private async keyOf({ kid }: CompactJWSHeaderParameters): Promise<PublicJwk> {
    const key = typeof kid === 'string' ? await this.keyRing.find(kid) : undefined;
    if (key === undefined) throw unauthenticated('the token is signed with a key that is not ours, or is no more');
    return key.publicJwk;
  }

  private async mustBeActive(clientId: string): Promise<void> {
    const client = isId('cli', clientId) ? await this.clients.find(clientId) : undefined;
    if (client === undefined || client.revocation !== undefined)
      throw unauthenticated('the client of the token is revoked');
  }
}
