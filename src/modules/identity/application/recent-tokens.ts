import type { Actor } from '../../../shared/actor.ts';
import type { WallClock } from '../../../shared/clock.ts';

const MAX_TOKENS = 10_000;
/** How long a token is believed without another look: the most that a revoked client goes on elsewhere. */
const BELIEVED_MS = 30_000;

interface Believed {
  readonly actor: Actor;
  readonly untilMs: number;
}

/** Tokens verified a moment ago, so that a client's next request costs a look at a map instead of a signature. */
export class RecentTokens {
  /** In order of insertion: the oldest goes first when there is no room. */
  private readonly tokens = new Map<string, Believed>();

  constructor(private readonly wallClock: WallClock) {}

  get(token: string): Actor | undefined {
    const believed = this.tokens.get(token);
    if (believed === undefined) return undefined;
    if (believed.untilMs > this.wallClock.nowMs()) return believed.actor;
    this.tokens.delete(token);
    return undefined;
  }

  add(token: string, actor: Actor, expiresAtMs: number): void {
    this.tokens.delete(token);
    this.tokens.set(token, { actor, untilMs: Math.min(expiresAtMs, this.wallClock.nowMs() + BELIEVED_MS) });
    if (this.tokens.size <= MAX_TOKENS) return;
    for (const oldest of this.tokens.keys()) {
      this.tokens.delete(oldest);
      return;
    }
  }

  forget(clientId: string): void {
    for (const [token, { actor }] of this.tokens) if (actor.clientId === clientId) this.tokens.delete(token);
  }

  get size(): number {
    return this.tokens.size;
  }
}
