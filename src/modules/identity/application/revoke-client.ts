import type { Clock } from '../../../shared/clock.ts';
import { published } from '../../../shared/outbox.ts';
import type { Client } from '../domain/client.ts';
import { ClientRevokedV1 } from '../events.ts';
import type { ClientId } from '../index.ts';
import type { IdentityTransaction } from '../ports/clients.ts';
import type { RecentTokens } from './recent-tokens.ts';

/** Ends a client: no new tokens at once, its old ones at once here and within half a minute in other processes. */
export class RevokeClient {
  constructor(
    private readonly transaction: IdentityTransaction,
    private readonly recentTokens: RecentTokens,
    private readonly clock: Clock,
  ) {}

  /** A client that is revoked already stays as it is, and nothing is said again. Throws `identity.unknown_client`. */
  async run(clientId: ClientId, reason: string, by: string): Promise<Client> {
    const revoked = await this.transaction.run(async ({ clients, outbox }) => {
      const client = await clients.get(clientId);
      if (client.revocation !== undefined) return client;
      const revocation = { at: this.clock.now(), by, reason };
      await clients.revoke(clientId, revocation);
      const about = { aggregate: clientId, occurredAt: revocation.at };
      outbox.publish(published(ClientRevokedV1, about, { clientId, reason, revokedAt: revocation.at }));
      return { ...client, revocation };
    });
    this.recentTokens.forget(clientId);
    return revoked;
  }
}
