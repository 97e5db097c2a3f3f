import type { Clock } from '../../../shared/clock.ts';
import { AppError } from '../../../shared/errors.ts';
import type { Ids } from '../../../shared/ids.ts';
import { type Program, programFaults, type ProgramTerms, tidyProgram } from '../domain/program.ts';
import type { PartnersTransaction } from '../ports/partner-stores.ts';

export class CreateProgram {
  constructor(
    private readonly transaction: PartnersTransaction,
    private readonly ids: Ids,
    private readonly clock: Clock,
  ) {}

  /** Throws `partners.program_refused`. */
  async run(wanted: ProgramTerms): Promise<Program> {
    const terms = tidyProgram(wanted);
    const faults = programFaults(terms);
    if (faults.length > 0)
      throw new AppError('refused', 'partners.program_refused', 'the program contradicts itself; see errors', {
        faults,
      });
    return this.transaction.run(async ({ programs }) => {
      const program: Program = { ...terms, programId: this.ids.next('prg'), createdAt: this.clock.now() };
      await programs.add(program);
      return program;
    });
  }
}
