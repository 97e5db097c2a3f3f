import type { Id } from '../../../shared/ids.ts';
import type { Page, PageRequest } from '../../../shared/page.ts';
import type { Remittance, RemittanceId, WithheldTotal } from '../domain/tax/remittance.ts';

/** What was withheld, and what of it was paid to its office. Everything here belongs to one transaction. */
export abstract class Remittances {
  /** By all that is booked by now. */
  abstract withheld(programId: Id<'prg'>): Promise<readonly WithheldTotal[]>;
  abstract add(remittance: Remittance): Promise<void>;
  /** Nobody else's until the transaction ends. Throws `settlement.remittance_not_found`. */
  abstract get(id: RemittanceId): Promise<Remittance>;
  abstract save(remittance: Remittance): Promise<void>;
}

/** Looks at it outside any transaction. */
export abstract class RemittanceReader {
  /** By jurisdiction. */
  abstract withheld(programId: Id<'prg'>): Promise<readonly WithheldTotal[]>;
  /** By the time they were asked for. */
  abstract remittances(programId: Id<'prg'>, request: PageRequest): Promise<Page<Remittance>>;
}
