import type { Instant } from '../../../shared/instant.ts';
import type { AccessClaims } from '../domain/claims.ts';
import type { ScheduledKey } from '../domain/key-schedule.ts';

/** The public half of a P-256 key, as RFC 7517 and 7518 write it. */
export interface PublicJwk {
  readonly kty: string;
  readonly crv: string;
  readonly x: string;
  readonly y: string;
}

export interface PrivateJwk extends PublicJwk {
  readonly d: string;
}

export interface KeyPair {
  /** The key's RFC 7638 thumbprint. */
  readonly kid: string;
  readonly publicJwk: PublicJwk;
  readonly privateJwk: PrivateJwk;
}

export interface SigningKey extends KeyPair, ScheduledKey {}

/**
 * Keys outlive processes and are shared by all of them. Each change is one statement, for it may happen while a request
 * is at work, whose transaction is its own.
 */
export abstract class SigningKeys {
  /** All that are not retired. */
  abstract all(): Promise<readonly SigningKey[]>;
  /** False when somebody else made that generation first. */
  abstract add(key: SigningKey, at: Instant): Promise<boolean>;
  /** Forgets the private halves. */
  abstract retire(generations: readonly number[], at: Instant): Promise<void>;
}

export abstract class TokenSigner {
  abstract newKeyPair(): Promise<KeyPair>;
  /** An RFC 9068 token: `typ: at+jwt`, ES256, the key's `kid`. */
  abstract sign(claims: AccessClaims, key: SigningKey): Promise<string>;
}
