import { expect } from 'chai';
import fc from 'fast-check';
import type { Payout } from '../../../../../src/modules/settlement/domain/payouts/payout.ts';
import type { Sent } from '../../../../../src/modules/settlement/domain/reconciliation/board.ts';
import { keptLine } from '../../../../../src/modules/settlement/domain/reconciliation/kept-line.ts';
import { match, type MatchAnswer } from '../../../../../src/modules/settlement/domain/reconciliation/matcher.ts';
import type { BankLine, Line } from '../../../../../src/modules/settlement/domain/reconciliation/reconciliation.ts';
import { BOUNDS, subsetSums } from '../../../../../src/modules/settlement/domain/reconciliation/subset-sum.ts';
import { suggestionsFor } from '../../../../../src/modules/settlement/domain/reconciliation/suggestions.ts';
import { Money } from '../../../../../src/shared/money.ts';
import { idOf } from '../../../../support/clock.ts';
import { noonOf, programId } from '../../../../support/settlement-story.ts';

const brl = (minor: bigint): Money => Money.of(minor, 'BRL');
const ALL_RULES = ['reference', 'batch', 'account', 'sum'] as const;
const STATEMENT = { id: 'S', account: 'A', opening: brl(0n), closing: brl(0n), lines: [] };

const payoutOf = (n: number, minor: bigint, words: Partial<Payout> = {}): Payout => ({
  id: idOf('pay', n),
  batchId: idOf('bat', 1),
  programId,
  partnerId: idOf('par', n),
  period: '2018-01',
  rail: 'bank',
  amount: brl(minor),
  state: 'submitted',
  bounces: 0,
  clearedByBatch: true,
  createdAt: noonOf('02-01'),
  submittedAt: noonOf('02-02'),
  ...words,
});

const lineOf = (ref: string, minor: bigint, words: Partial<BankLine> = {}): Line =>
  keptLine(STATEMENT, {
    ...{ ref, amount: brl(minor), direction: 'debit', status: 'booked', bookedAt: noonOf('02-03') },
    ...words,
  });

const sentTo = (counterparty: string | undefined, ...payouts: readonly Payout[]): readonly Sent[] =>
  payouts.map((payout) => ({ payout, counterparty }));

const ask = (lines: readonly Line[], payouts: readonly Sent[]): MatchAnswer =>
  match({ lines, payouts, tolerances: new Map(), rules: ALL_RULES });

/** A world small enough that amounts and accounts meet by chance all the time. */
const worlds = fc.record({
  payouts: fc.array(fc.record({ minor: fc.integer({ min: 1, max: 6 }), account: fc.constantFrom('a', 'b') }), {
    maxLength: 8,
  }),
  lines: fc.array(
    fc.record({
      minor: fc.integer({ min: 1, max: 12 }),
      names: fc.option(fc.integer({ min: 0, max: 9 }), { nil: undefined }),
      account: fc.constantFrom('a', 'b', undefined),
      direction: fc.constantFrom('debit' as const, 'credit' as const),
    }),
    { maxLength: 8 },
  ),
});

type World = typeof worlds extends fc.Arbitrary<infer Value> ? Value : never;

const questionOf = ({ payouts, lines }: World): readonly [readonly Line[], readonly Sent[]] => [
  lines.map(({ minor, names, account, direction }, n) =>
    lineOf(`R${n}`, BigInt(minor), {
      direction,
      counterparty: account,
      ...(names !== undefined && { endToEndId: idOf('pay', names) }),
    }),
  ),
  payouts.flatMap(({ minor, account }, n) => sentTo(account, payoutOf(n, BigInt(minor)))),
];

const shown = ({ matches, unmatched }: MatchAnswer): unknown => [
  matches.map(({ action, rule, lines, payoutIds }) => [action, rule, lines.map(({ id }) => id), payoutIds]),
  unmatched.map(({ line, kind }) => [line.id, kind]),
];

