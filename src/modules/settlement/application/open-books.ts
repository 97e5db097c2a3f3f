import { AppError } from '../../../shared/errors.ts';
import type { Id } from '../../../shared/ids.ts';
import type { PartnersPort } from '../../partners/index.ts';
import type { NewBooks } from '../ports/settlement-stores.ts';

/** What the books of a program are opened with. Throws `settlement.unknown_program`. */
export const booksToOpen = async (partners: PartnersPort, programId: Id<'prg'>): Promise<NewBooks> => {
  const program = await partners.program(programId);
  if (program === undefined) {
    throw new AppError('not_found', 'settlement.unknown_program', `there is no program ${programId}`);
  }
  const { currency, timeZone } = program;
  return { programId, currency, timeZone };
};
