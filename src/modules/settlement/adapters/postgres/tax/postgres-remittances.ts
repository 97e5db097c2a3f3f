import type { Knex } from 'knex';
import { rowsOf } from '../../../../../infrastructure/postgres/database.ts';
import { AppError } from '../../../../../shared/errors.ts';
import { fromUuid, type Id, parseId, toUuid } from '../../../../../shared/ids.ts';
import type { Instant } from '../../../../../shared/instant.ts';
import { Money } from '../../../../../shared/money.ts';
import { type Page, pageOf, type PageRequest } from '../../../../../shared/page.ts';
import type { Remittance, RemittanceId, RemittanceState, WithheldTotal } from '../../../domain/tax/remittance.ts';
import type { RemittanceReader, Remittances } from '../../../ports/remittances.ts';

interface RemittanceRow {
  readonly id: string;
  readonly program_id: string;
  readonly jurisdiction: string;
  readonly amount_minor: bigint;
  readonly currency: string;
  readonly reference: string;
  readonly state: RemittanceState;
  readonly asked_by: string;
  readonly asked_at: Instant;
  readonly decided_by: string | null;
  readonly decided_at: Instant | null;
}

export class PostgresRemittances implements Remittances {
  constructor(private readonly db: Knex) {}

  withheld(programId: Id<'prg'>): Promise<readonly WithheldTotal[]> {
    return withheldOf(this.db, programId);
  }

  async add({ id, programId, jurisdiction, amount, reference, state, askedBy, askedAt }: Remittance): Promise<void> {
    await rowsOf(
      this.db,
      `insert into settlement.tax_remittances
         (id, program_id, jurisdiction, amount_minor, currency, reference, state, asked_by, asked_at)
       values (:id, :program, :jurisdiction, :minor, :currency, :reference, :state, :askedBy, :askedAt)`,
      {
        ...{ jurisdiction, reference, state, askedBy, askedAt },
        id: toUuid(id),
        program: toUuid(programId),
        minor: amount.minor.toString(),
        currency: amount.currency,
      },
    );
  }

  async get(id: RemittanceId): Promise<Remittance> {
    const [row] = await rowsOf<RemittanceRow>(
      this.db,
      `select * from settlement.tax_remittances where id = :id for update`,
      { id: toUuid(id) },
    );
    if (row === undefined)
      throw new AppError('not_found', 'settlement.remittance_not_found', `there is no remittance ${id}`);
    return toRemittance(row);
  }

  async save({ id, state, decidedBy, decidedAt }: Remittance): Promise<void> {
    await rowsOf(
      this.db,
      `update settlement.tax_remittances set state = :state, decided_by = :by, decided_at = :at where id = :id`,
      { id: toUuid(id), state, by: decidedBy ?? null, at: decidedAt ?? null },
    );
  }
}

export class PostgresRemittanceReader implements RemittanceReader {
  constructor(private readonly db: Knex) {}

  withheld(programId: Id<'prg'>): Promise<readonly WithheldTotal[]> {
    return withheldOf(this.db, programId);
  }

  async remittances(programId: Id<'prg'>, request: PageRequest): Promise<Page<Remittance>> {
    const [after] = request.after ?? [];
    const rows = await rowsOf<RemittanceRow>(
      this.db,
      `select * from settlement.tax_remittances
       where program_id = :id ${after === undefined ? '' : 'and id > :after'}
       order by id
       limit :limit`,
      {
        id: toUuid(programId),
        limit: request.limit + 1,
        ...(after !== undefined && { after: toUuid(parseId('rmt', after)) }),
      },
    );
    return pageOf(rows.map(toRemittance), request, ({ id }) => [id]);
  }
}

const withheldOf = async (db: Knex, programId: Id<'prg'>): Promise<readonly WithheldTotal[]> => {
  const rows = await rowsOf<{ jurisdiction: string; withheld: string; remitted: string }>(
    db,
    `select pots ->> 'tax' as jurisdiction,
       coalesce(sum(moved) filter (where purpose <> 'remit_tax'), 0)::text as withheld,
       coalesce(sum(-moved) filter (where purpose = 'remit_tax'), 0)::text as remitted
     from (
       select pots, purpose,
         case when mirrored then -amount_minor else amount_minor end * case purpose when 'withhold' then 1 else -1 end as moved
       from settlement.bookings
       where program_id = :id and purpose in ('withhold', 'restore_tax', 'remit_tax')
     ) as taxes
     group by 1
     order by 1`,
    { id: toUuid(programId) },
  );
  return rows.map(({ jurisdiction, withheld, remitted }) => ({
    jurisdiction,
    withheld: BigInt(withheld),
    remitted: BigInt(remitted),
  }));
};

const toRemittance = (row: RemittanceRow): Remittance => ({
  id: fromUuid('rmt', row.id),
  programId: fromUuid('prg', row.program_id),
  jurisdiction: row.jurisdiction,
  amount: Money.of(row.amount_minor, row.currency),
  reference: row.reference,
  state: row.state,
  askedBy: row.asked_by,
  askedAt: row.asked_at,
  ...(row.decided_by !== null && { decidedBy: row.decided_by }),
  ...(row.decided_at !== null && { decidedAt: row.decided_at }),
});
