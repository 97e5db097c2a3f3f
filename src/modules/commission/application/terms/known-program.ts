import { AppError } from '../../../../shared/errors.ts';
import type { PartnersPort, ProgramFacts, ProgramId } from '../../../partners/index.ts';

/** Throws `commission.unknown_program`. */
export const knownProgram = async (partners: PartnersPort, programId: ProgramId): Promise<ProgramFacts> => {
  const program = await partners.program(programId);
  if (program === undefined)
    throw new AppError('not_found', 'commission.unknown_program', `there is no program ${programId}`);
  return program;
};
