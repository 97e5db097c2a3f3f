/** Trades, remittances and payouts, told and shown by two banks in any order: in the end both say the same. */
import { expect } from 'chai';
import fc from 'fast-check';
import { book } from '../../../../../src/modules/settlement/application/books/book-commissions.ts';
import { TellTrade } from '../../../../../src/modules/settlement/application/fx/trade-currency.ts';
import { AccountMarks } from '../../../../../src/modules/settlement/application/reconciliation/account-marks.ts';
import { ImportBankStatement } from '../../../../../src/modules/settlement/application/reconciliation/import-bank-statement.ts';
import {
  DecideMatch,
  MatchByHand,
} from '../../../../../src/modules/settlement/application/reconciliation/match-by-hand.ts';
import { MatchOpenLines } from '../../../../../src/modules/settlement/application/reconciliation/match-open-lines.ts';
import { UndoMatch } from '../../../../../src/modules/settlement/application/reconciliation/undo-match.ts';
import { AskRemittance, DecideRemittance } from '../../../../../src/modules/settlement/application/tax/remit-tax.ts';
import {
  bankCode,
  suspenseCode,
  transactionOf,
} from '../../../../../src/modules/settlement/domain/books/chart-of-accounts.ts';
import type { Payout } from '../../../../../src/modules/settlement/domain/payouts/payout.ts';
import { type BankLine, signed } from '../../../../../src/modules/settlement/domain/reconciliation/reconciliation.ts';
import type { ReconciliationReader } from '../../../../../src/modules/settlement/ports/reconciliation-reader.ts';
import { Money } from '../../../../../src/shared/money.ts';
import { at, CountingIds, idOf } from '../../../../support/clock.ts';
import { FakeSettlementTransaction } from '../../../../support/fakes/fake-settlement.ts';
import { GlassVault, noonOf, programId } from '../../../../support/settlement-story.ts';
import { SettlingPartners } from '../../../../support/settling-partners.ts';

const HOME = 'SHOP-1';
const ABROAD = 'SHOP-EUR';
const CURRENCIES = { [HOME]: 'BRL', [ABROAD]: 'EUR' } as const;
const never = undefined as never;

/** Something that we tell of, and that a bank shows: small amounts, so that one is often like another. */
const deeds = fc.record({
  kind: fc.constantFrom('buy' as const, 'sell' as const, 'remittance' as const, 'payout' as const),
  minor: fc.integer({ min: 1, max: 4 }),
  isNamed: fc.boolean(),
  toldAt: fc.integer({ min: 0, max: 99 }),
  shownAt: fc.integer({ min: 0, max: 99 }),
  isUndone: fc.boolean(),
});
type Deed = typeof deeds extends fc.Arbitrary<infer Value> ? Value : never;

/** The reader of a world without a database. */
const readerOn = (db: FakeSettlementTransaction): ReconciliationReader => {
  const { suspense } = db.tables.reconciliation;
  const reader: Partial<ReconciliationReader> = {
    ownerOf: () => Promise.resolve(programId),
    settings: () => db.run((stores) => stores.reconciliations.settings(programId)),
    unlooked: () => Promise.resolve(suspense.committed.values().filter(({ state }) => state === 'open')),
    candidates: () => Promise.resolve(db.tables.payouts.committed.values()),
    expected: (_, lines) => db.run((stores) => stores.reconciliations.expected(programId, lines)),
  };
  return reader as ReconciliationReader;
};

class Story {
  readonly db = new FakeSettlementTransaction();
  private readonly clock = at('2018-02-05T00:00:00Z');
  private readonly partners = new SettlingPartners();
  private readonly reader = readerOn(this.db);
  private readonly marks = new AccountMarks(new GlassVault());
  private readonly ids = new CountingIds();
  private readonly tell = new TellTrade(this.db, this.partners, this.ids, this.clock);
  private readonly ask = new AskRemittance(this.db, this.partners, this.ids, this.clock);
  private readonly decideRemittance = new DecideRemittance(this.db, this.clock);
  private readonly imports = new ImportBankStatement(
    this.db,
    never,
    this.reader,
    this.partners,
    this.marks,
    this.clock,
  );
  private readonly matcher = new MatchOpenLines(this.db, this.reader, this.partners, this.marks, this.clock);
  private readonly byHand = new MatchByHand(this.db, this.clock);
  private readonly decide = new DecideMatch(this.db, this.clock);
  private readonly undo = new UndoMatch(this.db, this.clock);
  private readonly closings: Record<string, Money> = { [HOME]: Money.zero('BRL'), [ABROAD]: Money.zero('EUR') };
  private statements = 0;

