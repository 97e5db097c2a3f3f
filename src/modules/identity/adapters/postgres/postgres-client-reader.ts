import type { Knex } from 'knex';
import { rowsOf } from '../../../../infrastructure/postgres/database.ts';
import { parseId, toUuid } from '../../../../shared/ids.ts';
import { type Page, pageOf, type PageRequest } from '../../../../shared/page.ts';
import type { Client } from '../../domain/client.ts';
import type { ClientId } from '../../index.ts';
import type { ClientReader } from '../../ports/clients.ts';
import { type ClientRow, COLUMNS, toClient } from './client-row.ts';

export class PostgresClientReader implements ClientReader {
  constructor(private readonly db: Knex) {}

  async find(clientId: ClientId): Promise<Client | undefined> {
    const [row] = await rowsOf<ClientRow>(this.db, `select ${COLUMNS} from identity.clients where id = :id`, {
      id: toUuid(clientId),
    });
    return row && toClient(row);
  }

  async page(request: PageRequest): Promise<Page<Client>> {
    const [after] = request.after ?? [];
    const rows = await rowsOf<ClientRow>(
      this.db,
      `select ${COLUMNS}
       from identity.clients
       ${after === undefined ? '' : 'where id > :after'}
       order by id
       limit :limit`,
      { limit: request.limit + 1, ...(after !== undefined && { after: toUuid(parseId('cli', after)) }) },
    );
    return pageOf(rows.map(toClient), request, ({ clientId }) => [clientId]);
  }
}
