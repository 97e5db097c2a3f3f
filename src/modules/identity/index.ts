import type { Id } from '../../shared/ids.ts';

export type ClientId = Id<'cli'>;

export interface NewClient {
  readonly name: string;
  readonly scopes: readonly string[];
  /** A partner's client is confined to that partner. */
  readonly partnerId?: Id<'par'> | undefined;
}

export interface ClientCredentials {
  readonly clientId: ClientId;
  /** Shown once; only its hash is kept. */
  readonly clientSecret: string;
}

/** What other modules, and the command line, may ask of identity. */
export abstract class IdentityPort {
  abstract createClient(client: NewClient): Promise<ClientCredentials>;
  /** An access token for a client, as the token endpoint would give it. Throws `identity.unknown_client`. */
  abstract tokenFor(clientId: ClientId, ttlSeconds: number): Promise<string>;
}
