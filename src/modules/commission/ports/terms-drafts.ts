import type { Id } from '../../../shared/ids.ts';
import type { Page, PageRequest } from '../../../shared/page.ts';
import type { TermsDraft } from '../domain/terms/terms-draft.ts';
import type { TermsDraftId } from '../index.ts';

export abstract class TermsDrafts {
  abstract add(draft: TermsDraft): Promise<void>;
  /** Nobody else's until the transaction ends. Throws `commission.draft_not_found`. */
  abstract get(draftId: TermsDraftId): Promise<TermsDraft>;
  abstract save(draft: TermsDraft): Promise<void>;
}

/** Looks at drafts outside any transaction. */
export abstract class TermsDraftReader {
  abstract find(draftId: TermsDraftId): Promise<TermsDraft | undefined>;
  /** Of a program, oldest first. */
  abstract page(programId: Id<'prg'>, request: PageRequest): Promise<Page<TermsDraft>>;
}
