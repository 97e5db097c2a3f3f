import type { Knex } from 'knex';
import { rowsOf } from '../../../../infrastructure/postgres/database.ts';
import { AppError } from '../../../../shared/errors.ts';
import { toUuid } from '../../../../shared/ids.ts';
import type { Client, Revocation } from '../../domain/client.ts';
import type { ClientId } from '../../index.ts';
import type { Clients } from '../../ports/clients.ts';
import { type ClientRow, COLUMNS, toClient, toRow } from './client-row.ts';

export class PostgresClients implements Clients {
  constructor(private readonly db: Knex) {}

  async add(client: Client): Promise<void> {
    await rowsOf(
      this.db,
      `insert into identity.clients (id, name, scopes, partner_id, secret_hash, created_at, created_by)
       values (:id, :name, :scopes::text[], :partner_id, :secret_hash, :created_at, :created_by)`,
      { ...toRow(client) },
    );
  }

  async get(clientId: ClientId): Promise<Client> {
    const [row] = await rowsOf<ClientRow>(
      this.db,
      `select ${COLUMNS} from identity.clients where id = :id for update`,
      { id: toUuid(clientId) },
    );
    if (row === undefined) throw new AppError('not_found', 'identity.unknown_client', `there is no client ${clientId}`);
    return toClient(row);
  }

  async revoke(clientId: ClientId, { at, by, reason }: Revocation): Promise<void> {
    await rowsOf(
      this.db,
      `update identity.clients set revoked_at = :at, revoked_by = :by, revoked_because = :reason where id = :id`,
      { id: toUuid(clientId), at, by, reason },
    );
  }
}
