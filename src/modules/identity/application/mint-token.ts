import type { WallClock } from '../../../shared/clock.ts';
import type { Ids } from '../../../shared/ids.ts';
import { claimsOf } from '../domain/claims.ts';
import type { Client } from '../domain/client.ts';
import type { TokenSigner } from '../ports/signing-keys.ts';
import type { KeyRing } from './key-ring.ts';

/** How our tokens name us and those they are for. The same in every process, or none would believe another's. */
export interface TokenNames {
  readonly issuer: string;
  readonly audience: string;
}

export class MintToken {
  constructor(
    private readonly keyRing: KeyRing,
    private readonly signer: TokenSigner,
    private readonly ids: Ids,
    private readonly wallClock: WallClock,
    private readonly names: TokenNames,
  ) {}

  async run(client: Client, scopes: readonly string[], ttlSeconds: number): Promise<string> {
    const key = await this.keyRing.signing();
    const terms = { ...this.names, jti: this.ids.next('tok'), nowMs: this.wallClock.nowMs(), ttlSeconds };
    return this.signer.sign(claimsOf(client, scopes, terms), key);
  }
}
