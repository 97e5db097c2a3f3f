import type { Outbox } from '../../../shared/outbox.ts';
import type { Page, PageRequest } from '../../../shared/page.ts';
import { Transaction } from '../../../shared/transaction.ts';
import type { Client, Revocation } from '../domain/client.ts';
import type { ClientId } from '../index.ts';

export abstract class Clients {
  abstract add(client: Client): Promise<void>;
  /** Nobody else's until the transaction ends. Throws `identity.unknown_client`. */
  abstract get(clientId: ClientId): Promise<Client>;
  abstract revoke(clientId: ClientId, revocation: Revocation): Promise<void>;
}

/** Looks at clients outside any transaction. */
export abstract class ClientReader {
  abstract find(clientId: ClientId): Promise<Client | undefined>;
  abstract page(request: PageRequest): Promise<Page<Client>>;
}

export interface IdentityStores {
  readonly clients: Clients;
  readonly outbox: Outbox;
}

export abstract class IdentityTransaction extends Transaction<IdentityStores> {}
