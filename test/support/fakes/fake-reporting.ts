import {
  type CommissionFacts,
  statusOf,
  unknownCommission,
} from '../../../src/modules/reporting/domain/commission-status.ts';
import type {
  AssessmentNews,
  CommissionId,
  ConversionNews,
  MilestoneNews,
  Owner,
  PayoutNews,
  StatementNews,
} from '../../../src/modules/reporting/domain/news.ts';
import type { AdjustmentSum } from '../../../src/modules/reporting/domain/balance.ts';
import { type PayoutFacts, payoutState, unknownPayout } from '../../../src/modules/reporting/domain/payout-status.ts';
import { later } from '../../../src/modules/reporting/domain/rank.ts';
import type { BudgetState } from '../../../src/modules/reporting/domain/budget.ts';
import { type Count, summed } from '../../../src/modules/reporting/domain/rollup.ts';
import {
  type CommissionSum,
  type DailyFigure,
  type PayoutSum,
  ReportReader,
  type Scope,
  type Tally,
} from '../../../src/modules/reporting/ports/report-reader.ts';
import { BudgetStates } from '../../../src/modules/reporting/ports/budget-states.ts';
import {
  type CommissionKey,
  Reports,
  type ReportStores,
  type ReportTransaction,
} from '../../../src/modules/reporting/ports/reports.ts';
import { grouped } from '../../../src/shared/grouped.ts';
import type { Id } from '../../../src/shared/ids.ts';
import { type FakeParts, FakeTransaction, Table } from './fake-transaction.ts';

class Tables {
  readonly daily = new Table<Count>();
  readonly commissions = new Table<CommissionFacts>();
  readonly payouts = new Table<PayoutFacts>();
  readonly conversions = new Table<ConversionNews>();
  readonly assessments = new Table<AssessmentNews>();
  readonly statements = new Table<StatementNews>();
  readonly milestones = new Table<MilestoneNews>();
  readonly budgets = new Table<BudgetState & { readonly programId: Id<'prg'> }>();
}

const keyOf = ({ programId, partnerId, day, measure, currency }: Count): string =>
  [programId, partnerId, day, measure, currency].join('/');

class FakeReports extends Reports {
  constructor(private readonly tables: Tables) {
    super();
  }

  count(counts: readonly Count[]): Promise<void> {
    const { daily } = this.tables;
    for (const count of counts) {
      const known = daily.get(keyOf(count));
      for (const sum of summed(known === undefined ? [count] : [known, count])) daily.set(keyOf(count), sum);
    }
    return Promise.resolve();
  }

  commissions(keys: readonly CommissionKey[]): Promise<readonly CommissionFacts[]> {
    return Promise.resolve(
      keys.map((key) => this.tables.commissions.get(key.commissionId) ?? unknownCommission(key.commissionId, key)),
    );
  }

  saveCommissions(facts: readonly CommissionFacts[]): Promise<void> {
    for (const each of facts) this.tables.commissions.set(each.commissionId, each);
    return Promise.resolve();
  }

  payouts(news: readonly PayoutNews[]): Promise<readonly PayoutFacts[]> {
    const distinct = new Map(news.map((each) => [each.payoutId, each]));
    return Promise.resolve(
      [...distinct.values()].map((each) => this.tables.payouts.get(each.payoutId) ?? unknownPayout(each)),
    );
  }

  savePayouts(facts: readonly PayoutFacts[]): Promise<void> {
    for (const each of facts) this.tables.payouts.set(each.payoutId, each);
    return Promise.resolve();
  }

  saveConversions(conversions: readonly ConversionNews[]): Promise<void> {
    const { conversions: table } = this.tables;
    for (const each of conversions) table.set(each.conversionId, later(table.get(each.conversionId), each));
    return Promise.resolve();
  }

  saveAssessments(assessments: readonly AssessmentNews[]): Promise<void> {
    const { assessments: table } = this.tables;
    for (const each of assessments) {
      const key = `${each.orderId}/${each.partnerId}`;
      table.set(key, later(table.get(key), each));
    }
    return Promise.resolve();
  }

  saveMilestones(milestones: readonly MilestoneNews[]): Promise<void> {
    const { milestones: table } = this.tables;
    for (const each of milestones) {
      const key = `${each.orderId}/${each.milestone}`;
      table.set(key, later(table.get(key), each));
    }
    return Promise.resolve();
  }

  saveStatements(statements: readonly StatementNews[]): Promise<void> {
    for (const each of statements) this.tables.statements.set(each.statementId, each);
    return Promise.resolve();
  }
}

class FakeBudgetStates extends BudgetStates {
  constructor(private readonly tables: Tables) {
    super();
  }

  ofProgram(programId: Id<'prg'>): Promise<readonly BudgetState[]> {
    const states = this.tables.budgets.values().filter((each) => each.programId === programId);
    return Promise.resolve(states.map(({ programId: _, ...state }) => state));
  }

  save(programId: Id<'prg'>, states: readonly BudgetState[]): Promise<void> {
    for (const state of states) this.tables.budgets.set(`${programId}/${state.group}`, { ...state, programId });
    return Promise.resolve();
  }

  looked(): Promise<void> {
    return Promise.resolve();
  }
}

