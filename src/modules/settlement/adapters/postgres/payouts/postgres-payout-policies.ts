import type { Knex } from 'knex';
import { rowsOf } from '../../../../../infrastructure/postgres/database.ts';
import { fromUuid, type Id, toUuid } from '../../../../../shared/ids.ts';
import type { Instant } from '../../../../../shared/instant.ts';
import type { PolicyBook, PolicyTerms, StoredPolicy } from '../../../domain/payouts/payout-policy.ts';
import type { PayoutPolicies } from '../../../ports/payout-control.ts';

/** Stands for the whole program. */
const NOBODY = '00000000-0000-0000-0000-000000000000';

interface PolicyRow {
  readonly program_id: string;
  readonly partner_id: string;
  readonly version: number;
  readonly terms: PolicyTerms;
  readonly set_by: string;
  readonly set_at: Instant;
}

export class PostgresPayoutPolicies implements PayoutPolicies {
  constructor(private readonly db: Knex) {}

  async current(programId: Id<'prg'>, partnerId?: Id<'par'>): Promise<StoredPolicy | undefined> {
    const [row] = await rowsOf<PolicyRow>(
      this.db,
      `select * from settlement.payout_policies
       where program_id = :programId and partner_id = :partnerId
       order by version desc
       limit 1`,
      { programId: toUuid(programId), partnerId: partnerId === undefined ? NOBODY : toUuid(partnerId) },
    );
    return row && toPolicy(row);
  }

  async add({ programId, partnerId, version, terms, setBy, setAt }: StoredPolicy): Promise<boolean> {
    const added = await rowsOf(
      this.db,
      `insert into settlement.payout_policies (program_id, partner_id, version, terms, set_by, set_at)
       values (:programId, :partnerId, :version, :terms::jsonb, :setBy, :setAt)
       on conflict do nothing
       returning version`,
      {
        programId: toUuid(programId),
        partnerId: partnerId === undefined ? NOBODY : toUuid(partnerId),
        terms: JSON.stringify(terms),
        ...{ version, setBy, setAt },
      },
    );
    return added.length > 0;
  }

  async book(programId: Id<'prg'>, partnerIds: readonly Id<'par'>[]): Promise<PolicyBook> {
    const rows = await rowsOf<Pick<PolicyRow, 'partner_id' | 'terms'>>(
      this.db,
      `select distinct on (partner_id) partner_id, terms
       from settlement.payout_policies
       where program_id = :programId and partner_id = any(:partnerIds)
       order by partner_id, version desc`,
      { programId: toUuid(programId), partnerIds: [NOBODY, ...partnerIds.map(toUuid)] },
    );
    const own = rows.filter(({ partner_id }) => partner_id !== NOBODY);
    return {
      program: rows.find(({ partner_id }) => partner_id === NOBODY)?.terms ?? {},
      partners: new Map(own.map(({ partner_id, terms }) => [fromUuid('par', partner_id), terms])),
    };
  }
}

const toPolicy = (row: PolicyRow): StoredPolicy => ({
  programId: fromUuid('prg', row.program_id),
  partnerId: row.partner_id === NOBODY ? undefined : fromUuid('par', row.partner_id),
  version: row.version,
  terms: row.terms,
  setBy: row.set_by,
  setAt: row.set_at,
});
