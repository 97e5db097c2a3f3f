import { isId } from '../../../shared/ids.ts';
import { type Client, narrowed } from '../domain/client.ts';
import type { ClientSecrets } from '../ports/client-secrets.ts';
import type { ClientReader } from '../ports/clients.ts';
import type { FailedAttempts } from './failed-attempts.ts';
import type { MintToken } from './mint-token.ts';

export interface Credentials {
  readonly clientId: string;
  readonly clientSecret: string;
}

export type TokenAnswer =
  | {
      readonly kind: 'issued';
      readonly accessToken: string;
      readonly expiresInSeconds: number;
      readonly scopes: readonly string[];
    }
  | { readonly kind: 'unknown_client' }
  | { readonly kind: 'scope_not_granted' }
  | { readonly kind: 'wait'; readonly seconds: number };

/** The client credentials grant (RFC 6749, section 4.4). Its refusals are answers, for OAuth2 has words for them. */
export class IssueToken {
  constructor(
    private readonly clients: ClientReader,
    private readonly secrets: ClientSecrets,
    private readonly attempts: FailedAttempts,
    private readonly mintToken: MintToken,
    private readonly ttlSeconds: number,
  ) {}

  async run({ clientId, clientSecret }: Credentials, scope?: string): Promise<TokenAnswer> {
    if (this.attempts.isBusy(clientId)) return { kind: 'wait', seconds: 1 };
    const client = await this.active(clientId);
    const right = await this.attempts.attempt(clientId, () => this.secrets.matches(clientSecret, client?.secretHash));
    if (typeof right === 'number') return { kind: 'wait', seconds: right };
    if (!right || client === undefined) return { kind: 'unknown_client' };
    const scopes = narrowed(client.scopes, scope);
    if (scopes === undefined) return { kind: 'scope_not_granted' };
    const accessToken = await this.mintToken.run(client, scopes, this.ttlSeconds);
    return { kind: 'issued', accessToken, expiresInSeconds: this.ttlSeconds, scopes };
  }

  /** Unknown and revoked look the same from outside. */
  private async active(clientId: string): Promise<Client | undefined> {
    const client = isId('cli', clientId) ? await this.clients.find(clientId) : undefined;
    return client?.revocation === undefined ? client : undefined;
  }
}
