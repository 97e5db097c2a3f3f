import type { Clock } from '../../../../shared/clock.ts';
import {
  type ClickClaims,
  type Clicked,
  keyAt,
  partsOf,
  signedPart,
  validityPart,
} from '../../domain/traffic/click-token.ts';
import type { ClickSigner } from '../../ports/click-signer.ts';

export type TokenVerdict =
  { readonly kind: 'genuine'; readonly claims: ClickClaims } | { readonly kind: 'malformed' | 'forged' | 'expired' };

const DAY_SECONDS = 86_400;

interface Validity {
  readonly second: number;
  readonly key: string;
  readonly part: string;
}

/** Makes and checks the click ids that travel. Asks nobody: neither costs more than one hash. */
export class ClickTokens {
  private validity: Validity | undefined;

  constructor(
    private readonly signer: ClickSigner,
    private readonly clock: Clock,
    private readonly lifetimeDays: number,
  ) {}

  mint(click: Clicked, nowMs: number): string {
    const { key, part } = this.validityAt(Math.floor(nowMs / 1_000));
    const signed = signedPart(click, part);
    return signed + this.signer.mac(key, signed);
  }

  /** Kept for its second: numbers in base 36 take as long as the signature. */
  private validityAt(second: number): Validity {
    if (this.validity?.second === second) return this.validity;
    const key = keyAt(second * 1_000);
    this.validity = { second, key, part: validityPart(key, second + this.lifetimeDays * DAY_SECONDS) };
    return this.validity;
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
