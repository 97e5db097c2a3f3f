import { expect } from 'chai';
import fc from 'fast-check';
import type { MoneyFact } from '../../../../../src/modules/settlement/domain/books/booking.ts';
import { FLOWS } from '../../../../../src/modules/settlement/domain/books/purpose.ts';
import { type Trade, tradeFact } from '../../../../../src/modules/settlement/domain/fx/trade.ts';
import type { Payout } from '../../../../../src/modules/settlement/domain/payouts/payout.ts';
import { foundConfirmation } from '../../../../../src/modules/settlement/domain/reconciliation/board.ts';
import {
  type Expected,
  sideOf,
  sidesOf,
} from '../../../../../src/modules/settlement/domain/reconciliation/expected.ts';
import { keptLine } from '../../../../../src/modules/settlement/domain/reconciliation/kept-line.ts';
import { matchOf } from '../../../../../src/modules/settlement/domain/reconciliation/match.ts';
import { match, type MatchAnswer } from '../../../../../src/modules/settlement/domain/reconciliation/matcher.ts';
import {
  confirmationFacts,
  parkFact,
  undoFacts,
} from '../../../../../src/modules/settlement/domain/reconciliation/movements.ts';
import type { BankLine, Line } from '../../../../../src/modules/settlement/domain/reconciliation/reconciliation.ts';
import { suggestionsFor } from '../../../../../src/modules/settlement/domain/reconciliation/suggestions.ts';
import type { Remittance } from '../../../../../src/modules/settlement/domain/tax/remittance.ts';
import { Money } from '../../../../../src/shared/money.ts';
import { idOf } from '../../../../support/clock.ts';
import { noonOf, programId } from '../../../../support/settlement-story.ts';

const brl = (minor: bigint): Money => Money.of(minor, 'BRL');
const eur = (minor: bigint): Money => Money.of(minor, 'EUR');
const ALL_RULES = ['reference', 'batch', 'account', 'sum', 'amount'] as const;
const STATEMENT = { id: 'S', account: 'A', opening: brl(0n), closing: brl(0n), lines: [] };

const aTrade = (n: number, words: Partial<Trade> = {}): Trade => ({
  ...{ id: idOf('fxt', n), programId, reference: `FX-471${n}`, sold: brl(98_000n), bought: eur(20_000n) },
  ...{ tradedAt: noonOf('02-02'), state: 'booked', madeBy: 'ana', madeAt: noonOf('02-02') },
  ...words,
});

const aRemittance = (n: number, words: Partial<Remittance> = {}): Remittance => ({
  ...{ id: idOf('rmt', n), programId, jurisdiction: 'US', amount: brl(24_000n), reference: '945 2018' },
  ...{ state: 'approved', askedBy: 'ana', askedAt: noonOf('02-01'), decidedBy: 'bob', decidedAt: noonOf('02-02') },
  ...words,
});

const lineOf = (ref: string, words: Partial<BankLine> = {}): Line =>
  keptLine(STATEMENT, {
    ...{ ref, amount: brl(98_000n), direction: 'debit', status: 'booked', bookedAt: noonOf('02-03') },
    ...words,
  });

const aPayout = (n: number, minor: bigint): Payout => ({
  ...{ id: idOf('pay', n), batchId: idOf('bat', 1), programId, partnerId: idOf('par', n), period: '2018-01' },
  ...{ rail: 'bank', amount: brl(minor), state: 'submitted', bounces: 0, clearedByBatch: true },
  ...{ createdAt: noonOf('02-01'), submittedAt: noonOf('02-02') },
});

const ask = (
  lines: readonly Line[],
  expected: readonly Expected[],
  payouts: readonly Payout[] = [],
  tolerance = 0n,
): MatchAnswer =>
  match({
    ...{ lines, expected, rules: ALL_RULES, tolerances: new Map([['BRL', tolerance]]) },
    payouts: payouts.map((payout) => ({ payout })),
  });

