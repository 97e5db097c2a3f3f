import type { Knex } from 'knex';
import { uuids } from '../../../../infrastructure/postgres/array-parameter.ts';
import { rowsOf, rowsOfOften } from '../../../../infrastructure/postgres/database.ts';
import { AppError } from '../../../../shared/errors.ts';
import { type Id, toUuid } from '../../../../shared/ids.ts';
import type { Claim, ClaimId } from '../../domain/deciding/claim.ts';
import { type Claims } from '../../ports/attribution-stores.ts';
import { CLAIM_COLUMNS, type ClaimRow, toClaim } from './claim-row.ts';

export class PostgresClaims implements Claims {
  constructor(private readonly db: Knex) {}

  async add(claim: Claim): Promise<boolean> {
    const rows = await rowsOf(
      this.db,
      `insert into attribution.claims (${CLAIM_COLUMNS})
       values (
         :claimId, :programId, :orderId, :orderRef, :partnerId, :state, :code, :evidence, :references::text[],
         :filedBy, :filedAt, :resolvedBy, :resolvedAt::timestamptz, :reason
       )
       on conflict (order_id, partner_id) where state <> 'rejected' do nothing
       returning id`,
      {
        ...claim,
        claimId: toUuid(claim.claimId),
        programId: toUuid(claim.programId),
        orderId: toUuid(claim.orderId),
        partnerId: toUuid(claim.partnerId),
        code: claim.code ?? null,
        ...answerOf(claim),
      },
    );
    return rows.length > 0;
  }

  async get(claimId: ClaimId): Promise<Claim> {
    const [row] = await rowsOf<ClaimRow>(
      this.db,
      `select ${CLAIM_COLUMNS} from attribution.claims where id = :id for update`,
      { id: toUuid(claimId) },
    );
    if (row === undefined) throw new AppError('not_found', 'attribution.unknown_claim', `there is no claim ${claimId}`);
    return toClaim(row);
  }

  async save(claim: Claim): Promise<void> {
    await rowsOf(
      this.db,
      `update attribution.claims
       set state = :state, resolved_by = :resolvedBy, resolved_at = :resolvedAt::timestamptz, reason = :reason
       where id = :id`,
      { id: toUuid(claim.claimId), state: claim.state, ...answerOf(claim) },
    );
  }

  async confirmed(orderIds: readonly Id<'ord'>[]): Promise<readonly Claim[]> {
    const rows = await rowsOfOften<ClaimRow>(
      this.db,
      `select claim.*
       from (select distinct id from unnest(:orderIds::uuid[]) as id) as wanted
       cross join lateral (
         select ${CLAIM_COLUMNS} from attribution.claims where order_id = wanted.id and state = 'confirmed' offset 0
       ) as claim
       order by claim.id`,
      { orderIds: uuids(orderIds) },
    );
    return rows.map(toClaim);
  }
}

const answerOf = ({ resolvedBy, resolvedAt, reason }: Claim) => ({
  resolvedBy: resolvedBy ?? null,
  resolvedAt: resolvedAt ?? null,
  reason: reason ?? null,
});