  async open(): Promise<void> {
    await this.db.run(async (stores) => {
      await stores.books.open([{ programId, currency: 'BRL', timeZone: 'UTC' }], noonOf('01-01'));
      for (const number of [HOME, ABROAD] as const) {
        await stores.bank.saveAccount({
          ...{ programId, holder: 'Shop', town: 'Town', country: 'BR', account: { scheme: 'domestic', number } },
          ...{ bank: { scheme: 'domestic', code: 'B' }, ...(number === ABROAD && { paysIn: 'EUR' }) },
        });
      }
      const settings = { source: 'ecb', spreadBasisPoints: 0, oldestRateHours: 24, fourEyesAbove: 1_000n };
      await stores.fx.saveSettings({ programId, ...settings, setBy: 'ana', setAt: noonOf('01-01') });
      const withheld = { programId, partnerId: idOf('par', 1), payoutId: idOf('pay', 99), pots: { tax: 'US' } };
      const amount = Money.of(1_000n, 'BRL');
      await book(stores, [{ ...withheld, purpose: 'withhold', amount, occurredAt: noonOf('01-02') }]);
    });
  }

  async told({ kind, minor }: Deed, n: number): Promise<void> {
    const [brl, eur] = [Money.of(BigInt(minor), 'BRL'), Money.of(BigInt(minor), 'EUR')];
    const reference = `DEED-${n}`;
    if (kind === 'payout') return this.sent(aPayout(n, brl));
    if (kind === 'remittance') {
      const asked = await this.ask.run({ programId, jurisdiction: 'US', amount: brl, reference, by: 'ana' });
      await this.decideRemittance.run(asked.id, 'approve', 'bob');
      return;
    }
    const [sold, bought] = kind === 'buy' ? [brl, eur] : [eur, brl];
    await this.tell.run({ programId, reference, sold, bought, tradedAt: noonOf('02-03'), by: 'ana' });
  }

  private async sent(payout: Payout): Promise<void> {
    await this.db.run((stores) => stores.payouts.add({ batches: [], payouts: [payout], decisions: [] }));
  }

  /** Each line on a statement of its own. */
  async shown({ kind, minor, isNamed }: Deed, n: number): Promise<void> {
    const lines = [
      kind === 'sell' ? ([ABROAD, 'debit'] as const) : ([HOME, 'debit'] as const),
      ...(kind === 'buy' ? [[ABROAD, 'credit'] as const] : []),
      ...(kind === 'sell' ? [[HOME, 'credit'] as const] : []),
    ];
    for (const [account, direction] of lines) {
      const amount = Money.of(BigInt(minor), CURRENCIES[account]);
      const word = kind === 'payout' ? { endToEndId: idOf('pay', n) } : { remittance: `about deed ${n}` };
      const line: BankLine = {
        ...{ ref: `L${n}`, amount, direction, status: 'booked', bookedAt: noonOf('02-04') },
        ...(isNamed && word),
      };
      const opening = this.closings[account] ?? Money.zero(CURRENCIES[account]);
      const closing = opening.plus(signed(line));
      this.closings[account] = closing;
      await this.imports.take([{ id: `S${(this.statements += 1)}`, account, opening, closing, lines: [line] }]);
    }
  }

  match(): Promise<boolean> {
    return this.matcher.run();
  }

  async undoLast(): Promise<void> {
    const last = this.db.tables.reconciliation.matches.committed.values().findLast(({ state }) => state === 'made');
    if (last === undefined) return;
    await this.undo.run(last.id, 'ana');
    await this.undo.approve(last.id, 'bob');
  }

