import { expect } from 'chai';
import type { Findings } from '../../../../src/modules/commission/domain/terms/check-terms.ts';
import {
  approved,
  changed,
  discarded,
  type DraftAction,
  draftLifecycle,
  mustGiveNotice,
  newDraft,
  publishedAs,
  sentBack,
  submitted,
  type TermsDraft,
} from '../../../../src/modules/commission/domain/terms/terms-draft.ts';
import { termsInForce } from '../../../../src/modules/commission/domain/terms/terms.ts';
import { AppError } from '../../../../src/shared/errors.ts';
import { instant, plusDays } from '../../../../src/shared/instant.ts';
import { aTermsVersion, olistTerms } from '../../../support/builders.ts';
import { idOf } from '../../../support/clock.ts';

const at = instant('2026-01-01T00:00:00Z');
const words = { terms: olistTerms, effectiveFrom: at };
const clean: Findings = { terms: olistTerms, errors: [], warnings: [] };
const warning = { pointer: '/groups/0', code: 'commission.lint_x', detail: 'never applies' };
const warned: Findings = { ...clean, warnings: [warning] };

const aDraft = (overrides: Partial<TermsDraft> = {}): TermsDraft => ({
  ...newDraft({ draftId: idOf('tdr', 1), programId: idOf('prg', 1) }, words, 'ada', at),
  ...overrides,
});

const codeOf = (act: () => unknown): string => {
  try {
    act();
    return 'done';
  } catch (error) {
    return error instanceof AppError ? error.code : String(error);
  }
};

const refusal = (act: () => unknown) => {
  try {
    act();
  } catch (error) {
    if (error instanceof AppError) {
      const { kind, code, message, details } = error;
      return { kind, code, message, faults: details.faults };
    }
  }
  throw new Error('nothing was refused');
};

const review = (overrides: object = {}) => ({ by: 'bob', at, seen: 2, acknowledged: [], ...overrides });

describe('a draft of terms', () => {
  const moves: Readonly<Record<DraftAction, (draft: TermsDraft) => TermsDraft>> = {
    change: (draft) => changed(draft, words, { by: 'ada', at, seen: draft.revision }),
    submit: (draft) => submitted(draft, clean, at),
    approve: (draft) => approved(draft, clean, review({ seen: draft.revision })),
    sendBack: (draft) => sentBack(draft, review({ seen: draft.revision, note: 'no' })),
    publish: (draft) => publishedAs(draft, idOf('trm', 1), 'bob', at),
    discard: (draft) => discarded(draft, at),
  };
  for (const state of Object.keys(draftLifecycle) as (keyof typeof draftLifecycle)[]) {
    for (const action of Object.keys(moves) as DraftAction[]) {
      const next = (draftLifecycle[state] as Partial<Record<DraftAction, string>>)[action];
      it(`${state}: ${action} ${next === undefined ? 'is refused' : `leads to ${next}`}, and counts`, () => {
        const draft = aDraft({ state, revision: 2 });
        if (next === undefined) expect(codeOf(() => moves[action](draft))).to.equal('commission.illegal_move');
        else expect(moves[action](draft)).to.include({ state: next, revision: 3 });
      });
    }
  }

  it('is never reviewed by who wrote any of it', () => {
    const both = changed(aDraft(), words, { by: 'bob', at, seen: 1 });
    const waiting = submitted(both, clean, at);

    expect(both.writtenBy).to.deep.equal(['ada', 'bob']);
    for (const by of ['ada', 'bob'])
      expect(codeOf(() => approved(waiting, clean, review({ by, seen: 3 })))).to.equal('commission.own_words');
    expect(approved(waiting, clean, review({ by: 'eve', seen: 3 })).reviewedBy).to.equal('eve');
  });

  it('is decided on as it was seen, or not at all', () => {
    const waiting = submitted(aDraft(), clean, at);

    expect(codeOf(() => changed(aDraft(), words, { by: 'ada', at, seen: 9 }))).to.equal('http.precondition_failed');
    expect(codeOf(() => approved(waiting, clean, review({ seen: 1 })))).to.equal('http.precondition_failed');
    expect(codeOf(() => sentBack(waiting, review({ seen: 1 })))).to.equal('http.precondition_failed');
  });

  it('is submitted only when it can be read', () => {
    const unreadable = {
      errors: [{ pointer: '/groups', code: 'commission.terms_unreadable', detail: 'x' }],
      warnings: [],
    };

    expect(codeOf(() => submitted(aDraft(), unreadable, at))).to.equal('commission.terms_invalid');
  });

  it('is approved when the reviewer means every warning', () => {
    const waiting = submitted(aDraft(), clean, at);
    const { pointer, code } = warning;

    expect(codeOf(() => approved(waiting, warned, review()))).to.equal('commission.warnings_open');
    expect(
      codeOf(() => approved(waiting, warned, review({ acknowledged: [{ pointer: '/groups/1', code }] }))),
    ).to.equal('commission.warnings_open');
    expect(approved(waiting, warned, review({ acknowledged: [{ pointer, code }] })).acknowledged).to.deep.equal([
      { pointer, code },
    ]);
  });

  it('has its warnings acknowledged by the pointer of the draft or of the refusal, which begins at the request', () => {
    const waiting = submitted(aDraft(), clean, at);
    const { code } = warning;

    for (const pointer of ['/groups/0', '/terms/groups/0'])
      expect(codeOf(() => approved(waiting, warned, review({ acknowledged: [{ pointer, code }] })))).to.equal('done');
    for (const pointer of ['/terms/terms/groups/0', '/termsgroups/0', '/terms'])
      expect(codeOf(() => approved(waiting, warned, review({ acknowledged: [{ pointer, code }] })))).to.equal(
        'commission.warnings_open',
      );
  });

  it('names everybody whose words are in it once, however often they write', () => {
    const again = changed(aDraft(), words, { by: 'ada', at, seen: 1 });
    const both = changed(again, words, { by: 'bob', at, seen: 2 });

    expect(changed(both, words, { by: 'ada', at, seen: 3 }).writtenBy).to.deep.equal(['ada', 'bob']);
  });

  it('tells whoever may not go on what to do next, and every place there is', () => {
    const waiting = submitted(aDraft(), clean, at);
    const errors = ['/groups', '/limits/0'].map((pointer) => ({ pointer, code: 'commission.x', detail: 'is odd' }));
    const places = (faults: readonly { readonly pointer: string }[] = []) => faults.map(({ pointer }) => pointer);

    const unreadable = refusal(() => submitted(aDraft(), { errors, warnings: [] }, at));
    expect(unreadable).to.include({ kind: 'invalid', message: '/terms/groups is odd; /terms/limits/0 is odd' });
    expect(places(unreadable.faults)).to.deep.equal(['/terms/groups', '/terms/limits/0']);

    const open = refusal(() => approved(waiting, warned, review()));
    expect(open.kind).to.equal('refused');
    expect(open.message).to.include('acknowledge each warning by its pointer and code');
    expect(open.faults).to.deep.equal([{ ...warning, pointer: '/terms/groups/0' }]);

    expect(refusal(() => approved(waiting, clean, review({ by: 'ada' })))).to.include({
      kind: 'forbidden',
      message: 'you wrote some of it; ask somebody else to review it',
    });
    expect(refusal(() => sentBack(waiting, review({ seen: 1 })))).to.include({
      kind: 'conflict',
      message: 'it has changed since you saw it; get it again, then decide',
    });
  });

  it('submitted again is looked at afresh', () => {
    const back = sentBack(submitted(aDraft(), clean, at), review({ note: 'too much' }));

    expect(back).to.include({ state: 'draft', note: 'too much', reviewedBy: 'bob' });
    expect(submitted(back, clean, at)).to.include({ note: undefined, reviewedBy: undefined });
  });
});

