import type { Knex } from 'knex';
import { rowsOf } from '../../../../infrastructure/postgres/database.ts';
import type { Month } from '../../../../shared/calendar.ts';
import { fromUuid, type Id, toUuid } from '../../../../shared/ids.ts';
import type { Statement } from '../../domain/statements/statement.ts';
import type { Statements, WrittenStatements } from '../../ports/settlement-stores.ts';

export class PostgresStatements implements Statements {
  constructor(private readonly db: Knex) {}

  async add(statements: readonly Statement[]): Promise<void> {
    if (statements.length === 0) return;
    await rowsOf(
      this.db,
      `insert into settlement.statements (
         id, number, program_id, partner_id, period, currency, opening_minor, closing_minor, line_count, digest, closed_at,
         seal_number, seal_head
       )
       select
         id, number, program_id, partner_id, period, currency, opening, closing, lines, decode(digest, 'hex'), closed_at,
         seal, decode(head, 'hex')
       from unnest(
         :ids::uuid[], :numbers::integer[], :programIds::uuid[], :partnerIds::uuid[], :periods::text[],
         :currencies::text[], :openings::bigint[], :closings::bigint[], :lines::integer[], :digests::text[],
         :closedAt::timestamptz[], :seals::integer[], :heads::text[]
       ) as new (
         id, number, program_id, partner_id, period, currency, opening, closing, lines, digest, closed_at, seal, head
       )`,
      {
        ids: statements.map(({ id }) => toUuid(id)),
        numbers: statements.map(({ number }) => number),
        programIds: statements.map(({ programId }) => toUuid(programId)),
        partnerIds: statements.map(({ partnerId }) => toUuid(partnerId)),
        periods: statements.map(({ period }) => period),
        currencies: statements.map(({ opening }) => opening.currency),
        openings: statements.map(({ opening }) => opening.minor.toString()),
        closings: statements.map(({ closing }) => closing.minor.toString()),
        lines: statements.map(({ lineCount }) => lineCount),
        digests: statements.map(({ digest }) => digest),
        closedAt: statements.map(({ closedAt }) => closedAt),
        seals: statements.map(({ sealed }) => sealed?.number ?? null),
        heads: statements.map(({ sealed }) => sealed?.head ?? null),
      },
    );
  }

  async written(programId: Id<'prg'>, period: Month): Promise<WrittenStatements> {
    const [row] = await rowsOf<{ count: bigint; last: string | null }>(
      this.db,
      `select
         (select count(*) from settlement.statements where program_id = :id and period = :period) as count,
         (select partner_id from settlement.statements where program_id = :id and period = :period
          order by partner_id desc limit 1) as last`,
      { id: toUuid(programId), period },
    );
    const { count = 0n, last = null } = row ?? {};
    return { count: Number(count), last: last === null ? undefined : fromUuid('par', last) };
  }
}
