import type { Knex } from 'knex';
import { rowsOf } from '../../../../../infrastructure/postgres/database.ts';
import { AppError } from '../../../../../shared/errors.ts';
import { fromUuid, toUuid } from '../../../../../shared/ids.ts';
import type { Ruling, RulingId } from '../../../domain/rails/ruling.ts';
import type { PayoutId } from '../../../index.ts';
import type { Rulings } from '../../../ports/rulings.ts';
import { type ProposalRow, toProposal } from '../proposal-rows.ts';

export interface RulingRow extends ProposalRow {
  readonly id: string;
  readonly payout_id: string;
  readonly program_id: string;
  readonly verdict: Ruling['verdict'];
  readonly note: string;
}

export class PostgresRulings implements Rulings {
  constructor(private readonly db: Knex) {}

  async asked(payoutId: PayoutId): Promise<Ruling | undefined> {
    const [row] = await rowsOf<RulingRow>(
      this.db,
      `select * from settlement.payout_rulings where payout_id = :id and state = 'asked'`,
      { id: toUuid(payoutId) },
    );
    return row && toRuling(row);
  }

  async ruling(id: RulingId): Promise<Ruling> {
    const [row] = await rowsOf<RulingRow>(
      this.db,
      `select * from settlement.payout_rulings where id = :id for update`,
      { id: toUuid(id) },
    );
    if (row === undefined) throw new AppError('not_found', 'settlement.ruling_not_found', `there is no ruling ${id}`);
    return toRuling(row);
  }

  async save({ id, payoutId, programId, decidedBy, decidedAt, ...ruling }: Ruling): Promise<void> {
    await rowsOf(
      this.db,
      `insert into settlement.payout_rulings
         (id, payout_id, program_id, verdict, note, state, asked_by, asked_at, decided_by, decided_at)
       values (
         :id, :payoutId, :programId, :verdict, :note, :state, :askedBy, :askedAt, :decidedBy, :decidedAt
       )
       on conflict (id) do update
       set state = excluded.state, decided_by = excluded.decided_by, decided_at = excluded.decided_at`,
      {
        ...ruling,
        id: toUuid(id),
        payoutId: toUuid(payoutId),
        programId: toUuid(programId),
        decidedBy: decidedBy ?? null,
        decidedAt: decidedAt ?? null,
      },
    );
  }
}

export const toRuling = (row: RulingRow): Ruling => ({
  id: fromUuid('rul', row.id),
  payoutId: fromUuid('pay', row.payout_id),
  programId: fromUuid('prg', row.program_id),
  verdict: row.verdict,
  note: row.note,
  ...toProposal(row),
});