/** By which rule each line is known, and what it confirms. */
const confirmed = ({ matches }: MatchAnswer) =>
  matches.map(({ rule, lines, confirms }) => [lines[0]?.ref, rule, confirms?.id, confirms?.direction]);
const kinds = ({ unmatched }: MatchAnswer) => unmatched.map(({ kind, expectedId }) => [kind, expectedId]);

const trade = sidesOf(aTrade(1));
const remittance = sideOf(aRemittance(1));
const bought: Partial<BankLine> = { amount: eur(20_000n), direction: 'credit' };

describe('what we have told of before the bank', () => {
  it('is nothing while nobody has agreed, then each side of a trade, and a remittance that leaves', () => {
    expect(sidesOf(aTrade(1, { state: 'proposed' }))).to.be.empty;
    expect(sideOf(aRemittance(1, { state: 'asked', decidedAt: undefined }))).to.be.empty;
    expect([...trade, ...remittance].map(({ direction, amount }) => `${direction} ${amount.toString()}`)).to.deep.equal(
      ['debit 980.00 BRL', 'credit 200.00 EUR', 'debit 240.00 BRL'],
    );
  });

  it('is confirmed by a line for each side that bears its reference, and nothing is left', () => {
    const lines = [
      lineOf('R1', { remittance: 'FX-4711' }),
      lineOf('R2', { ...bought, endToEndId: 'FX-4711' }),
      lineOf('R3', { amount: brl(24_000n), remittance: 'tax 945/2018 US' }),
    ];

    const answer = ask(lines, [...trade, ...remittance]);

    expect(confirmed(answer)).to.have.deep.members([
      ['R1', 'reference', idOf('fxt', 1), 'debit'],
      ['R2', 'reference', idOf('fxt', 1), 'credit'],
      ['R3', 'reference', idOf('rmt', 1), 'debit'],
    ]);
    expect(answer.unmatched).to.be.empty;
  });

  it('is known by its reference however banks write it, and by our id; never by a part of another word', () => {
    const id = idOf('fxt', 1);
    const far = { bookedAt: noonOf('03-20') };
    const ruleOf = (words: Partial<BankLine>) => confirmed(ask([lineOf('R1', { ...words, ...far })], trade))[0]?.[1];

    for (const remittance of [
      'fx 4711',
      'Your deal FX-47\n11, thanks',
      id.toUpperCase(),
      `${id.slice(0, 9)} ${id.slice(9)}`,
    ])
      expect(ruleOf({ remittance }), remittance).to.equal('reference');
    for (const remittance of ['FX-47112', 'AFX-4711', 'FX', '4711']) expect(ruleOf({ remittance })).to.equal(undefined);
    const short = sidesOf(aTrade(1, { reference: 'FX1' }));
    expect(confirmed(ask([lineOf('R1', { remittance: 'pay FX1', ...far })], short))).to.be.empty;
    expect(confirmed(ask([lineOf('R1', { endToEndId: 'FX-1', ...far })], short))).to.have.length(1);
  });

  it('is known by amount, direction and day, if one line and one of them alone have these', () => {
    const alone = (lines: readonly Line[], expected = trade, payouts: readonly Payout[] = []) =>
      confirmed(ask(lines, expected, payouts)).map(([, rule]) => rule);
    const line = lineOf('R1');

    expect(alone([line])).to.deep.equal(['amount']);
    expect(alone([line, lineOf('R2', bought)])).to.deep.equal(['amount', 'amount']);
    expect(alone([line, lineOf('R2')])).to.be.empty;
    expect(alone([line], [...trade, ...sidesOf(aTrade(2))])).to.be.empty;
    expect(alone([line], trade, [aPayout(1, 98_000n)])).to.be.empty;
    expect(alone([line], trade, [aPayout(1, 97_000n)])).to.deep.equal(['amount']);
    for (const words of [
      { valueOn: '2018-02-06' },
      { direction: 'credit' },
      { amount: eur(98_000n) },
      { amount: brl(98_001n) },
      { isCharge: true },
      { returnReason: 'AC04' },
      { status: 'pending' },
      { endToEndId: idOf('pay', 9) },
      { batchRef: idOf('bat', 9) },
    ] as const) {
      expect(alone([lineOf('R1', words)]), JSON.stringify(Object.keys(words))).to.be.empty;
    }
  });

  it('is confirmed once: of several alike the oldest first, and what comes twice is said', () => {
    const later = sideOf(aRemittance(2, { decidedAt: noonOf('02-09') }));
    const tax = (ref: string) => lineOf(ref, { amount: brl(24_000n), endToEndId: '945 2018' });

    const answer = ask([tax('R2'), tax('R1'), tax('R3')], [...later, ...remittance]);

    expect(confirmed(answer).map(([ref, , id]) => [ref, id])).to.deep.equal([
      ['R1', idOf('rmt', 1)],
      ['R2', idOf('rmt', 2)],
    ]);
    expect(kinds(answer)).to.deep.equal([['duplicate_at_bank', idOf('rmt', 1)]]);
    const known = remittance.map((each) => ({ ...each, isConfirmed: true }));
    expect(kinds(ask([tax('R9')], known))).to.deep.equal([['duplicate_at_bank', idOf('rmt', 1)]]);
  });

  it('gives its name to a line that does not fit, and says in which way', () => {
    const named = { endToEndId: 'FX-4711' };
    const verdicts: readonly (readonly [string, Partial<BankLine>])[] = [
      ['amount_over', { amount: brl(98_500n) }],
      ['amount_short', { amount: brl(97_500n) }],
      ['fee', { amount: brl(98_500n), charges: brl(500n) }],
      ['amount_short', { ...bought, amount: eur(19_999n) }],
      ['currency_mismatch', { amount: Money.of(98_000n, 'USD') }],
      ['return_unexpected', { direction: 'credit' }],
      ['return_unexpected', { direction: 'debit', amount: eur(20_000n) }],
    ];

    for (const [kind, words] of verdicts) {
      expect(kinds(ask([lineOf('R1', { ...named, ...words })], trade)), kind).to.deep.equal([[kind, idOf('fxt', 1)]]);
    }
    expect(kinds(ask([lineOf('R1', { ...named, isCharge: true, amount: brl(900n) })], trade))).to.deep.equal([
      ['fee', undefined],
    ]);
  });

  it('may be off by what is tolerated, and the exact one is preferred', () => {
    const others = sideOf(aRemittance(2, { decidedAt: noonOf('02-09'), amount: brl(24_005n) }));
    const line = lineOf('R1', { amount: brl(24_005n), endToEndId: '945-2018' });

    const [exact] = ask([line], [...remittance, ...others], [], 10n).matches;
    const [near] = ask([line], remittance, [], 10n).matches;

    expect([exact?.confirms?.id, exact?.difference.minor]).to.deep.equal([idOf('rmt', 2), 0n]);
    expect([near?.confirms?.id, near?.difference.minor]).to.deep.equal([idOf('rmt', 1), 5n]);
  });

  it('is suggested where nobody is sure, and why', () => {
    const twice = [...trade, ...sidesOf(aTrade(2, { tradedAt: noonOf('01-02') }))];

    const suggestions = suggestionsFor(lineOf('R1'), [], [], twice);

    expect(suggestions.map(({ expectedId, confidence, why }) => [expectedId, confidence, why])).to.deep.equal([
      [idOf('fxt', 1), 60, 'the amount and the day of a trade'],
      [idOf('fxt', 2), 35, 'the amount of a trade; the day is another'],
    ]);
  });

  it('comes to the same in whatever order lines and trades come, and no line or side is taken twice', () => {
    const worlds = fc.record({
      trades: fc.array(fc.record({ sold: fc.integer({ min: 1, max: 3 }), day: fc.integer({ min: 1, max: 8 }) }), {
        maxLength: 5,
      }),
      lines: fc.array(
        fc.record({
          minor: fc.integer({ min: 1, max: 3 }),
          day: fc.integer({ min: 1, max: 8 }),
          names: fc.option(fc.integer({ min: 0, max: 4 }), { nil: undefined }),
          direction: fc.constantFrom('debit' as const, 'credit' as const),
        }),
        { maxLength: 7 },
      ),
    });
    fc.assert(
      fc.property(worlds, (world) => {
        const sides = world.trades.flatMap(({ sold, day }, n) =>
          sidesOf(aTrade(n, { sold: brl(BigInt(sold)), bought: eur(BigInt(sold)), tradedAt: noonOf(`02-0${day}`) })),
        );
        const lines = world.lines.map(({ minor, day, names, direction }, n) =>
          lineOf(`R${n}`, {
            ...{ direction, bookedAt: noonOf(`02-0${day}`) },
            amount: direction === 'debit' ? brl(BigInt(minor)) : eur(BigInt(minor)),
            ...(names !== undefined && { remittance: `FX-471${names}` }),
          }),
        );

        const [ours, theirs] = [ask(lines, sides), ask(lines.toReversed(), sides.toReversed())];

        const keys = confirmed(ours).map(([, , id, direction]) => `${id} ${direction}`);
        expect(new Set(keys).size).to.equal(keys.length);
        expect(ours.matches.length + ours.unmatched.length).to.equal(lines.length);
        expect(confirmed(theirs)).to.have.deep.members(confirmed(ours));
        for (const { difference } of ours.matches) expect(difference.isZero).to.equal(true);
      }),
      { numRuns: 300 },
    );
  });
});

