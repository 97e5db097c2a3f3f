import {
  IsFlag,
  IsIdList,
  IsIdOf,
  IsInstant,
  IsListOf,
  IsMoney,
  IsOneOf,
  IsText,
  IsWhole,
} from '../../../../shared/fields.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { MoneyJson } from '../../../../shared/money.ts';
import { ageOf, AGES, type Break, breakLifecycle, FIXES, likelyFix } from '../../domain/reconciliation/break.ts';
import { BREAK_KINDS } from '../../domain/reconciliation/classify.ts';
import { type Match, MATCH_ACTIONS, matchLifecycle, RULES } from '../../domain/reconciliation/match.ts';
import type { Suggestion } from '../../domain/reconciliation/suggestions.ts';
import type { ImportedStatement } from '../../ports/bank-stores.ts';
import type { SuspendedLine } from '../../ports/reconciliation-reader.ts';

const MAX_LINES = 1_000_000;
export const BREAK_STATES = Object.keys(breakLifecycle);
export const MATCH_STATES = Object.keys(matchLifecycle);
export const LINE_STATES = ['open', 'matched', 'written_off'];

/** Of a trade or a remittance. */
export const IsExpectedId = (description: string): PropertyDecorator =>
  IsText({ max: 30, pattern: /^(fxt|rmt)_[0-7][0-9a-hjkmnp-tv-z]{25}$/, optional: true, description });

class OneStatementView {
  @IsIdOf('prg') readonly programId!: string;
  @IsText({ max: 35, description: "The bank's id of the statement" }) readonly statementId!: string;
  @IsWhole({ min: 0, max: MAX_LINES, description: 'How many payments it tells of' }) readonly lines!: number;
  @IsWhole({ min: 0, max: MAX_LINES }) readonly settled!: number;
  @IsWhole({ min: 0, max: MAX_LINES }) readonly rejected!: number;
  @IsWhole({ min: 0, max: MAX_LINES }) readonly returned!: number;
  @IsWhole({
    min: 0,
    max: MAX_LINES,
    description: 'Lines that confirm what was expected: sides of trades, remittances',
  })
  readonly confirmed!: number;
  @IsWhole({ min: 0, max: MAX_LINES, description: 'Lines that do not fit; see /v1/reconciliation/breaks' })
  readonly breaks!: number;
  @IsInstant({ description: 'When it was imported first' }) readonly importedAt!: Instant;
}

export class ImportedStatementView extends OneStatementView {
  @IsListOf(() => OneStatementView, {
    max: 1_000,
    optional: true,
    description: 'Each, where the file holds several; the counts beside are their sums',
  })
  readonly statements?: readonly OneStatementView[];
}

const oneView = ({ digest: _, ...imported }: ImportedStatement): OneStatementView => imported;

/** Of one statement, what was always said; of several, their sums, with each beside. */
export const importedView = (all: readonly ImportedStatement[]): ImportedStatementView => {
  const [first] = all;
  if (first === undefined) throw new Error('nothing was imported');
  if (all.length === 1) return oneView(first);
  const sum = (count: 'lines' | 'settled' | 'rejected' | 'returned' | 'confirmed' | 'breaks'): number =>
    all.reduce((total, each) => total + each[count], 0);
  return {
    programId: first.programId,
    statementId: first.statementId,
    importedAt: first.importedAt,
    lines: sum('lines'),
    settled: sum('settled'),
    rejected: sum('rejected'),
    returned: sum('returned'),
    confirmed: sum('confirmed'),
    breaks: sum('breaks'),
    statements: all.map(oneView),
  };
};

/** What stands in a break's place where it is about no line. */
const NO_LINE = '-';

export class ReconciliationBreakView {
  @IsIdOf('brk') readonly id!: string;
  @IsIdOf('prg') readonly programId!: string;
  @IsText({ max: 35, description: '`-` where no line tells of it' }) readonly statementId!: string;
  @IsText({ max: 50, description: "The bank's reference of the line; `-` where there is none" }) readonly ref!: string;
  @IsOneOf(BREAK_KINDS) readonly kind!: string;
  @IsText({ max: 35, optional: true }) readonly endToEndId?: string;
  @IsIdOf('pay', { optional: true }) readonly payoutId?: string;
  @IsExpectedId('The trade or remittance it is about') readonly expectedId?: string;
  @IsIdOf('lin', { optional: true }) readonly lineId?: string;
  @IsMoney() readonly amount!: MoneyJson;
  @IsOneOf(['debit', 'credit']) readonly direction!: string;
  @IsInstant() readonly bookedAt!: Instant;
  @IsInstant() readonly noticedAt!: Instant;
  @IsOneOf(BREAK_STATES) readonly state!: string;
  @IsOneOf(AGES, { description: 'How long it has been known' }) readonly age!: string;
  @IsOneOf(FIXES, { description: 'What is likely the right thing to do' }) readonly likelyFix!: string;
  @IsText({ max: 300, optional: true }) readonly owner?: string;
  @IsOneOf(FIXES, { optional: true, description: 'What somebody has proposed' }) readonly fix?: string;
  @IsIdList('pay', { max: 1_000, optional: true }) readonly fixPayoutIds?: readonly string[];
  @IsText({ max: 500, optional: true }) readonly note?: string;
  @IsText({ max: 300, optional: true }) readonly proposedBy?: string;
  @IsInstant({ optional: true }) readonly proposedAt?: Instant;
  @IsText({ max: 300, optional: true }) readonly approvedBy?: string;
  @IsInstant({ optional: true }) readonly endedAt?: Instant;
}