  /** People explain what is left: by an expectation of the amount, or by a payout. */
  async explainRest(): Promise<void> {
    const open = () =>
      this.db.tables.reconciliation.suspense.committed.values().filter(({ state }) => state === 'open');
    for (const { line } of open()) {
      const expected = await this.db.run((stores) => stores.reconciliations.expected(programId, [line]));
      const side = expected.find(
        (each) => !each.isConfirmed && each.direction === line.direction && each.amount.equals(line.amount),
      );
      const payouts = this.db.tables.payouts.committed.values();
      const payout = payouts.find(({ state, amount }) => state !== 'settled' && amount.equals(line.amount));
      const about = side ? { payoutIds: [], expectedId: side.id } : { payoutIds: payout ? [payout.id] : [] };
      const proposed = await this.byHand.run({ lineIds: [line.id], ...about, by: 'ana' });
      await this.decide.approve(proposed.id, 'bob');
    }
  }

  balance(code: string): bigint {
    const postings = this.db.tables.bookings.committed
      .values()
      .flatMap(({ booking }) => transactionOf(booking).postings)
      .filter(({ account }) => account === code);
    return postings.reduce((sum, { minor }) => sum + BigInt(minor), 0n);
  }

  /** By currency: the bank in the books, what the bank says, what is told and not shown, suspense, what stands there. */
  async positions(): Promise<readonly (readonly bigint[])[]> {
    const expected = await this.db.run((stores) => stores.reconciliations.expected(programId, []));
    const standing = this.db.tables.reconciliation.suspense.committed.values().filter(({ state }) => state === 'open');
    const sum = (lines: readonly Pick<BankLine, 'amount' | 'direction'>[], currency: string): bigint =>
      lines
        .filter(({ amount }) => amount.currency === currency)
        .reduce((total, line) => total + signed(line).minor, 0n);
    return ([HOME, ABROAD] as const).map((account) => {
      const currency = CURRENCIES[account];
      const pot = account === HOME ? undefined : currency;
      return [
        this.balance(bankCode(programId, pot)),
        this.closings[account]?.minor ?? 0n,
        sum(
          expected.filter(({ isConfirmed }) => !isConfirmed),
          currency,
        ),
        -this.balance(suspenseCode(programId, pot)),
        sum(
          standing.map(({ line }) => line),
          currency,
        ),
      ];
    });
  }
}

const aPayout = (n: number, amount: Money): Payout => ({
  ...{ id: idOf('pay', n), batchId: idOf('bat', 1), programId, partnerId: idOf('par', n), period: '2018-01' },
  ...{ rail: 'bank', amount, state: 'submitted', bounces: 0, clearedByBatch: true },
  ...{ createdAt: noonOf('02-01'), submittedAt: noonOf('02-02') },
});

describe('what is told and what banks show', () => {
  it('agree at any time but for what is open, and wholly in the end, in whatever order they come', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(deeds, { maxLength: 7 }), async (story) => {
        const world = new Story();
        await world.open();
        const moves = story.flatMap((deed, n) => [
          { order: deed.toldAt, run: () => world.told(deed, n) },
          { order: deed.shownAt, run: () => world.shown(deed, n) },
          ...(deed.isUndone ? [{ order: 50 + deed.toldAt, run: () => world.undoLast() }] : []),
        ]);
        const agree = async () => {
          for (const [ours, banks, told, suspense, standing] of await world.positions()) {
            expect(ours).to.equal((banks ?? 0n) + (told ?? 0n));
            expect(suspense).to.equal(standing);
          }
        };

        for (const { run } of moves.toSorted((a, b) => a.order - b.order)) {
          await run();
          await agree();
          await world.match();
          await agree();
        }
        await world.explainRest();

        for (const [ours, banks, told, suspense] of await world.positions()) {
          expect([ours, told, suspense]).to.deep.equal([banks, 0n, 0n]);
        }
      }),
      { numRuns: 150 },
    );
  });
});
