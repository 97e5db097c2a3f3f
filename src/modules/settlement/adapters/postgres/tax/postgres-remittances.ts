import type { Knex } from 'knex';
import { rowsOf } from '../../../../../infrastructure/postgres/database.ts';
import { AppError } from '../../../../../shared/errors.ts';
import { fromUuid, type Id, parseId, toUuid } from '../../../../../shared/ids.ts';
import { Money } from '../../../../../shared/money.ts';
import { type Page, pageOf, type PageRequest } from '../../../../../shared/page.ts';
import type { Remittance, RemittanceId, RemittanceState, WithheldTotal } from '../../../domain/tax/remittance.ts';
import type { RemittanceReader, Remittances } from '../../../ports/remittances.ts';
import { type ProposalRow, saveDecision, toProposal } from '../proposal-rows.ts';

interface RemittanceRow extends ProposalRow<RemittanceState> {
  readonly id: string;
  readonly program_id: string;
  readonly jurisdiction: string;
  readonly amount_minor: bigint;
  readonly currency: string;
  readonly reference: string;
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

  save(remittance: Remittance): Promise<void> {
    return saveDecision(this.db, 'tax_remittances', remittance);
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
  ...toProposal(row),
});
