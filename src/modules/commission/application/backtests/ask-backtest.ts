import type { Clock } from '../../../../shared/clock.ts';
import { AppError } from '../../../../shared/errors.ts';
import type { Id, Ids } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { MoneyJson } from '../../../../shared/money.ts';
import type { PartnersPort } from '../../../partners/index.ts';
import type { Backtest, BacktestSubject } from '../../domain/backtest/backtest.ts';
import { checkTerms } from '../../domain/terms/check-terms.ts';
import type { Terms } from '../../domain/terms/terms.ts';
import { mustBeReadable } from '../../domain/terms/terms-draft.ts';
import type { TermsDraftId, TermsId } from '../../index.ts';
import type { Backtests } from '../../ports/backtests.ts';
import type { CommissionReader } from '../../ports/commission-reader.ts';
import type { TermsDraftReader } from '../../ports/terms-drafts.ts';
import { draftNotFound } from '../terms/draft-not-found.ts';
import { knownProgram } from '../terms/known-program.ts';

export interface BacktestRequest {
  readonly programId: Id<'prg'>;
  /** One of them, or none: each order by the version that judged it. */
  readonly draftId?: TermsDraftId | undefined;
  readonly termsId?: TermsId | undefined;
  readonly terms?: object | undefined;
  readonly from: Instant;
  readonly until: Instant;
  readonly budget?: MoneyJson | undefined;
}

/** Files a back-test; a job goes through history. */
export class AskBacktest {
  constructor(
    private readonly backtests: Backtests,
    private readonly drafts: Pick<TermsDraftReader, 'find'>,
    private readonly reader: Pick<CommissionReader, 'termsVersion' | 'termsVersions'>,
    private readonly partners: PartnersPort,
    private readonly ids: Ids,
    private readonly clock: Clock,
  ) {}

  /**
   * Throws `commission.period_empty`, `commission.subject_unclear`, `commission.terms_invalid`, `commission.budget_currency`,
   * `commission.draft_not_found`, `commission.terms_not_found`, `commission.unknown_program`.
   */
  async run(request: BacktestRequest, askedBy: string): Promise<Backtest> {
    const { programId, from, until, budget } = request;
    if (from >= until) throw emptyPeriod(from);
    await knownProgram(this.partners, programId);
    const subject = await this.subjectOf(request);
    if (budget !== undefined) mustBeIn(await this.currencyOf(subject, programId), budget);
    const backtest: Backtest = {
      ...{ backtestId: this.ids.next('bkt'), programId, subject, from, until, budget, askedBy },
      askedAt: this.clock.now(),
      state: 'running',
      judged: 0,
    };
    await this.backtests.add(backtest);
    return backtest;
  }

  /** In which its sums will be; undefined: there are no terms yet, and the job will say so. */
  private async currencyOf(subject: BacktestSubject, programId: Id<'prg'>): Promise<string | undefined> {
    if (subject.kind !== 'live') return subject.terms.currency;
    const [first] = await this.reader.termsVersions(programId);
    return first?.terms.currency;
  }

  private async subjectOf({ programId, draftId, termsId, terms }: BacktestRequest): Promise<BacktestSubject> {
    if ([draftId, termsId, terms].filter((each) => each !== undefined).length > 1)
      throw new AppError('invalid', 'commission.subject_unclear', 'give a draftId, a termsId or terms, not several');
    if (terms !== undefined) return { kind: 'words', terms: readable(terms) };
    if (draftId !== undefined) {
      const draft = await this.drafts.find(draftId);
      if (draft?.programId !== programId) throw draftNotFound(draftId);
      return { kind: 'draft', draftId, terms: readable(draft.terms) };
    }
    if (termsId === undefined) return { kind: 'live' };
    const version = await this.reader.termsVersion(termsId);
    if (version?.programId !== programId)
      throw new AppError('not_found', 'commission.terms_not_found', `there are no terms ${termsId}`);
    return { kind: 'version', termsId, terms: version.terms };
  }
}

const readable = (words: object): Terms => {
  const { terms, errors, warnings } = checkTerms(words);
  mustBeReadable({ errors, warnings });
  if (terms === undefined) throw new Error('terms without errors can be read');
  return terms;
};

const mustBeIn = (currency: string | undefined, budget: MoneyJson): void => {
  if (currency === undefined || budget.currency === currency) return;
  const fault = {
    pointer: '/budget/currency',
    code: 'commission.budget_currency',
    detail: `must be ${currency}, as the terms`,
  };
  throw new AppError('invalid', 'commission.budget_currency', `budget/currency ${fault.detail}`, { faults: [fault] });
};

const emptyPeriod = (from: Instant): AppError => {
  const fault = { pointer: '/until', code: 'commission.period_empty', detail: `must lie after ${from}` };
  return new AppError('invalid', 'commission.period_empty', `until ${fault.detail}`, { faults: [fault] });
};
