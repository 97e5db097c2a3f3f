import type { Knex } from 'knex';
import { rowsOf } from '../../../../infrastructure/postgres/database.ts';
import { AppError } from '../../../../shared/errors.ts';
import { toUuid } from '../../../../shared/ids.ts';
import type { Link } from '../../domain/traffic/link.ts';
import type { LinkId } from '../../index.ts';
import { type Links } from '../../ports/attribution-stores.ts';
import { LINK_COLUMNS, type LinkRow, toLink } from './link-row.ts';

export class PostgresLinks implements Links {
  constructor(private readonly db: Knex) {}

  async add(link: Link): Promise<boolean> {
    const rows = await this.insert([link], 'on conflict (code) do nothing');
    return rows.length > 0;
  }

  async put(links: readonly Link[]): Promise<readonly Link[]> {
    if (links.length === 0) return [];
    await this.insert(
      links,
      `on conflict (code) do update set destination = excluded.destination
         where link.program_id = excluded.program_id
           and link.partner_id = excluded.partner_id
           and link.destination is distinct from excluded.destination`,
    );
    return this.byCodes(links.map(({ code }) => code));
  }

  async byCodes(codes: readonly string[]): Promise<readonly Link[]> {
    const rows = await rowsOf<LinkRow>(
      this.db,
      `select ${LINK_COLUMNS} from attribution.links where code = any(:codes)`,
      { codes: [...codes] },
    );
    return rows.map(toLink);
  }

  async get(linkId: LinkId): Promise<Link> {
    const [row] = await rowsOf<LinkRow>(
      this.db,
      `select ${LINK_COLUMNS} from attribution.links where id = :id for update`,
      { id: toUuid(linkId) },
    );
    if (row === undefined) throw new AppError('not_found', 'attribution.unknown_link', `there is no link ${linkId}`);
    return toLink(row);
  }

  async save({ linkId, state, suspendedAt }: Link): Promise<void> {
    await rowsOf(
      this.db,
      `update attribution.links set state = :state, suspended_at = :suspendedAt::timestamptz where id = :id`,
      { id: toUuid(linkId), state, suspendedAt: suspendedAt ?? null },
    );
  }

  /** Sorted by code: two imports that share codes take them in one order and never wait in a circle. */
  private insert(links: readonly Link[], onConflict: string): Promise<unknown[]> {
    return rowsOf(
      this.db,
      `insert into attribution.links as link (${LINK_COLUMNS})
       select *
       from unnest(
         :ids::uuid[], :codes::text[], :programIds::uuid[], :partnerIds::uuid[], :destinations::text[],
         :states::text[], :suspended::timestamptz[], :created::timestamptz[]
       ) as wanted (${LINK_COLUMNS})
       order by code
       ${onConflict}
       returning id`,
      {
        ids: links.map(({ linkId }) => toUuid(linkId)),
        codes: links.map(({ code }) => code),
        programIds: links.map(({ programId }) => toUuid(programId)),
        partnerIds: links.map(({ partnerId }) => toUuid(partnerId)),
        destinations: links.map(({ destination }) => destination ?? null),
        states: links.map(({ state }) => state),
        suspended: links.map(({ suspendedAt }) => suspendedAt ?? null),
        created: links.map(({ createdAt }) => createdAt),
      },
    );
  }
}
