import { AppError } from '../../../../shared/errors.ts';
import type { Id } from '../../../../shared/ids.ts';
import type { PartnersPort, ProgramFacts } from '../../../partners/index.ts';
import type { NewBooks } from '../../ports/settlement-stores.ts';

/** Throws `settlement.unknown_program`. */
export const knownProgram = async (
  partners: Pick<PartnersPort, 'program'>,
  programId: Id<'prg'>,
): Promise<ProgramFacts> => {
  const program = await partners.program(programId);
  if (program === undefined) {
    throw new AppError('not_found', 'settlement.unknown_program', `there is no program ${programId}`);
  }
  return program;
};

/** What the books of a program are opened with. Throws `settlement.unknown_program`. */
export const booksToOpen = async (partners: PartnersPort, programId: Id<'prg'>): Promise<NewBooks> => {
  const { currency, timeZone } = await knownProgram(partners, programId);
  return { programId, currency, timeZone };
};
