import type { PartnersPort } from '../../../partners/index.ts';
import type { CheckedDraft, TermsDraft } from '../../domain/terms/terms-draft.ts';
import { findingsIn } from './findings-in.ts';

/** Says what is wrong with a draft as it is written, for the program it is for. */
export class CheckDraft {
  constructor(private readonly partners: PartnersPort) {}

  async run(draft: TermsDraft): Promise<CheckedDraft> {
    return { ...draft, findings: await findingsIn(this.partners, draft.programId, draft.terms) };
  }
}
