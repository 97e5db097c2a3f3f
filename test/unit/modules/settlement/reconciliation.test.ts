import { expect } from 'chai';
import { mustFollow } from '../../../../src/modules/settlement/domain/reconciliation/bank-statement.ts';
import type { MoneyFact } from '../../../../src/modules/settlement/domain/books/booking.ts';
import { FLOWS } from '../../../../src/modules/settlement/domain/books/purpose.ts';
import {
  payoutLifecycle,
  type PayoutState,
} from '../../../../src/modules/settlement/domain/payouts/payout-life-cycle.ts';
import type { Payout } from '../../../../src/modules/settlement/domain/payouts/payout.ts';
import { foundMatch } from '../../../../src/modules/settlement/domain/reconciliation/board.ts';
import { match } from '../../../../src/modules/settlement/domain/reconciliation/matcher.ts';
import { keptLine } from '../../../../src/modules/settlement/domain/reconciliation/kept-line.ts';
import { matchOf } from '../../../../src/modules/settlement/domain/reconciliation/match.ts';
import {
  matchFacts,
  parkFact,
  stepOf,
  undoFacts,
} from '../../../../src/modules/settlement/domain/reconciliation/movements.ts';
import type { BankLine } from '../../../../src/modules/settlement/domain/reconciliation/reconciliation.ts';
import { uetrOf } from '../../../../src/modules/settlement/domain/rails/uetr.ts';
import { Money } from '../../../../src/shared/money.ts';
import { idOf } from '../../../support/clock.ts';
import { rejects } from '../../../support/rejects.ts';
import { noonOf, programId } from '../../../support/settlement-story.ts';

const brl = (minor: bigint): Money => Money.of(minor, 'BRL');

const aPayout = (overrides: Partial<Payout> = {}): Payout => ({
  id: idOf('pay', 1),
  batchId: idOf('bat', 1),
  programId,
  partnerId: idOf('par', 1),
  period: '2018-01',
  amount: brl(5_000n),
  state: 'submitted',
  rail: 'bank',
  bounces: 0,
  clearedByBatch: true,
  createdAt: noonOf('02-01'),
  submittedAt: noonOf('02-02'),
  ...overrides,
});

const aBankLine = (overrides: Partial<BankLine> = {}): BankLine => ({
  ref: 'R1',
  endToEndId: idOf('pay', 1),
  amount: brl(5_000n),
  direction: 'debit',
  status: 'booked',
  bookedAt: noonOf('02-03'),
  ...overrides,
});

const rejected = aBankLine({ status: 'info', returnReason: 'AC04' });
const returned = aBankLine({ ref: 'R2', direction: 'credit', returnReason: 'AC03', bookedAt: noonOf('02-20') });

const statement = {
  id: 'S2',
  account: 'A',
  sequence: 2,
  opening: brl(10_000n),
  closing: brl(5_000n),
  lines: [aBankLine(), rejected],
};

const matched = (lines: readonly BankLine[], payouts: readonly Payout[] = [aPayout()], tolerance = 0n) =>
  match({
    lines: lines.map((line) => keptLine(statement, line)),
    payouts: payouts.map((payout) => ({ payout })),
    tolerances: new Map([['BRL', tolerance]]),
    rules: ['reference', 'batch'],
  });

/** What becomes of a payout in that state when the bank says that: the action, or the kind of break. */
const verdictOn = (state: PayoutState, line: BankLine): string => {
  const { matches, unmatched } = matched([line], [aPayout({ state })]);
  return matches[0]?.action ?? unmatched[0]?.kind ?? 'nothing';
};

