import type { Id } from '../../../../shared/ids.ts';
import { assessed, type Credit, type Verdict } from './credit.ts';

/** What a message says about an order's credit; a message about the order itself says only that it changed. */
export type CreditNews =
  | { readonly orderId: Id<'ord'>; readonly credit: Omit<Credit, 'verdicts'> }
  | {
      readonly orderId: Id<'ord'>;
      readonly verdict: Verdict;
      readonly programId: Id<'prg'>;
      readonly conversionId: Id<'cnv'>;
    }
  | { readonly orderId: Id<'ord'> };

/** The credit with the news; undefined while nobody has said anything of the order's credit. */
export const withNews = (stored: Credit | undefined, news: readonly CreditNews[]): Credit | undefined =>
  news.reduce<Credit | undefined>((credit, item) => {
    if ('credit' in item)
      return isOlder(item.credit.decision, credit?.decision) ? credit : decided(item.credit, credit);
    return 'verdict' in item ? assessed(credit ?? undecided(item), item.verdict) : credit;
  }, stored);

/** What was said before what is known already changes nothing. */
const isOlder = (number: number, known: number | undefined): boolean => known !== undefined && number <= known;

/** Whoever has a part of it still has the groups it had when it got it. */
const decided = (news: Omit<Credit, 'verdicts'>, before: Credit | undefined): Credit => ({
  ...news,
  credits: news.credits.map((part) => {
    const groups = before?.credits.find(({ partnerId }) => partnerId === part.partnerId)?.groups ?? part.groups;
    return groups === undefined ? part : { ...part, groups };
  }),
  verdicts: before?.verdicts ?? [],
});

/** Fraud's word on a decision may overtake the decision. */
const undecided = ({
  orderId,
  programId,
  conversionId,
  verdict,
}: Extract<CreditNews, { verdict: Verdict }>): Credit => ({
  orderId,
  programId,
  conversionId,
  credits: [],
  decidedAt: verdict.assessedAt,
  decision: 0,
  verdicts: [],
});
