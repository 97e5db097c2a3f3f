import type { Knex } from 'knex';
import { rowsOf } from '../../../../infrastructure/postgres/database.ts';
import { fromUuid, type Id, parseId, toUuid } from '../../../../shared/ids.ts';
import { type Page, pageOf, type PageRequest } from '../../../../shared/page.ts';
import type { Claim, ClaimId } from '../../domain/deciding/claim.ts';
import type { ConversionId } from '../../index.ts';
import { type ClaimFilter, type ClaimReader } from '../../ports/claim-reader.ts';
import { CLAIM_COLUMNS, type ClaimRow, toClaim } from './claim-row.ts';

export class PostgresClaimReader implements ClaimReader {
  constructor(private readonly db: Knex) {}

  async conversionOf(programId: Id<'prg'>, orderRef: string): Promise<ConversionId | undefined> {
    const [row] = await rowsOf<{ conversion_id: string }>(
      this.db,
      `select conversion_id from attribution.conversions
       where order_ref = :orderRef and program_id = :programId
       order by order_id
       limit 1`,
      { orderRef, programId: toUuid(programId) },
    );
    return row && fromUuid('cnv', row.conversion_id);
  }

  async claim(claimId: ClaimId): Promise<Claim | undefined> {
    const [row] = await rowsOf<ClaimRow>(this.db, `select ${CLAIM_COLUMNS} from attribution.claims where id = :id`, {
      id: toUuid(claimId),
    });
    return row && toClaim(row);
  }

  async claims(request: PageRequest, { programId, partnerId, state }: ClaimFilter): Promise<Page<Claim>> {
    const [after] = request.after ?? [];
    const rows = await rowsOf<ClaimRow>(
      this.db,
      `select ${CLAIM_COLUMNS}
       from attribution.claims
       where true
         ${programId === undefined ? '' : 'and program_id = :programId'}
         ${partnerId === undefined ? '' : 'and partner_id = :partnerId'}
         ${state === undefined ? '' : 'and state = :state'}
         ${after === undefined ? '' : 'and id > :after'}
       order by id
       limit :limit`,
      {
        limit: request.limit + 1,
        ...(programId !== undefined && { programId: toUuid(programId) }),
        ...(partnerId !== undefined && { partnerId: toUuid(partnerId) }),
        ...(state !== undefined && { state }),
        ...(after !== undefined && { after: toUuid(parseId('clm', after)) }),
      },
    );
    return pageOf(rows.map(toClaim), request, ({ claimId }) => [claimId]);
  }
}
