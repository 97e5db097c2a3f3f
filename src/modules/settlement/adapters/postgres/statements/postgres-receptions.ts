import type { Knex } from 'knex';
import { rowsOf } from '../../../../../infrastructure/postgres/database.ts';
import { fromUuid, toUuid } from '../../../../../shared/ids.ts';
import type { Instant } from '../../../../../shared/instant.ts';
import type { Reception, ReceptionState } from '../../../domain/statements/reception.ts';
import type { StatementId } from '../../../index.ts';
import type { Receptions } from '../../../ports/receptions.ts';

export interface ReceptionRow {
  readonly statement_id: string;
  readonly state: ReceptionState;
  readonly sent_at: Instant | null;
  readonly sent_by: string | null;
  readonly answered_at: Instant | null;
  readonly answered_by: string | null;
  readonly reason: string | null;
}

export const toReception = (row: ReceptionRow): Reception => ({
  statementId: fromUuid('stm', row.statement_id),
  state: row.state,
  sentAt: row.sent_at ?? undefined,
  sentBy: row.sent_by ?? undefined,
  answeredAt: row.answered_at ?? undefined,
  answeredBy: row.answered_by ?? undefined,
  reason: row.reason ?? undefined,
});

export class PostgresReceptions implements Receptions {
  constructor(private readonly db: Knex) {}

  async hold(statementId: StatementId): Promise<Reception> {
    const id = toUuid(statementId);
    await rowsOf(
      this.db,
      `insert into settlement.statement_receptions (statement_id, state) values (:id, 'closed') on conflict do nothing`,
      { id },
    );
    const [row] = await rowsOf<ReceptionRow>(
      this.db,
      `select * from settlement.statement_receptions where statement_id = :id for update`,
      { id },
    );
    if (row === undefined) throw new Error(`${statementId} was there a moment ago`);
    return toReception(row);
  }

  async save({ statementId, state, sentAt, sentBy, answeredAt, answeredBy, reason }: Reception): Promise<void> {
    await rowsOf(
      this.db,
      `update settlement.statement_receptions
       set state = :state, sent_at = :sentAt, sent_by = :sentBy, answered_at = :answeredAt, answered_by = :answeredBy,
         reason = :reason
       where statement_id = :id`,
      {
        id: toUuid(statementId),
        state,
        sentAt: sentAt ?? null,
        sentBy: sentBy ?? null,
        answeredAt: answeredAt ?? null,
        answeredBy: answeredBy ?? null,
        reason: reason ?? null,
      },
    );
  }
}
