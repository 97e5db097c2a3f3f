import {
  type CommissionFacts,
  unknownCommission,
  withAddition,
  withOwnPart,
  withPayout,
  withRecovery,
  withStatement,
  withStep,
} from '../domain/commission-status.ts';
import type {
  AssessmentNews,
  CommissionId,
  ConversionNews,
  MilestoneNews,
  News,
  Owner,
  PayoutNews,
  StatementNews,
} from '../domain/news.ts';
import { withPayoutStep } from '../domain/payout-status.ts';
import { latestOfEach } from '../domain/rank.ts';
import { countsOf, summed } from '../domain/rollup.ts';
import type { CommissionKey, Reports, ReportStores } from '../ports/reports.ts';

/** One thing to add to what is known of a commission. */
interface Addition extends CommissionKey {
  readonly add: (facts: CommissionFacts) => CommissionFacts;
}

/** Adds what was heard to what is known. */
export class RecordNews {
  async run({ reports }: ReportStores, news: readonly News[]): Promise<void> {
    await this.addToCommissions(reports, news.flatMap(additions));
    await this.addToPayouts(reports, news.filter(isPayout));
    await reports.saveConversions(latestOfEach(news.filter(isConversion), ({ conversionId }) => conversionId));
    await reports.saveAssessments(
      latestOfEach(news.filter(isAssessment), ({ orderId, partnerId }) => `${orderId} ${partnerId}`),
    );
    await reports.saveMilestones(
      latestOfEach(news.filter(isMilestone), ({ orderId, milestone }) => `${orderId} ${milestone}`),
    );
    await reports.saveStatements(latestOfEach(news.filter(isStatement), ({ statementId }) => statementId));
    // Last: everybody adds to the same few days, and waits for whoever has them until his transaction ends.
    await reports.count(summed(news.flatMap(countsOf)));
  }

  private async addToCommissions(reports: Reports, added: readonly Addition[]): Promise<void> {
    if (added.length === 0) return;
    const keys = new Map(
      added.map(({ commissionId, programId, partnerId }) => [commissionId, { commissionId, programId, partnerId }]),
    );
    const known = new Map((await reports.commissions([...keys.values()])).map((facts) => [facts.commissionId, facts]));
    for (const { commissionId, add, ...owner } of added)
      known.set(commissionId, add(known.get(commissionId) ?? unknownCommission(commissionId, owner)));
    await reports.saveCommissions([...known.values()]);
  }

  private async addToPayouts(reports: Reports, news: readonly PayoutNews[]): Promise<void> {
    if (news.length === 0) return;
    const known = new Map((await reports.payouts(news)).map((facts) => [facts.payoutId, facts]));
    for (const each of news) {
      const facts = known.get(each.payoutId);
      if (facts !== undefined) known.set(each.payoutId, withPayoutStep(facts, each));
    }
    await reports.savePayouts([...known.values()]);
  }
}

const additions = (news: News): readonly Addition[] => {
  switch (news.about) {
    case 'step':
      return [addition(news.commissionId, news, (facts) => withStep(facts, news))];
    case 'clawback':
    case 'payment':
      return [addition(news.commissionId, news, (facts) => withOwnPart(facts, news))];
    case 'adjustment':
      return news.commissionId === undefined
        ? []
        : [addition(news.commissionId, news, (facts) => withAddition(facts, news))];
    case 'statement':
    case 'more_of_statement':
      return news.commissionIds.map((id) => addition(id, news, (facts) => withStatement(facts, news)));
    case 'payout':
      return [
        ...news.allocations.map(({ commissionId, amount }) =>
          addition(commissionId, news, (facts) => withPayout(facts, news, amount.minor)),
        ),
        ...news.recovered.map(({ commissionId, amount }) =>
          addition(commissionId, news, (facts) => withRecovery(facts, news, amount.minor)),
        ),
      ];
    default:
      return [];
  }
};

const addition = (commissionId: CommissionId, { programId, partnerId }: Owner, add: Addition['add']): Addition => ({
  commissionId,
  programId,
  partnerId,
  add,
});

const isConversion = (news: News): news is ConversionNews => news.about === 'conversion';
const isMilestone = (news: News): news is MilestoneNews => news.about === 'milestone';
const isAssessment = (news: News): news is AssessmentNews => news.about === 'assessment';
const isStatement = (news: News): news is StatementNews => news.about === 'statement';
const isPayout = (news: News): news is PayoutNews => news.about === 'payout';
