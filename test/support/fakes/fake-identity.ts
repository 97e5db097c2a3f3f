import type { Client, Revocation } from '../../../src/modules/identity/domain/client.ts';
import type { ClientId } from '../../../src/modules/identity/index.ts';
import { ClientSecrets } from '../../../src/modules/identity/ports/client-secrets.ts';
import {
  ClientReader,
  Clients,
  type IdentityStores,
  type IdentityTransaction,
} from '../../../src/modules/identity/ports/clients.ts';
import { type SigningKey, SigningKeys } from '../../../src/modules/identity/ports/signing-keys.ts';
import { AppError } from '../../../src/shared/errors.ts';
import { type Page, pageOf, type PageRequest } from '../../../src/shared/page.ts';
import { type FakeParts, FakeTransaction, Table } from './fake-transaction.ts';

type ClientTable = Table<Client>;

class FakeClients extends Clients {
  constructor(private readonly table: ClientTable) {
    super();
  }

  add(client: Client): Promise<void> {
    this.table.set(client.clientId, client);
    return Promise.resolve();
  }

  get(clientId: ClientId): Promise<Client> {
    const client = this.table.get(clientId);
    return client === undefined
      ? Promise.reject(new AppError('not_found', 'identity.unknown_client', `there is no client ${clientId}`))
      : Promise.resolve(client);
  }

  async revoke(clientId: ClientId, revocation: Revocation): Promise<void> {
    this.table.set(clientId, { ...(await this.get(clientId)), revocation });
  }
}

export class FakeClientReader extends ClientReader {
  constructor(private readonly table: ClientTable) {
    super();
  }

  find(clientId: ClientId): Promise<Client | undefined> {
    return Promise.resolve(this.table.get(clientId));
  }

  page(request: PageRequest): Promise<Page<Client>> {
    const [after = ''] = request.after ?? [];
    const rows = this.table
      .values()
      .filter(({ clientId }) => clientId > after)
      .toSorted((a, b) => (a.clientId < b.clientId ? -1 : 1));
    return Promise.resolve(pageOf(rows, request, ({ clientId }) => [clientId]));
  }
}

export class FakeIdentityTransaction extends FakeTransaction<IdentityStores> implements IdentityTransaction {
  readonly reader: FakeClientReader;

  constructor(parts: Partial<FakeParts<IdentityStores>> = {}) {
    const clients: ClientTable = new Table();
    super({
      schema: 'identity',
      tables: [clients],
      stores: (outbox) => ({ clients: new FakeClients(clients), outbox }),
      ...parts,
    });
    this.reader = new FakeClientReader(clients);
  }
}

export class FakeSigningKeys extends SigningKeys {
  private readonly keys = new Map<number, SigningKey>();
  private readonly retired = new Set<number>();

  all(): Promise<readonly SigningKey[]> {
    const keys = [...this.keys.values()].toSorted((a, b) => a.generation - b.generation);
    return Promise.resolve(keys.filter(({ generation }) => !this.retired.has(generation)));
  }

  add(key: SigningKey): Promise<boolean> {
    if (this.keys.has(key.generation)) return Promise.resolve(false);
    this.keys.set(key.generation, key);
    return Promise.resolve(true);
  }

  retire(generations: readonly number[]): Promise<void> {
    for (const generation of generations) this.retired.add(generation);
    return Promise.resolve();
  }
}

/** Says what it hashes: for tests that are not about hashing. */
export class PlainClientSecrets extends ClientSecrets {
  private made = 0;

  make(): string {
    this.made += 1;
    return `secret-${this.made}`;
  }

  hash(secret: string): Promise<string> {
    return Promise.resolve(`hash of ${secret}`);
  }

  matches(secret: string, hash: string | undefined): Promise<boolean> {
    return Promise.resolve(hash === `hash of ${secret}`);
  }
}