describe('holding a bank’s line against a payout', () => {
  const sent: readonly PayoutState[] = ['submitted', 'accepted', 'in_transit', 'unclaimed', 'unknown'];
  const mayBeRejected: readonly PayoutState[] = ['submitted', 'accepted', 'unknown'];
  const paid: readonly PayoutState[] = ['settled', 'returned'];

  for (const state of Object.keys(payoutLifecycle) as PayoutState[]) {
    const unsettled = paid.includes(state) ? 'duplicate_at_bank' : 'missing_in_ledger';
    const [settles, rejects_, returns] = [
      sent.includes(state) ? 'settle' : unsettled,
      mayBeRejected.includes(state) ? 'reject' : 'not_expected',
      state === 'settled' ? 'return' : 'return_unexpected',
    ];
    it(`finds while ${state}: booked is ${settles}, refused is ${rejects_}, back is ${returns}`, () => {
      expect(verdictOn(state, aBankLine())).to.equal(settles);
      expect(verdictOn(state, rejected)).to.equal(rejects_);
      expect(verdictOn(state, returned)).to.equal(returns);
    });
  }

  it('says in which way a line does not fit', () => {
    const instructed = brl(5_000n);
    const kinds: readonly (readonly [string, Partial<BankLine>])[] = [
      ['amount_over', { amount: brl(5_001n) }],
      ['amount_short', { amount: brl(4_999n) }],
      ['fee', { amount: brl(5_250n), charges: brl(250n) }],
      ['fx_difference', { amount: brl(5_250n), instructed }],
      ['fx_difference', { amount: Money.of(900n, 'EUR'), instructed }],
      ['currency_mismatch', { amount: Money.of(5_000n, 'EUR') }],
      ['currency_mismatch', { amount: brl(5_300n), instructed: Money.of(900n, 'EUR') }],
      ['missing_in_ledger', { endToEndId: idOf('pay', 2) }],
      ['missing_in_ledger', { endToEndId: undefined, batchRef: idOf('bat', 9) }],
      ['unknown_reference', { endToEndId: 'RENT' }],
      ['unknown_reference', { endToEndId: undefined }],
      ['fee', { endToEndId: undefined, isCharge: true }],
    ];

    for (const [kind, words] of kinds) expect(verdictOn('submitted', aBankLine(words)), kind).to.equal(kind);
  });

  it('takes an amount for right that is off by no more than is tolerated, and says by how much', () => {
    const [found] = matched([aBankLine({ amount: brl(5_010n) })], [aPayout()], 10n).matches;

    expect(found?.difference).to.deep.equal(brl(10n));
    expect(matched([aBankLine({ amount: brl(5_011n) })], [aPayout()], 10n).matches).to.be.empty;
  });

  it('knows our reference however it comes: in capitals, within a text, as a UETR', () => {
    const id = idOf('pay', 1);
    for (const words of [
      { endToEndId: id.toUpperCase() },
      { endToEndId: undefined, remittance: `COMMISSION ${id.slice(0, 12)}\n${id.slice(12)} THANKS` },
      { endToEndId: undefined, uetr: uetrOf(id).toUpperCase() },
    ]) {
      expect(matched([aBankLine(words)]).matches[0]?.rule).to.equal('reference');
    }
  });

  it('settles what is left of a batch that was booked as one', () => {
    const payouts = [1, 2, 3].map((n) => aPayout({ id: idOf('pay', n), amount: brl(1_000n * BigInt(n)) }));
    const refusal = { ...rejected, endToEndId: idOf('pay', 3), amount: brl(3_000n) };
    const batch = aBankLine({ ref: 'B', endToEndId: undefined, batchRef: idOf('bat', 1), amount: brl(3_000n) });

    const { matches, unmatched } = matched([batch, refusal], payouts);

    expect(matches.map(({ rule, payoutIds }) => [rule, payoutIds.length])).to.deep.equal([
      ['reference', 1],
      ['batch', 2],
    ]);
    expect(unmatched).to.be.empty;
  });

  it('leaves alone what is only announced: that is no break yet', () => {
    const { matches, unmatched } = matched([aBankLine({ status: 'pending' })]);

    expect(matches).to.be.empty;
    expect(unmatched.map(({ kind }) => kind)).to.deep.equal([undefined]);
  });

  it('settles once, however often a statement names it', () => {
    const { matches, unmatched } = matched([aBankLine(), aBankLine({ ref: 'R9' })]);

    expect(matches.map(({ action }) => action)).to.deep.equal(['settle']);
    expect(unmatched.map(({ kind }) => kind)).to.deep.equal(['duplicate_at_bank']);
  });

  it('lets what the bank took twice be given back without a word to the partner', () => {
    const twice = [aBankLine(), aBankLine({ ref: 'R9' }), returned];

    expect(matched(twice).matches.map(({ action, lines }) => [action, lines.length])).to.deep.equal([
      ['settle', 1],
      ['offset', 2],
    ]);
  });

  it('lets money go and come back in one statement, the way it went', () => {
    const { matches } = matched([returned, aBankLine()]);

    expect(matches.map(({ action }) => action)).to.deep.equal(['settle', 'return']);
  });

  it('takes the time of the bank, but never one before we sent it: some banks only name the day', () => {
    expect(stepOf(aPayout(), 'settle', aBankLine({ bookedAt: noonOf('02-01') })).at).to.equal(noonOf('02-02'));
    expect(stepOf(aPayout(), 'settle', aBankLine()).at).to.equal(noonOf('02-03'));
  });
});