describe('what a confirmation moves', () => {
  /** The net of what is booked, by place and currency of what leaves the house. */
  const balances = (facts: readonly MoneyFact[]): Readonly<Record<string, bigint>> => {
    const net = new Map<string, bigint>();
    const add = (place: string, minor: bigint) => net.set(place, (net.get(place) ?? 0n) + minor);
    for (const { purpose, amount, counter = amount, mirrored } of facts) {
      const sign = mirrored === true ? -1n : 1n;
      add(FLOWS[purpose].debit, sign * (FLOWS[purpose].debit === 'home_bank' ? amount : counter).minor);
      add(FLOWS[purpose].credit, -sign * (FLOWS[purpose].credit === 'home_bank' ? amount : counter).minor);
    }
    return Object.fromEntries([...net].filter(([, minor]) => minor !== 0n).toSorted());
  };
  const books = { programId, currency: 'BRL' };
  const made = { programId, state: 'made', madeBy: 'x', madeAt: noonOf('02-20') } as const;
  const [sold, got] = trade as readonly [Expected, Expected];

  for (const fromSuspense of [false, true]) {
    for (const [side, minor, fee] of [
      [sold, 98_000n, 0n],
      [sold, 98_010n, 10n],
      [sold, 97_990n, -10n],
      [got, 20_000n, 0n],
      [got, 19_990n, 10n],
      [got, 20_010n, -10n],
    ] as const) {
      const way = fromSuspense ? 'out of suspense' : 'at once';
      it(`is suspense and what is off, not the bank: ${side.direction} of ${minor}, ${way}`, () => {
        const line = lineOf('R1', { direction: side.direction, amount: Money.of(minor, side.amount.currency) });
        const match = matchOf(foundConfirmation('reference', line, side), { ...made, fromSuspense });
        const facts = confirmationFacts(match, line, books);
        const before = [tradeFact(aTrade(1), books), ...(fromSuspense ? [parkFact(books, line)] : [])];

        const after = balances([...before, ...facts]);

        expect(after).to.deep.equal({ bank: 20_000n - fee, home_bank: -98_000n, ...(fee !== 0n && { fees: fee }) });
        expect(balances([...before, ...facts, ...undoFacts(facts, made.madeAt)])).to.deep.equal(balances(before));
      });
    }
  }
});
