import type { Knex } from 'knex';
import { rowsOf } from '../../../../infrastructure/postgres/database.ts';
import { fromUuid } from '../../../../shared/ids.ts';
import type { IdentityAuditor } from '../../ports/identity-auditor.ts';

const LIMIT = 100;

interface StrayRow {
  readonly id: string;
  readonly kind: string | null;
  readonly elsewhere: boolean;
  readonly stands: boolean;
}

/** Customers are found by keys alone, so keys repeat what merges and undoings say. This looks whether they still do. */
export class PostgresIdentityAuditor implements IdentityAuditor {
  constructor(private readonly db: Knex) {}

  async strayKeys(): Promise<readonly string[]> {
    const rows = await rowsOf<StrayRow>(
      this.db,
      `select id, kind, elsewhere, stands
       from (
         select merge.id, own.key, split_part(own.key, ':', 1) as kind, own.stands,
           own.program_id <> merge.program_id or own.order_id is distinct from merge.order_id as elsewhere,
           merge.refused_because is null and undoing.merge_id is null as should_stand
         from attribution.identity_merges as merge
         left join attribution.identity_undoings as undoing on undoing.merge_id = merge.id
         left join attribution.identity_keys as own on own.merge_id = merge.id
       ) as kept
       where kind is null or elsewhere or stands <> should_stand
       order by id, key
       limit ${LIMIT}`,
    );
    return rows.map(sentence);
  }
}

const sentence = ({ id, kind, elsewhere, stands }: StrayRow): string => {
  const mergeId = fromUuid('mrg', id);
  if (kind === null) return `${mergeId} has no keys`;
  if (elsewhere) return `a ${kind} key of ${mergeId} is of another program or order than it`;
  return `a ${kind} key of ${mergeId} ${stands ? 'stands, and the merge does not' : 'does not stand, and the merge does'}`;
};
