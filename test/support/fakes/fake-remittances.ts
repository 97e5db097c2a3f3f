import type { Booking } from '../../../src/modules/settlement/domain/books/booking.ts';
import type { Remittance, RemittanceId, WithheldTotal } from '../../../src/modules/settlement/domain/tax/remittance.ts';
import { Remittances } from '../../../src/modules/settlement/ports/remittances.ts';
import { AppError } from '../../../src/shared/errors.ts';
import type { Id } from '../../../src/shared/ids.ts';
import type { Table } from './fake-transaction.ts';

export class FakeRemittances extends Remittances {
  constructor(
    private readonly table: Table<Remittance>,
    private readonly bookings: () => readonly Booking[],
  ) {
    super();
  }

  withheld(programId: Id<'prg'>): Promise<readonly WithheldTotal[]> {
    const totals = new Map<string, WithheldTotal>();
    for (const { purpose, amount, mirrored, pots, ...booking } of this.bookings()) {
      if (booking.programId !== programId || pots?.tax === undefined) continue;
      const jurisdiction = pots.tax;
      const { withheld, remitted } = totals.get(jurisdiction) ?? { withheld: 0n, remitted: 0n };
      const minor = (mirrored === true ? -amount.minor : amount.minor) * (purpose === 'restore_tax' ? -1n : 1n);
      totals.set(
        jurisdiction,
        purpose === 'remit_tax'
          ? { jurisdiction, withheld, remitted: remitted + minor }
          : { jurisdiction, withheld: withheld + minor, remitted },
      );
    }
    return Promise.resolve([...totals.values()].toSorted((a, b) => (a.jurisdiction < b.jurisdiction ? -1 : 1)));
  }

  add(remittance: Remittance): Promise<void> {
    this.table.set(remittance.id, remittance);
    return Promise.resolve();
  }

  get(id: RemittanceId): Promise<Remittance> {
    const found = this.table.get(id);
    return found === undefined
      ? Promise.reject(new AppError('not_found', 'settlement.remittance_not_found', 'there is none'))
      : Promise.resolve(found);
  }

  save(remittance: Remittance): Promise<void> {
    this.table.set(remittance.id, remittance);
    return Promise.resolve();
  }
}
