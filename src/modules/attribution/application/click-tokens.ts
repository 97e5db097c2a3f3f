import type { Clock } from '../../../shared/clock.ts';
import { type ClickClaims, keyAt, partsOf, signedPart } from '../domain/click-token.ts';
import type { ClickSigner } from '../ports/click-signer.ts';

export type TokenVerdict =
  { readonly kind: 'genuine'; readonly claims: ClickClaims } | { readonly kind: 'malformed' | 'forged' | 'expired' };

const DAY_SECONDS = 86_400;

/** Makes and checks the click ids that travel. Asks nobody: neither costs more than one hash. */
export class ClickTokens {
  constructor(
    private readonly signer: ClickSigner,
    private readonly clock: Clock,
    private readonly lifetimeDays: number,
  ) {}

  mint(click: Omit<ClickClaims, 'expiresAt' | 'key'>, nowMs: number): string {
    const expiresAt = Math.floor(nowMs / 1_000) + this.lifetimeDays * DAY_SECONDS;
    const key = keyAt(nowMs);
    const signed = signedPart({ ...click, expiresAt, key });
    return signed + this.signer.mac(key, signed);
  }

  verify(token: string): TokenVerdict {
    const parts = partsOf(token);
    if (parts === undefined) return { kind: 'malformed' };
    const { claims, signed, mac } = parts;
    if (!this.signer.isMac(claims.key, signed, mac)) return { kind: 'forged' };
    const isOver = claims.expiresAt * 1_000 <= Date.parse(this.clock.now());
    return isOver ? { kind: 'expired' } : { kind: 'genuine', claims };
  }
}
