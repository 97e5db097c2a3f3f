import type { Clock } from '../../../../shared/clock.ts';
import { published } from '../../../../shared/outbox.ts';
import { answered, type Answer, type Reception, sent } from '../../domain/statements/reception.ts';
import { numberOf, type Statement } from '../../domain/statements/statement.ts';
import { StatementAnsweredV1 } from '../../events.ts';
import type { SettlementTransaction } from '../../ports/settlement-stores.ts';

/** Notes that a statement went out, and what the partner said to it. */
export class ReceiveStatement {
  constructor(
    private readonly transaction: SettlementTransaction,
    private readonly clock: Clock,
  ) {}

  /** Said again, it stays as it was. */
  send({ id }: Statement, by: string): Promise<Reception> {
    return this.transaction.run(async ({ receptions }) => {
      const before = await receptions.hold(id);
      const after = sent(before, by, this.clock.now());
      if (after !== before) await receptions.save(after);
      return after;
    });
  }

  /** Throws `settlement.illegal_move`. */
  answer(
    statement: Statement,
    said: { readonly answer: Answer; readonly by: string; readonly reason?: string | undefined },
  ): Promise<Reception> {
    return this.transaction.run(async ({ receptions, outbox }) => {
      const at = this.clock.now();
      const after = answered(await receptions.hold(statement.id), { ...said, at });
      await receptions.save(after);
      const { id: statementId, programId, partnerId, period } = statement;
      const about = { statementId, number: numberOf(statement), programId, partnerId, period };
      const state = after.state === 'disputed' ? 'disputed' : 'acknowledged';
      outbox.publish(
        published(
          StatementAnsweredV1,
          { aggregate: statementId, occurredAt: at },
          { ...about, state, ...(said.reason !== undefined && { reason: said.reason }), answeredAt: at },
        ),
      );
      return after;
    });
  }
}
