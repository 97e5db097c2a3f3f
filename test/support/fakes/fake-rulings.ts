import type { Ruling, RulingId } from '../../../src/modules/settlement/domain/rails/ruling.ts';
import type { PayoutId } from '../../../src/modules/settlement/index.ts';
import { Rulings } from '../../../src/modules/settlement/ports/rulings.ts';
import { AppError } from '../../../src/shared/errors.ts';
import type { Table } from './fake-transaction.ts';

export class FakeRulings extends Rulings {
  constructor(private readonly table: Table<Ruling>) {
    super();
  }

  asked(payoutId: PayoutId): Promise<Ruling | undefined> {
    return Promise.resolve(this.table.values().find((each) => each.payoutId === payoutId && each.state === 'asked'));
  }

  ruling(id: RulingId): Promise<Ruling> {
    const found = this.table.get(id);
    return found === undefined
      ? Promise.reject(new AppError('not_found', 'settlement.ruling_not_found', 'there is none'))
      : Promise.resolve(found);
  }

  async save(ruling: Ruling): Promise<void> {
    const other = await this.asked(ruling.payoutId);
    if (ruling.state === 'asked' && other !== undefined && other.id !== ruling.id) throw new Error('one at a time');
    this.table.set(ruling.id, ruling);
  }
}
