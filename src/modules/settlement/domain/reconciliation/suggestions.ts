import type { PayoutId } from '../../index.ts';
import { leavingOf } from '../payouts/leaving.ts';
import type { Payout } from '../payouts/payout.ts';
import { isOnItsWay, type Sent } from './board.ts';
import { Expectations } from './expectations.ts';
import { type Expected, type ExpectedId, kindOfExpected } from './expected.ts';
import { isNear } from './near.ts';
import type { Line, LineId } from './reconciliation.ts';
import { batchNamed, payoutsNamed } from './references.ts';
import { subsetSums } from './subset-sum.ts';

/** What a line may be about, how likely, and why. Never more than that: a person decides. */
export interface Suggestion {
  readonly lineIds: readonly LineId[];
  readonly payoutIds: readonly PayoutId[];
  /** A trade or a remittance that the line may confirm. */
  readonly expectedId?: ExpectedId;
  /** In hundredths; what is certain needs no suggestion. */
  readonly confidence: number;
  readonly why: string;
}

const MAX_SUGGESTIONS = 10;
/** What a sum is looked for among: enough for people, and never long. */
const NEAREST = 24;

/** The likeliest first. `others` are lines that stand in suspense beside it. */
export const suggestionsFor = (
  line: Line,
  sent: readonly Sent[],
  others: readonly Line[],
  expected: readonly Expected[] = [],
): readonly Suggestion[] => {
  const ofPayouts = [...single(line, sent), ...sums(line, sent), ...parts(line, sent, others)];
  const all = [...confirmations(line, expected), ...ofPayouts, ...offsets(line, others)];
  const seen = new Set<string>();
  return all
    .toSorted((a, b) => b.confidence - a.confidence || compare(keyOf(a), keyOf(b)))
    .filter((each) => !seen.has(keyOf(each)) && seen.add(keyOf(each)))
    .slice(0, MAX_SUGGESTIONS);
};

const keyOf = ({ lineIds, payoutIds, expectedId }: Suggestion): string =>
  [...lineIds, ...payoutIds, expectedId ?? ''].toSorted().join(' ');
const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

const mayFollow = ({ direction }: Line, { state }: Payout): boolean => direction === 'credit' && state === 'settled';
const fitting = (line: Line, sent: readonly Sent[]): readonly Sent[] =>
  sent.filter(({ payout }) => (line.direction === 'debit' ? isOnItsWay(payout) : mayFollow(line, payout)));

const single = (line: Line, sent: readonly Sent[]): readonly Suggestion[] => {
  const named = new Set<string>(payoutsNamed(line));
  return fitting(line, sent).flatMap(({ payout, counterparty }) => {
    const about = { lineIds: [line.id], payoutIds: [payout.id] };
    const isEqual = leavingOf(payout).equals(line.amount);
    if (named.has(payout.id))
      return [{ ...about, confidence: 75, why: `it names the payout, of ${leavingOf(payout).toString()}` }];
    if (!isEqual) return [];
    const sameAccount = counterparty !== undefined && counterparty === line.counterparty;
    const near = isNear(line, payout.submittedAt);
    if (sameAccount && near)
      return [{ ...about, confidence: 70, why: 'amount, account and day, but others have them too' }];
    if (sameAccount) return [{ ...about, confidence: 55, why: 'the amount and the account; the day is another' }];
    return [{ ...about, confidence: near ? 50 : 25, why: near ? 'the amount and the day' : 'the amount alone' }];
  });
};

const confirmations = (line: Line, expected: readonly Expected[]): readonly Suggestion[] => {
  const { direction, amount } = line;
  const named = new Set(new Expectations(expected).named(line).map(({ id }) => id));
  const open = expected.filter((each) => !each.isConfirmed && each.direction === direction);
  return open.flatMap((each) => {
    const about = { lineIds: [line.id], payoutIds: [], expectedId: each.id };
    if (each.amount.currency !== amount.currency) return [];
    const what = kindOfExpected(each.id);
    if (named.has(each.id))
      return [{ ...about, confidence: 75, why: `it names the ${what}, of ${each.amount.toString()}` }];
    if (!each.amount.equals(amount)) return [];
    return isNear(line, each.happenedAt)
      ? [{ ...about, confidence: 60, why: `the amount and the day of a ${what}` }]
      : [{ ...about, confidence: 35, why: `the amount of a ${what}; the day is another` }];
  });
};

const nearest = (line: Line, sent: readonly Sent[]): readonly Payout[] => {
  const batchId = batchNamed(line);
  const own = sent.filter(
    ({ payout, counterparty }) =>
      (batchId !== undefined && payout.batchId === batchId) ||
      (counterparty !== undefined && counterparty === line.counterparty) ||
      (line.counterparty === undefined && isNear(line, payout.submittedAt)),
  );
  return own
    .map(({ payout }) => payout)
    .filter((payout) => leavingOf(payout).currency === line.amount.currency)
    .slice(0, NEAREST);
};

const sums = (line: Line, sent: readonly Sent[]): readonly Suggestion[] => {
  const payouts = nearest(line, fitting(line, sent));
  const { found } = subsetSums(
    line.amount.minor,
    payouts.map((payout) => leavingOf(payout).minor),
  );
  return found.map((chosen) => ({
    lineIds: [line.id],
    payoutIds: chosen.flatMap((index) => payouts[index]?.id ?? []),
    confidence: found.length === 1 ? 45 : 20,
    why: `${chosen.length} payouts make the amount${found.length === 1 ? '' : ', and so do others'}`,
  }));
};

/** Lines that make one payout together. */
const parts = (line: Line, sent: readonly Sent[], others: readonly Line[]): readonly Suggestion[] => {
  const beside = others
    .filter(({ direction, counterparty }) => direction === line.direction && counterparty === line.counterparty)
    .slice(0, NEAREST);
  return fitting(line, sent)
    .slice(0, NEAREST)
    .flatMap(({ payout }) => {
      const whole = leavingOf(payout);
      const left = whole.minor - line.amount.minor;
      if (left <= 0n || whole.currency !== line.amount.currency) return [];
      const pair = beside.find(({ amount }) => amount.minor === left);
      const ids = pair === undefined ? [] : [pair.id];
      return ids.map((id) => ({
        lineIds: [line.id, id].toSorted(),
        payoutIds: [payout.id],
        confidence: 40,
        why: 'two lines make the payout',
      }));
    });
};

const offsets = (line: Line, others: readonly Line[]): readonly Suggestion[] =>
  others
    .filter(({ direction, amount }) => direction !== line.direction && amount.equals(line.amount))
    .map((other) => ({
      lineIds: [line.id, other.id].toSorted(),
      payoutIds: [],
      confidence: other.endToEndId !== undefined && other.endToEndId === line.endToEndId ? 65 : 30,
      why: 'the two take each other back',
    }));