describe('when a version may begin', () => {
  const inForce = aTermsVersion({ noticeDays: 30 }, { effectiveFrom: at });
  const now = plusDays(at, 10);
  const begins = (days: number, versions = [inForce]) =>
    codeOf(() => mustGiveNotice(versions, plusDays(at, days), now));

  it('is as far ahead as the version in force promises, to the millisecond', () => {
    expect(begins(40)).to.equal('done');
    expect(begins(39)).to.equal('commission.notice_too_short');
    expect(codeOf(() => mustGiveNotice([inForce], instant('2026-02-09T23:59:59.999Z'), now))).to.equal(
      'commission.notice_too_short',
    );
  });

  it('says from when on it may, and which version promised so', () => {
    const early = refusal(() => mustGiveNotice([inForce], plusDays(at, 39), now));
    expect(early).to.deep.include({ kind: 'refused', code: 'commission.notice_too_short' });
    expect(early.faults).to.deep.equal([
      {
        pointer: '/effectiveFrom',
        code: 'commission.notice_too_short',
        detail: "must not lie before 2026-02-10T00:00:00.000Z: version 1, in force now, promises 30 days' notice",
      },
    ]);

    const past = refusal(() => mustGiveNotice([inForce], plusDays(at, 9), now));
    expect(past.message).to.equal(
      'effectiveFrom must not lie before now (2026-01-11T00:00:00.000Z): by then version 1 is in force, ' +
        'and orders are judged by it',
    );
  });

  it('is never in the past where terms are in force', () => {
    expect(begins(9)).to.equal('commission.terms_back_dated');
    expect(begins(10, [aTermsVersion({}, { effectiveFrom: at })])).to.equal('done');
    expect(begins(10)).to.equal('commission.notice_too_short');
  });

  it('is free where nothing is in force yet: nobody was promised anything', () => {
    expect(begins(-5)).to.equal('done');
    expect(begins(-5, [])).to.equal('done');
    expect(begins(11, [])).to.equal('done');
  });

  it('is not brought forward by a version that promises less and is not in force yet', () => {
    const scheduled = aTermsVersion({ noticeDays: 0 }, { version: 2, effectiveFrom: plusDays(at, 40) });

    expect(begins(12, [inForce, scheduled])).to.equal('commission.notice_too_short');
  });
});

describe('the version in force', () => {
  const version = (n: number, days: number) => aTermsVersion({}, { version: n, effectiveFrom: plusDays(at, days) });

  it('is the latest that is effective by then, in whatever order they were published', () => {
    const versions = [version(1, 20), version(3, 10), version(2, 0)];
    const inForceAfter = (days: number) => termsInForce(versions, plusDays(at, days))?.version;

    expect([-1, 0, 9, 10, 19, 20, 99].map(inForceAfter)).to.deep.equal([undefined, 2, 2, 3, 3, 1, 1]);
  });

  it('is the newer of two that are effective at once', () => {
    for (const versions of [
      [version(9, 0), version(10, 0)],
      [version(10, 0), version(9, 0)],
    ])
      expect(termsInForce(versions, at)?.version).to.equal(10);
  });
});
