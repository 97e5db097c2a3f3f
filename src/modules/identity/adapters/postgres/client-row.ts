import { fromUuid, toUuid } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { Client } from '../../domain/client.ts';

export interface ClientRow {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly partner_id: string | null;
  readonly secret_hash: string;
  readonly created_at: Instant;
  readonly created_by: string;
  readonly revoked_at: Instant | null;
  readonly revoked_by: string | null;
  readonly revoked_because: string | null;
}

export const COLUMNS =
  'id, name, scopes, partner_id, secret_hash, created_at, created_by, revoked_at, revoked_by, revoked_because';

export const toClient = (row: ClientRow): Client => ({
  clientId: fromUuid('cli', row.id),
  name: row.name,
  scopes: row.scopes,
  partnerId: row.partner_id === null ? undefined : fromUuid('par', row.partner_id),
  secretHash: row.secret_hash,
  createdAt: row.created_at,
  createdBy: row.created_by,
  revocation:
    row.revoked_at === null
      ? undefined
      : { at: row.revoked_at, by: row.revoked_by ?? '', reason: row.revoked_because ?? '' },
});

export const toRow = (client: Client): Omit<ClientRow, 'revoked_at' | 'revoked_by' | 'revoked_because'> => ({
  id: toUuid(client.clientId),
  name: client.name,
  scopes: client.scopes,
  partner_id: client.partnerId === undefined ? null : toUuid(client.partnerId),
  secret_hash: client.secretHash,
  created_at: client.createdAt,
  created_by: client.createdBy,
});