const isIn =
  ({ programId, partnerId }: Scope) =>
  (owner: { readonly programId: Id<'prg'>; readonly partnerId?: Id<'par'> | undefined }): boolean =>
    owner.programId === programId && (partnerId === undefined || owner.partnerId === partnerId);

const total = (minors: readonly bigint[]): bigint => minors.reduce((sum, minor) => sum + minor, 0n);

class FakeReportReader extends ReportReader {
  constructor(private readonly tables: Tables) {
    super();
  }

  daily(scope: Scope, from: string, to: string): Promise<readonly DailyFigure[]> {
    const counts = this.tables.daily
      .values()
      .filter(isIn(scope))
      .filter(({ day }) => day >= from && day <= to);
    const figures = summed(counts.map((count) => ({ ...count, partnerId: undefined })))
      .filter(({ count, minor }) => count !== 0 || minor !== 0n)
      .map(({ day, measure, currency, count, minor }) => ({ day, measure, currency, count, minor }));
    const name = ({ day, measure, currency }: DailyFigure): string => [day, measure, currency].join('/');
    return Promise.resolve(figures.toSorted((a, b) => (name(a) < name(b) ? -1 : 1)));
  }

  commissionSums(scope: Scope): Promise<readonly CommissionSum[]> {
    const statuses = this.tables.commissions.values().filter(isIn(scope)).map(statusOf);
    const groups = grouped(statuses, ({ state, currency }) => `${state}/${currency ?? '~'}`);
    const sums = [...groups.values()].map((group): CommissionSum => {
      const [first] = group;
      return {
        state: first!.state,
        currency: first!.currency,
        count: group.length,
        amountMinor: total(group.map(({ amountMinor }) => amountMinor)),
        vestedMinor: total(group.map(({ vestedMinor }) => vestedMinor)),
        clawedBackMinor: total(group.map(({ clawedBackMinor }) => clawedBackMinor)),
      };
    });
    return Promise.resolve(sums.toSorted((a, b) => (a.state < b.state ? -1 : 1)));
  }

  adjustmentSums(scope: Scope): Promise<readonly AdjustmentSum[]> {
    const mine = this.tables.daily.values().filter((count) => isIn(scope)(count) && count.measure === 'adjusted');
    const sums = [...grouped(mine, ({ currency }) => currency ?? '')].map(([currency, counts]) => ({
      currency,
      count: counts.reduce((sum, { count }) => sum + count, 0),
      minor: total(counts.map(({ minor }) => minor)),
    }));
    return Promise.resolve(sums.toSorted((a, b) => (a.currency < b.currency ? -1 : 1)));
  }

  payoutSums(scope: Scope): Promise<readonly PayoutSum[]> {
    const payouts = this.tables.payouts.values().filter(isIn(scope));
    const groups = grouped(payouts, (payout) => `${payoutState(payout)}/${payout.amount.currency}`);
    const sums = [...groups.values()].map((group): PayoutSum => {
      const [first] = group;
      return {
        state: payoutState(first!),
        currency: first!.amount.currency,
        count: group.length,
        minor: total(group.map(({ amount }) => BigInt(amount.minor))),
      };
    });
    return Promise.resolve(sums.toSorted((a, b) => (a.state < b.state ? -1 : 1)));
  }

  tally(scope: Scope): Promise<Tally> {
    const { daily, conversions, statements } = this.tables;
    const mine = conversions.values().filter(isIn(scope));
    const clicks = daily.values().filter((count) => isIn(scope)(count) && count.measure === 'clicks');
    return Promise.resolve({
      clicks: clicks.reduce((sum, { count }) => sum + count, 0),
      attributed: mine.filter(({ partnerId }) => partnerId !== undefined).length,
      unattributed: mine.filter(({ partnerId }) => partnerId === undefined).length,
      statements: statements.values().filter(isIn(scope)).length,
    });
  }

  commission(commissionId: CommissionId): Promise<CommissionFacts | undefined> {
    return Promise.resolve(this.tables.commissions.get(commissionId));
  }

  assessment(
    orderId: Id<'ord'>,
    partnerId: Id<'par'>,
  ): Promise<Pick<AssessmentNews, 'verdict' | 'reasons'> | undefined> {
    const found = this.tables.assessments.get(`${orderId}/${partnerId}`);
    return Promise.resolve(found && { verdict: found.verdict, reasons: found.reasons });
  }

  payouts(owner: Owner): Promise<readonly PayoutFacts[]> {
    return Promise.resolve(
      this.tables.payouts
        .values()
        .filter(isIn(owner))
        .toSorted((a, b) => (a.payoutId < b.payoutId ? -1 : 1)),
    );
  }
}

export class FakeReportTransaction extends FakeTransaction<ReportStores> implements ReportTransaction {
  readonly reader: ReportReader;

  constructor(parts: Partial<FakeParts<ReportStores>> = {}) {
    const tables = new Tables();
    super({
      schema: 'reporting',
      tables: Object.values(tables) as Table<unknown>[],
      stores: (outbox) => ({ reports: new FakeReports(tables), budgets: new FakeBudgetStates(tables), outbox }),
      ...parts,
    });
    this.reader = new FakeReportReader(tables);
  }
}
