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

  /** Under an id that is known elsewhere, if it is told one. Throws `partners.program_refused`, `partners.program_exists`. */
  async run(wanted: ProgramTerms, programId = this.ids.next('prg')): Promise<Program> {
    const terms = tidyProgram(wanted);
    const faults = programFaults(terms);
    if (faults.length > 0)
      throw new AppError('refused', 'partners.program_refused', 'the program contradicts itself; see errors', {
        faults,
      });
    return this.transaction.run(async ({ programs }) => {
      const program: Program = { ...terms, programId, createdAt: this.clock.now() };
      if (await programs.add(program)) return program;
      throw new AppError('conflict', 'partners.program_exists', `there is a program ${programId}; leave the id out`);
    });
  }
}
