import { expect } from 'chai';
import type { TermsDraft } from '../../../src/modules/commission/domain/terms/terms-draft.ts';
import type { TermsDrafts } from '../../../src/modules/commission/ports/terms-drafts.ts';
import { instant } from '../../../src/shared/instant.ts';
import { olistTerms } from '../builders.ts';
import { idOf } from '../clock.ts';
import { rejects } from '../rejects.ts';

const now = instant('2018-01-01T00:00:00Z');

export const aTermsDraft = (overrides: Partial<TermsDraft> = {}): TermsDraft => ({
  draftId: idOf('tdr', 1),
  programId: idOf('prg', 1),
  state: 'draft',
  revision: 1,
  terms: { anything: ['as', 'written'] },
  effectiveFrom: now,
  writtenBy: ['ada'],
  reviewedBy: undefined,
  note: undefined,
  acknowledged: [],
  publishedBy: undefined,
  termsId: undefined,
  createdAt: now,
  changedAt: now,
  ...overrides,
});

interface Stores {
  run<Value>(work: (stores: { readonly drafts: TermsDrafts }) => Promise<Value>): Promise<Value>;
}

/** What every store of drafts promises; the fake and the real one both run through it. */
export const termsDraftsContract = (make: () => Promise<Stores>): void => {
  it('gives a draft back as it was saved last, readable or not', async () => {
    const transaction = await make();
    const approved = aTermsDraft({
      state: 'approved',
      revision: 4,
      terms: olistTerms,
      writtenBy: ['ada', 'eve'],
      reviewedBy: 'bob',
      note: 'fine',
      acknowledged: [{ pointer: '/groups/0', code: 'commission.lint_x' }],
    });

    await transaction.run(({ drafts }) => drafts.add(aTermsDraft()));
    expect(await transaction.run(({ drafts }) => drafts.get(idOf('tdr', 1)))).to.deep.equal(aTermsDraft());
    await transaction.run(({ drafts }) => drafts.save(approved));

    expect(await transaction.run(({ drafts }) => drafts.get(idOf('tdr', 1)))).to.deep.equal(approved);
  });

  it('knows no draft that nobody began', async () => {
    const transaction = await make();

    await rejects(
      transaction.run(({ drafts }) => drafts.get(idOf('tdr', 9))),
      'commission.draft_not_found',
    );
  });
};