export const breakView = (found: Break, now: Instant): ReconciliationBreakView => {
  const { amount, account: _, happenedAt, statementId = NO_LINE, ref = NO_LINE, ...rest } = found;
  const beside = { age: ageOf(found, now), likelyFix: likelyFix(found) };
  return {
    ...rest,
    statementId,
    ref,
    amount: amount.toJSON(),
    bookedAt: happenedAt,
    ...beside,
  } as ReconciliationBreakView;
};

export class SuspendedLineView {
  @IsIdOf('lin') readonly id!: string;
  @IsIdOf('prg') readonly programId!: string;
  @IsText({ max: 35 }) readonly statementId!: string;
  @IsText({ max: 50 }) readonly ref!: string;
  @IsOneOf(LINE_STATES) readonly state!: string;
  @IsMoney() readonly amount!: MoneyJson;
  @IsOneOf(['debit', 'credit']) readonly direction!: string;
  @IsInstant() readonly bookedAt!: Instant;
  @IsText({ max: 10, optional: true }) readonly valueOn?: string;
  @IsText({ max: 35, optional: true }) readonly endToEndId?: string;
  @IsText({ max: 36, optional: true }) readonly uetr?: string;
  @IsText({ max: 35, optional: true }) readonly batchRef?: string;
  @IsText({ max: 500, optional: true }) readonly remittance?: string;
  @IsText({ max: 200, optional: true }) readonly returnReason?: string;
  @IsIdOf('mtc', { optional: true }) readonly matchId?: string;
}

export const suspendedView = ({ line, programId, state, matchId }: SuspendedLine): SuspendedLineView => {
  const { id, statementId, ref, amount, direction, bookedAt } = line;
  const { valueOn, endToEndId, uetr, batchRef, remittance, returnReason } = line;
  const about = { valueOn, endToEndId, uetr, batchRef, remittance, returnReason, matchId };
  return {
    ...{ id, programId, statementId, ref, state, amount: amount.toJSON(), direction, bookedAt },
    ...about,
  } as SuspendedLineView;
};

class SuggestionView {
  @IsIdList('lin', { min: 1, max: 100 }) readonly lineIds!: readonly string[];
  @IsIdList('pay', { max: 100 }) readonly payoutIds!: readonly string[];
  @IsExpectedId('The trade or remittance that the line may confirm') readonly expectedId?: string;
  @IsWhole({ min: 0, max: 100 }) readonly confidence!: number;
  @IsText({ max: 300 }) readonly why!: string;
}

export class SuggestionsView {
  @IsListOf(() => SuggestionView, { max: 10, description: 'The likeliest first' })
  readonly suggestions!: readonly SuggestionView[];
}

export const suggestionsView = (suggestions: readonly Suggestion[]): SuggestionsView => ({ suggestions });

export class MatchView {
  @IsIdOf('mtc') readonly id!: string;
  @IsIdOf('prg') readonly programId!: string;
  @IsOneOf(MATCH_STATES) readonly state!: string;
  @IsIdList('lin', { max: 10_000 }) readonly lineIds!: readonly string[];
  @IsIdList('pay', { max: 1_000_000 }) readonly payoutIds!: readonly string[];
  @IsExpectedId('The trade or remittance that the line confirms') readonly expectedId?: string;
  @IsOneOf(MATCH_ACTIONS) readonly action!: string;
  @IsOneOf(RULES) readonly rule!: string;
  @IsWhole({ min: 0, max: 100 }) readonly confidence!: number;
  @IsWhole({ min: 1, max: 1_000 }) readonly matcherVersion!: number;
  @IsMoney({ description: 'Of the payouts, or of what is confirmed' }) readonly amount!: MoneyJson;
  @IsMoney({ negative: true, description: 'What the lines have more; booked as a fee' })
  readonly difference!: MoneyJson;
  @IsFlag({ description: 'Whether its lines stood in suspense before' }) readonly fromSuspense!: boolean;
  @IsText({ max: 300 }) readonly madeBy!: string;
  @IsInstant() readonly madeAt!: Instant;
  @IsText({ max: 300, optional: true }) readonly approvedBy?: string;
  @IsText({ max: 300, optional: true, description: 'Who undid it, or wants to' }) readonly undoneBy?: string;
  @IsText({ max: 300, optional: true }) readonly undoApprovedBy?: string;
  @IsInstant({ optional: true }) readonly undoneAt?: Instant;
  @IsText({ max: 500, optional: true }) readonly note?: string;
}

export const matchView = ({ amount, difference, confirms, ...match }: Match): MatchView =>
  ({
    ...match,
    ...(confirms !== undefined && { expectedId: confirms.id }),
    amount: amount.toJSON(),
    difference: difference.toJSON(),
  }) as MatchView;
