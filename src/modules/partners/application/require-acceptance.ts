import type { Program } from '../domain/program.ts';
import type { ProgramId } from '../index.ts';
import type { PartnersTransaction } from '../ports/partner-stores.ts';
import { notFound } from './refusals.ts';

/** Says whether a program's commissions wait until the partner has accepted the terms that judge them. */
export class RequireAcceptance {
  constructor(private readonly transaction: PartnersTransaction) {}

  /** Throws `partners.not_found`. */
  run(programId: ProgramId, required: boolean): Promise<Program> {
    return this.transaction.run(async ({ programs }) => {
      const program = await programs.requireAcceptance(programId, required);
      if (program === undefined) throw notFound('program', programId);
      return program;
    });
  }
}