describe('what a match moves', () => {
  const lineOf = (words: Partial<BankLine>) => keptLine(statement, aBankLine(words));
  /** The net of what it books, by place. */
  const balances = (facts: readonly MoneyFact[]): Readonly<Record<string, bigint>> => {
    const net = new Map<string, bigint>();
    for (const { purpose, amount, mirrored } of facts) {
      const minor = mirrored === true ? -amount.minor : amount.minor;
      const { debit, credit } = FLOWS[purpose];
      net.set(debit, (net.get(debit) ?? 0n) + minor);
      net.set(credit, (net.get(credit) ?? 0n) - minor);
    }
    return Object.fromEntries([...net].filter(([, minor]) => minor !== 0n).toSorted());
  };
  const programs = { programId, currency: 'BRL' };
  const made = { programId, state: 'made', madeBy: 'x', madeAt: noonOf('02-20') } as const;

  for (const fromSuspense of [false, true]) {
    for (const minor of [5_000n, 5_010n, 4_990n]) {
      for (const action of ['settle', 'return'] as const) {
        const direction = action === 'settle' ? 'debit' : 'credit';
        const way = fromSuspense ? 'out of suspense' : 'at once';
        it(`brings clearing to zero and the bank to the line: ${action} of ${minor}, ${way}`, () => {
          const line = lineOf({ amount: brl(minor), direction });
          const payout = aPayout({ state: action === 'settle' ? 'submitted' : 'settled' });
          const found = foundMatch('reference', [line], [payout], action);
          const steps = [stepOf(payout, action, line)];
          const facts = [
            ...(fromSuspense ? [parkFact(programs, line)] : []),
            ...matchFacts(matchOf(found, { ...made, fromSuspense }), steps, made.madeAt),
          ];
          const fee = action === 'settle' ? minor - 5_000n : 5_000n - minor;

          const sign = action === 'settle' ? 1n : -1n;
          expect(balances(facts)).to.deep.equal({
            [action === 'settle' ? 'clearing' : 'available']: sign * 5_000n,
            bank: -sign * minor,
            ...(fee !== 0n && { fees: fee }),
          });
          expect(balances([...facts, ...undoFacts(facts, made.madeAt)])).to.deep.equal({});
        });
      }
    }
  }
});

describe('the statements of an account', () => {
  const last = { statementId: 'S1', closing: brl(10_000n) };

  it('may begin anywhere, and then continue', () => {
    mustFollow(statement, undefined);
    mustFollow(statement, { ...last, sequence: 1 });
    mustFollow(statement, last);
  });

  it('must open where the one before closed', () =>
    rejects(
      () => mustFollow(statement, { ...last, closing: brl(9_999n), sequence: 1 }),
      'settlement.bank_statement_gap',
    ));

  it('must not skip a number, even when the balances happen to fit; it says which one is expected', async () => {
    const { message } = await rejects(
      () => mustFollow(statement, { ...last, sequence: 0 }),
      'settlement.bank_statement_gap',
    );

    expect(message).to.equal(
      'statement S2 does not follow S1: its number is 2, 1 is expected; import what is missing first',
    );
  });

  it('must add up; what was not booked does not count', () =>
    rejects(() => mustFollow({ ...statement, closing: brl(0n) }, undefined), 'settlement.bank_statement_unbalanced'));
});
