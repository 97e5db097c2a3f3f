import { AppError } from '../../../../shared/errors.ts';
import type { Id } from '../../../../shared/ids.ts';
import { type Instant, plusDays } from '../../../../shared/instant.ts';
import { type ActionOf, type Lifecycle, moved } from '../../../../shared/lifecycle.ts';
import type { TermsDraftId, TermsId } from '../../index.ts';
import { type Acknowledged, type Findings, inDocument, notAcknowledged } from './check-terms.ts';
import { termsInForce, type TermsVersion } from './terms.ts';

/**
 *   draft ──submit──▶ submitted ──approve──▶ approved ──publish──▶ published
 *     ▲  ╲                │                     │
 *     │   discard         └──────sendBack───────┤
 *     │     ╲─▶ discarded                       │
 *     └─────────────────────────────────────────┘
 *
 * Words change in `draft` alone: what was reviewed is what is published, word for word.
 */
export const draftLifecycle = {
  draft: { change: 'draft', submit: 'submitted', discard: 'discarded' },
  submitted: { approve: 'approved', sendBack: 'draft' },
  approved: { publish: 'published', sendBack: 'draft' },
  published: {},
  discarded: {},
} as const satisfies Lifecycle;

export type DraftState = keyof typeof draftLifecycle;
export type DraftAction = ActionOf<typeof draftLifecycle>;

export interface DraftWords {
  /** As somebody wrote them: a draft need not be readable yet. */
  readonly terms: object;
  readonly effectiveFrom: Instant;
}

/** Terms on their way to be published. */
export interface TermsDraft extends DraftWords {
  readonly draftId: TermsDraftId;
  readonly programId: Id<'prg'>;
  readonly state: DraftState;
  /** Counts every change and every step: who decides says which one they saw. */
  readonly revision: number;
  /** Everybody whose words are in it, the first first. */
  readonly writtenBy: readonly string[];
  readonly reviewedBy?: string | undefined;
  /** Why it was sent back, or what the reviewer had to say. */
  readonly note?: string | undefined;
  readonly acknowledged: readonly Acknowledged[];
  readonly publishedBy?: string | undefined;
  readonly termsId?: TermsId | undefined;
  readonly createdAt: Instant;
  readonly changedAt: Instant;
}

/** A draft, and what is wrong with it. */
export interface CheckedDraft extends TermsDraft {
  readonly findings: Findings;
}

export const newDraft = (
  named: Pick<TermsDraft, 'draftId' | 'programId'>,
  { terms, effectiveFrom }: DraftWords,
  by: string,
  at: Instant,
): TermsDraft => ({
  ...named,
  terms,
  effectiveFrom,
  state: 'draft',
  revision: 1,
  writtenBy: [by],
  acknowledged: [],
  createdAt: at,
  changedAt: at,
});

/** Words that whoever publishes them answers for alone. */
export const approvedInOne = (
  named: Pick<TermsDraft, 'draftId' | 'programId'>,
  words: DraftWords,
  { by, at, acknowledged }: Pick<Review, 'by' | 'at' | 'acknowledged'>,
): TermsDraft => ({ ...newDraft(named, words, by, at), state: 'approved', acknowledged });

/** Throws `commission.illegal_move`, and `http.precondition_failed` where the draft is not the revision somebody saw. */
const step = (draft: TermsDraft, action: DraftAction, at: Instant, seen?: number): TermsDraft => {
  if (seen !== undefined && seen !== draft.revision)
    throw new AppError(
      'conflict',
      'http.precondition_failed',
      'it has changed since you saw it; get it again, then decide',
    );
  const state = moved('commission', draftLifecycle, draft.state, action);
  return { ...draft, state, revision: draft.revision + 1, changedAt: at };
};

export const changed = (
  draft: TermsDraft,
  { terms, effectiveFrom }: DraftWords,
  { by, at, seen }: { readonly by: string; readonly at: Instant; readonly seen: number },
): TermsDraft => ({
  ...step(draft, 'change', at, seen),
  terms,
  effectiveFrom,
  writtenBy: draft.writtenBy.includes(by) ? draft.writtenBy : [...draft.writtenBy, by],
});

