import { AppError } from '../../../shared/errors.ts';
import { LONGEST_TOKEN_DAYS } from '../domain/key-schedule.ts';
import { type ClientCredentials, type ClientId, IdentityPort, type NewClient } from '../index.ts';
import type { ClientReader } from '../ports/clients.ts';
import type { CreateClient } from './create-client.ts';
import type { MintToken } from './mint-token.ts';

const LONGEST_TTL_SECONDS = LONGEST_TOKEN_DAYS * 86_400;
/** Who made a client that no person asked for over HTTP. */
const OURSELVES = 'tributary';

export class IdentityCommands extends IdentityPort {
  constructor(
    private readonly createClientCommand: CreateClient,
    private readonly clients: ClientReader,
    private readonly mintToken: MintToken,
  ) {
    super();
  }

  async createClient(newClient: NewClient): Promise<ClientCredentials> {
    const { client, clientSecret } = await this.createClientCommand.run(newClient, OURSELVES);
    return { clientId: client.clientId, clientSecret };
  }

  /** Throws `identity.unknown_client` (also of one that is revoked), `identity.ttl_too_long`. */
  async tokenFor(clientId: ClientId, ttlSeconds: number): Promise<string> {
    if (ttlSeconds > LONGEST_TTL_SECONDS)
      throw new AppError('invalid', 'identity.ttl_too_long', `a token lives ${LONGEST_TOKEN_DAYS} days at most`);
    const client = await this.clients.find(clientId);
    if (client === undefined || client.revocation !== undefined)
      throw new AppError('not_found', 'identity.unknown_client', `there is no client ${clientId} that may have tokens`);
    return this.mintToken.run(client, client.scopes, ttlSeconds);
  }
}
