import { fromUuid } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { LinkState } from '../../domain/traffic/link-life-cycle.ts';
import type { Link } from '../../domain/traffic/link.ts';

export interface LinkRow {
  readonly id: string;
  readonly code: string;
  readonly program_id: string;
  readonly partner_id: string;
  readonly destination: string | null;
  readonly state: LinkState;
  readonly suspended_at: Instant | null;
  readonly created_at: Instant;
}

export const LINK_COLUMNS = 'id, code, program_id, partner_id, destination, state, suspended_at, created_at';

export const toLink = (row: LinkRow): Link => ({
  linkId: fromUuid('lnk', row.id),
  code: row.code,
  programId: fromUuid('prg', row.program_id),
  partnerId: fromUuid('par', row.partner_id),
  destination: row.destination ?? undefined,
  state: row.state,
  suspendedAt: row.suspended_at ?? undefined,
  createdAt: row.created_at,
});