/** Throws `commission.terms_invalid`: a reviewer's time is for terms that can be read. */
export const submitted = (draft: TermsDraft, findings: Findings, at: Instant): TermsDraft => {
  mustBeReadable(findings);
  // What an earlier round said goes: this one is looked at afresh.
  return { ...step(draft, 'submit', at), reviewedBy: undefined, note: undefined, acknowledged: [] };
};

export interface Review {
  readonly by: string;
  readonly at: Instant;
  readonly seen: number;
  readonly note?: string | undefined;
  readonly acknowledged: readonly Acknowledged[];
}

/** Throws `commission.own_words`, `commission.terms_invalid` and `commission.warnings_open`. */
export const approved = (
  draft: TermsDraft,
  findings: Findings,
  { by, at, seen, note, acknowledged }: Review,
): TermsDraft => {
  const after = step(draft, 'approve', at, seen);
  if (draft.writtenBy.includes(by)) throw ownWords();
  mustBeReadable(findings);
  mustBeMeant(findings, acknowledged);
  return { ...after, reviewedBy: by, note, acknowledged };
};

/** Throws `commission.note_missing`: whoever wrote it has to know what to change. */
export const sentBack = (draft: TermsDraft, { by, at, seen, note }: Omit<Review, 'acknowledged'>): TermsDraft => {
  const after = step(draft, 'sendBack', at, seen);
  if (note === undefined || note.trim() === '') throw noteMissing();
  return { ...after, reviewedBy: by, note };
};

export const discarded = (draft: TermsDraft, at: Instant): TermsDraft => step(draft, 'discard', at);

export const publishedAs = (draft: TermsDraft, termsId: TermsId, by: string, at: Instant): TermsDraft => ({
  ...step(draft, 'publish', at),
  publishedBy: by,
  termsId,
});

// ── what publishing asks of words ─────────────────────────────────────────────────────────────────────────────────

/** Throws `commission.terms_invalid` with every fault at once. */
export const mustBeReadable = ({ errors }: Findings): void => {
  if (errors.length === 0) return;
  const faults = inDocument(errors);
  throw new AppError(
    'invalid',
    'commission.terms_invalid',
    faults.map(({ pointer, detail }) => `${pointer} ${detail}`).join('; '),
    { faults },
  );
};

/** Throws `commission.warnings_open` with every warning nobody has acknowledged. */
export const mustBeMeant = ({ warnings }: Findings, acknowledged: readonly Acknowledged[]): void => {
  const open = notAcknowledged(warnings, acknowledged);
  if (open.length === 0) return;
  throw new AppError(
    'refused',
    'commission.warnings_open',
    'mend what the linter warns of, or acknowledge each warning by its pointer and code; see errors',
    { faults: inDocument(open) },
  );
};

/**
 * When a version published now may begin. Where terms are in force already, orders have been judged by them, and
 * partners were promised notice: a change lies in the future, and no nearer than the version in force says. Throws
 * `commission.terms_back_dated`, `commission.notice_too_short`.
 */
export const mustGiveNotice = (versions: readonly TermsVersion[], effectiveFrom: Instant, now: Instant): void => {
  const judging = effectiveFrom < now ? termsInForce(versions, effectiveFrom) : undefined;
  if (judging !== undefined)
    throw badBeginning(
      'terms_back_dated',
      `must not lie before now (${now}): by then version ${judging.version} is in force, and orders are judged by it`,
    );
  const inForce = effectiveFrom < now ? undefined : termsInForce(versions, now);
  const days = inForce?.terms.noticeDays ?? 0;
  const earliest = plusDays(now, days);
  if (inForce !== undefined && effectiveFrom < earliest)
    throw badBeginning(
      'notice_too_short',
      `must not lie before ${earliest}: version ${inForce.version}, in force now, promises ${days} days' notice`,
    );
};

const badBeginning = (name: string, detail: string): AppError => {
  const code = `commission.${name}`;
  return new AppError('refused', code, `effectiveFrom ${detail}`, {
    faults: [{ pointer: '/effectiveFrom', code, detail }],
  });
};

const noteMissing = (): AppError => {
  const detail = 'must tell whoever wrote the draft what to change, where it is sent back';
  const faults = [{ pointer: '/note', code: 'commission.note_missing', detail }];
  return new AppError('invalid', 'commission.note_missing', `/note ${detail}`, { faults });
};

const ownWords = (): AppError =>
  new AppError('forbidden', 'commission.own_words', 'you wrote some of it; ask somebody else to review it');
