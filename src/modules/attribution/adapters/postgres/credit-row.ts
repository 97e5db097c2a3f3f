import type { Knex } from 'knex';
import { rowsOf } from '../../../../infrastructure/postgres/database.ts';
import { grouped } from '../../../../shared/grouped.ts';
import { fromUuid } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { Credit, Role } from '../../domain/deciding/journey.ts';
import type { FractionText } from '../../domain/models/share.ts';
import type { TouchKind } from '../../domain/traffic/touchpoint.ts';

interface CreditRow {
  readonly conversion_id: string;
  readonly partner_id: string;
  readonly click_id: string;
  readonly touch_kind: TouchKind;
  readonly touched_at: Instant;
  readonly share: FractionText;
  readonly role: Role;
}

/** The parts of each conversion that has any, by partner. */
export const creditsOf = async (
  db: Knex,
  conversionIds: readonly string[],
): Promise<ReadonlyMap<string, readonly Credit[]>> => {
  const rows = await rowsOf<CreditRow>(
    db,
    `select conversion_id, partner_id, click_id, touch_kind, touched_at, role,
       share_numerator || '/' || share_denominator as share
     from attribution.credits
     where conversion_id = any(:ids)
     order by conversion_id, partner_id`,
    { ids: conversionIds },
  );
  return new Map(
    [...grouped(rows, ({ conversion_id }) => conversion_id)].map(([id, credits]) => [id, credits.map(toCredit)]),
  );
};

const toCredit = (row: CreditRow): Credit => ({
  partnerId: fromUuid('par', row.partner_id),
  clickId: fromUuid('clk', row.click_id),
  touchKind: row.touch_kind,
  touchedAt: row.touched_at,
  share: row.share,
  role: row.role,
});
