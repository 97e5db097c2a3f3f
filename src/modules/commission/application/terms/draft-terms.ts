import type { Clock } from '../../../../shared/clock.ts';
import type { Id, Ids } from '../../../../shared/ids.ts';
import type { PartnersPort } from '../../../partners/index.ts';
import type { Findings } from '../../domain/terms/check-terms.ts';
import {
  approved,
  changed,
  type CheckedDraft,
  discarded,
  type DraftWords,
  newDraft,
  type Review,
  sentBack,
  submitted,
  type TermsDraft,
} from '../../domain/terms/terms-draft.ts';
import type { TermsDraftId } from '../../index.ts';
import type { CommissionTransaction } from '../../ports/commissions.ts';
import { CheckDraft } from './check-draft.ts';
import { draftNotFound } from './draft-not-found.ts';
import { knownProgram } from './known-program.ts';

/** Which draft: of that program, or it is not found. */
export interface DraftName {
  readonly programId: Id<'prg'>;
  readonly draftId: TermsDraftId;
}

export type Verdict = Omit<Review, 'at'> & { readonly decision: 'approve' | 'send_back' };

/** Terms are written by some, reviewed by another, and change no more after that. */
export class DraftTerms {
  private readonly check: CheckDraft;

  constructor(
    private readonly transaction: CommissionTransaction,
    private readonly partners: PartnersPort,
    private readonly ids: Ids,
    private readonly clock: Clock,
  ) {
    this.check = new CheckDraft(partners);
  }

  /** Throws `commission.unknown_program`. */
  async begin(programId: Id<'prg'>, words: DraftWords, by: string): Promise<CheckedDraft> {
    await knownProgram(this.partners, programId);
    const draft = newDraft({ draftId: this.ids.next('tdr'), programId }, words, by, this.clock.now());
    return this.transaction.run(async ({ drafts }) => {
      await drafts.add(draft);
      return this.check.run(draft);
    });
  }

  /** Throws `commission.draft_not_found`, `commission.illegal_move`, `http.precondition_failed`. */
  change(name: DraftName, words: DraftWords, by: string, seen: number): Promise<CheckedDraft> {
    return this.move(name, (draft) => changed(draft, words, { by, at: this.clock.now(), seen }));
  }

  /** Throws `commission.terms_invalid` besides. */
  submit(name: DraftName): Promise<CheckedDraft> {
    return this.move(name, (draft, findings) => submitted(draft, findings, this.clock.now()));
  }

  /** Throws `commission.own_words`, `commission.terms_invalid`, `commission.warnings_open` besides. */
  review(name: DraftName, { decision, ...verdict }: Verdict): Promise<CheckedDraft> {
    const review = { ...verdict, at: this.clock.now() };
    return this.move(name, (draft, findings) =>
      decision === 'approve' ? approved(draft, findings, review) : sentBack(draft, review),
    );
  }

  discard(name: DraftName): Promise<CheckedDraft> {
    return this.move(name, (draft) => discarded(draft, this.clock.now()));
  }

  private async move(
    { programId, draftId }: DraftName,
    step: (draft: TermsDraft, findings: Findings) => TermsDraft,
  ): Promise<CheckedDraft> {
    return this.transaction.run(async ({ drafts }) => {
      const draft = await drafts.get(draftId);
      if (draft.programId !== programId) throw draftNotFound(draftId);
      const after = step(draft, (await this.check.run(draft)).findings);
      await drafts.save(after);
      return this.check.run(after);
    });
  }
}
