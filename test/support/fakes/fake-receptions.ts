import { type Reception, unseen } from '../../../src/modules/settlement/domain/statements/reception.ts';
import type { StatementId } from '../../../src/modules/settlement/index.ts';
import { Receptions } from '../../../src/modules/settlement/ports/receptions.ts';
import type { Table } from './fake-transaction.ts';

export class FakeReceptions extends Receptions {
  constructor(private readonly table: Table<Reception>) {
    super();
  }

  hold(statementId: StatementId): Promise<Reception> {
    return Promise.resolve(this.table.get(statementId) ?? unseen(statementId));
  }

  save(reception: Reception): Promise<void> {
    this.table.set(reception.statementId, reception);
    return Promise.resolve();
  }
}