describe('the matcher', () => {
  it('matches no line twice, forgets none, and every sum is exact', () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const [lines, sent] = questionOf(world);

        const { matches, unmatched } = ask(lines, sent);

        const seen = [...matches.flatMap((found) => found.lines), ...unmatched.map(({ line }) => line)];
        expect(seen.map(({ id }) => id)).to.have.members(lines.map(({ id }) => id));
        const settled = matches.filter(({ action }) => action === 'settle').flatMap(({ payoutIds }) => payoutIds);
        expect(new Set(settled).size).to.equal(settled.length);
        for (const { difference } of matches) expect(difference.isZero).to.equal(true);
      }),
      { numRuns: 300 },
    );
  });

  it('comes to the same in whatever order lines and payouts come', () => {
    fc.assert(
      fc.property(worlds, fc.integer(), (world, seed) => {
        const [lines, sent] = questionOf(world);
        const shuffled = <Item>(items: readonly Item[]): readonly Item[] =>
          items
            .map((item, n) => ({ item, rank: (n * 7_919 + seed) % 101 }))
            .toSorted((a, b) => a.rank - b.rank)
            .map(({ item }) => item);

        const [ours, theirs] = [ask(lines, sent), ask(shuffled(lines), shuffled(sent))];

        const sorted = (answer: MatchAnswer) =>
          JSON.stringify(
            (shown(answer) as unknown[][]).map((part) => part.map((each) => JSON.stringify(each)).toSorted()),
          );
        expect(sorted(theirs)).to.equal(sorted(ours));
      }),
      { numRuns: 300 },
    );
  });

  it('knows a payout by amount, account and day, if only one line and one payout have them', () => {
    const payouts = sentTo('a', payoutOf(1, 500n), payoutOf(2, 700n));
    const rules = (lines: readonly Line[], sent = payouts) => ask(lines, sent).matches.map(({ rule }) => rule);
    const line = lineOf('R1', 500n, { counterparty: 'a' });

    expect(rules([line])).to.deep.equal(['account']);
    expect(rules([line, lineOf('R2', 500n, { counterparty: 'a' })])).to.be.empty;
    expect(rules([line], [...payouts, ...sentTo('a', payoutOf(3, 500n))])).to.be.empty;
    expect(rules([lineOf('R1', 500n)])).to.be.empty;
    expect(rules([lineOf('R1', 500n, { counterparty: 'b' })])).to.be.empty;
    expect(rules([lineOf('R1', 500n, { counterparty: 'a', valueOn: '2018-02-05' })])).to.deep.equal(['account']);
    expect(rules([lineOf('R1', 500n, { counterparty: 'a', valueOn: '2018-02-06' })])).to.be.empty;
  });

  it('adds up payouts to one line, or lines to one payout, where there is but one way', () => {
    const payouts = sentTo('a', payoutOf(1, 500n), payoutOf(2, 700n), payoutOf(3, 40n));

    const many = ask([lineOf('R1', 1_200n, { counterparty: 'a' })], payouts).matches;
    const parts = [lineOf('R1', 300n, { counterparty: 'a' }), lineOf('R2', 200n, { counterparty: 'a' })];
    const ambiguous = [...payouts, ...sentTo('a', payoutOf(4, 500n))];

    expect(many.map(({ rule, payoutIds }) => [rule, payoutIds.length])).to.deep.equal([['sum', 2]]);
    expect(ask(parts, payouts).matches.map(({ lines, payoutIds }) => [lines.length, payoutIds])).to.deep.equal([
      [2, [idOf('pay', 1)]],
    ]);
    expect(ask([lineOf('R1', 1_200n, { counterparty: 'a' })], ambiguous).matches).to.be.empty;
  });

  it('only suggests what it is not sure of, the likeliest first, and says why', () => {
    const line = lineOf('R1', 500n);
    const sent = sentTo(undefined, payoutOf(1, 500n), payoutOf(2, 300n), payoutOf(3, 200n));

    const suggestions = suggestionsFor(line, sent, [lineOf('R2', 500n, { direction: 'credit' })]);

    expect(suggestions.map(({ payoutIds, confidence, why }) => [payoutIds.length, confidence, why])).to.deep.equal([
      [1, 50, 'the amount and the day'],
      [2, 45, '2 payouts make the amount'],
      [0, 30, 'the two take each other back'],
    ]);
  });
});

describe('sums of some of many amounts', () => {
  it('are found exactly as by trying everything', () => {
    fc.assert(
      fc.property(fc.array(fc.bigInt(1n, 20n), { maxLength: 9 }), fc.bigInt(1n, 60n), (amounts, target) => {
        const all = Array.from({ length: 2 ** amounts.length }, (_, mask) =>
          amounts.filter((_, bit) => mask & (1 << bit)),
        );
        const right = all.filter((some) => some.length > 1 && some.length <= BOUNDS.size);
        const ways = right.filter((some) => some.reduce((sum, minor) => sum + minor, 0n) === target).length;

        const { found, complete } = subsetSums(target, amounts);

        expect(found.length).to.equal(Math.min(ways, 2));
        expect(complete).to.equal(true);
        for (const chosen of found) {
          expect(chosen.reduce((sum, index) => sum + (amounts[index] ?? 0n), 0n)).to.equal(target);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('are given up after so many steps, whatever somebody sends, and then nothing is known', () => {
    const hostile = Array.from({ length: BOUNDS.candidates }, (_, n) => 1_000_000n + BigInt(n * 2));

    const { found, steps, complete } = subsetSums(8_000_001n, hostile);

    expect(found).to.be.empty;
    expect(complete).to.equal(false);
    expect(steps).to.be.at.most(BOUNDS.steps + 1);
    expect(
      subsetSums(
        10n,
        Array.from({ length: BOUNDS.candidates + 1 }, () => 1n),
      ).complete,
    ).to.equal(false);
  });
});
