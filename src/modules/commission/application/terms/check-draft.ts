import type { PartnersPort } from '../../../partners/index.ts';
import { type CheckedDraft, checkedFor, type TermsDraft } from '../../domain/terms/terms-draft.ts';

/** Says what is wrong with a draft as it is written, for the program it is for. */
export class CheckDraft {
  constructor(private readonly partners: PartnersPort) {}

  async run(draft: TermsDraft): Promise<CheckedDraft> {
    const program = await this.partners.program(draft.programId);
    return checkedFor(program?.currency, draft);
  }
}
