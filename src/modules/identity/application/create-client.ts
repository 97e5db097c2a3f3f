import type { Clock } from '../../../shared/clock.ts';
import { AppError } from '../../../shared/errors.ts';
import type { Ids } from '../../../shared/ids.ts';
import { published } from '../../../shared/outbox.ts';
import { type Client, scopeFaults, type ScopeCatalogue } from '../domain/client.ts';
import { ClientCreatedV1 } from '../events.ts';
import type { NewClient } from '../index.ts';
import type { ClientSecrets } from '../ports/client-secrets.ts';
import type { IdentityTransaction } from '../ports/clients.ts';

export interface CreatedClient {
  readonly client: Client;
  /** Shown once; only its hash is kept. */
  readonly clientSecret: string;
}

export class CreateClient {
  constructor(
    private readonly transaction: IdentityTransaction,
    private readonly secrets: ClientSecrets,
    private readonly ids: Ids,
    private readonly clock: Clock,
    private readonly catalogue: ScopeCatalogue,
  ) {}

  /** Throws `identity.scopes_refused`. */
  async run({ name, scopes, partnerId }: NewClient, by: string): Promise<CreatedClient> {
    const faults = scopeFaults(scopes, partnerId !== undefined, this.catalogue);
    if (scopes.length === 0 || faults.length > 0)
      throw new AppError('refused', 'identity.scopes_refused', 'name scopes that this client may hold', { faults });
    const clientSecret = this.secrets.make();
    const secretHash = await this.secrets.hash(clientSecret);
    return this.transaction.run(async ({ clients, outbox }) => {
      const clientId = this.ids.next('cli');
      const createdAt = this.clock.now();
      const client: Client = {
        clientId,
        name,
        scopes: [...new Set(scopes)].toSorted(),
        partnerId,
        secretHash,
        createdAt,
        createdBy: by,
      };
      await clients.add(client);
      const about = { aggregate: clientId, occurredAt: createdAt };
      outbox.publish(published(ClientCreatedV1, about, { clientId, partnerId, createdAt }));
      return { client, clientSecret };
    });
  }
}
