import type { Id } from '../../../../shared/ids.ts';
import type { PartnersPort } from '../../../partners/index.ts';
import type { WithheldTotal } from '../../domain/tax/remittance.ts';
import type { RemittanceReader } from '../../ports/remittances.ts';
import { knownProgram } from '../books/open-books.ts';

/** What a program owes to tax offices. */
export class ShowWithheld {
  constructor(
    private readonly reader: RemittanceReader,
    private readonly partners: PartnersPort,
  ) {}

  /** Throws `settlement.unknown_program`. */
  async run(programId: Id<'prg'>): Promise<{ readonly totals: readonly WithheldTotal[]; readonly currency: string }> {
    const { currency } = await knownProgram(this.partners, programId);
    return { totals: await this.reader.withheld(programId), currency };
  }
}
