import { expect } from 'chai';
import type { Break } from '../../../src/modules/settlement/domain/reconciliation/break.ts';
import { OUR_CSV } from '../../../src/modules/settlement/domain/reconciliation/csv-layout.ts';
import { keptLine } from '../../../src/modules/settlement/domain/reconciliation/kept-line.ts';
import type { Match } from '../../../src/modules/settlement/domain/reconciliation/match.ts';
import type { BankStatement, Line } from '../../../src/modules/settlement/domain/reconciliation/reconciliation.ts';
import { defaultSettings } from '../../../src/modules/settlement/domain/reconciliation/settings.ts';
import type { SettlementTransaction } from '../../../src/modules/settlement/ports/settlement-stores.ts';
import { instant } from '../../../src/shared/instant.ts';
import { Money } from '../../../src/shared/money.ts';
import { idOf } from '../clock.ts';
import { rejects } from '../rejects.ts';
import { programId } from '../settlement-story.ts';

const now = instant('2018-03-05T00:00:00Z');
const later = instant('2018-03-06T00:00:00Z');
const brl = (minor: bigint): Money => Money.of(minor, 'BRL');

const statement: BankStatement = {
  id: 'S1',
  account: 'SHOP-1',
  opening: brl(0n),
  closing: brl(-3n),
  lines: [1, 2].map((n) => ({
    ref: `R${n}`,
    endToEndId: `end-${n}`,
    amount: brl(BigInt(n)),
    direction: 'debit',
    status: 'booked',
    bookedAt: now,
  })),
};
const [one, two] = statement.lines.map((line) => keptLine(statement, line)) as [Line, Line];

const aMatch: Match = {
  id: idOf('mtc', 1),
  programId,
  lineIds: [one.id],
  payoutIds: [idOf('pay', 1), idOf('pay', 2)],
  action: 'settle',
  rule: 'by_hand',
  confidence: 0,
  matcherVersion: 1,
  amount: brl(5n),
  difference: brl(-4n),
  fromSuspense: true,
  state: 'proposed',
  madeBy: 'ana',
  madeAt: now,
  note: 'seen on paper',
};

const aBreak = (n: number, about: Partial<Break>): Break => ({
  id: idOf('brk', n),
  programId,
  kind: 'unknown_reference',
  account: 'SHOP-1',
  amount: brl(1n),
  direction: 'debit',
  happenedAt: now,
  noticedAt: now,
  state: 'open',
  ...about,
});

/** Two lines of a statement, both in suspense. */
const parked = async (make: () => Promise<SettlementTransaction>): Promise<SettlementTransaction> => {
  const db = await make();
  const counts = { lines: 2, settled: 0, rejected: 0, returned: 0, confirmed: 0, breaks: 2 };
  await db.run(async ({ books, bank, reconciliations }) => {
    await books.open([{ programId, currency: 'BRL', timeZone: 'UTC' }], now);
    const about = { programId, statementId: 'S1', digest: 'cd'.repeat(32), importedAt: now };
    await bank.saveAccount({
      programId,
      holder: 'Shop',
      account: { scheme: 'domestic', number: statement.account },
      bank: { scheme: 'bic', code: 'COBADEFFXXX' },
      town: 'São Paulo',
      country: 'BR',
    });
    await bank.add(statement, { ...about, ...counts });
    await bank.addLines([one, two].map((line) => ({ line, verdict: 'unknown_reference' as const })));
    await reconciliations.park(programId, [one, two]);
  });
  return db;
};

/** What every store of reconciliation promises; the fake and the real one both run through it. */
export const reconciliationsContract = (make: () => Promise<SettlementTransaction>): void => {
  describe('reconciliation', () => {
    it('is to the cent and by two people until somebody says otherwise, and keeps what was said last', async () => {
      const db = await parked(make);
      const usual = defaultSettings(programId);
      const said = { ...usual, version: 2, tolerances: new Map([['BRL', 5n]]), fourEyesAbove: 100n };

      expect(await db.run((s) => s.reconciliations.settings(programId))).to.deep.equal(usual);
      await db.run((s) =>
        s.reconciliations.saveSettings({ ...said, version: 1, lateAfterDays: 9, missingAfterDays: 9 }),
      );
      await db.run((s) => s.reconciliations.saveSettings(said));

      expect(await db.run((s) => s.reconciliations.settings(programId))).to.deep.equal(said);
      expect(await db.run((s) => s.reconciliations.csvLayout('SHOP-1'))).to.equal(undefined);
      await db.run((s) => s.reconciliations.saveCsvLayout('SHOP-1', { ...OUR_CSV, delimiter: '|' }));
      await db.run((s) => s.reconciliations.saveCsvLayout('SHOP-1', OUR_CSV));
      expect(await db.run((s) => s.reconciliations.csvLayout('SHOP-1'))).to.deep.equal(OUR_CSV);
    });

    it('puts lines into suspense and out of it, and again with another round', async () => {
      const db = await parked(make);

      await db.run((s) => s.reconciliations.release([one.id], 'matched', aMatch.id));
      const [first, second] = (await db.run((s) => s.reconciliations.lines([two.id, one.id, idOf('lin', 9)]))).toSorted(
        (a, b) => (a.line.ref < b.line.ref ? -1 : 1),
      );
      expect(first).to.deep.equal({ line: one, programId, state: 'matched' });
      expect(second).to.deep.equal({ line: two, programId, state: 'open' });

      await db.run((s) => s.reconciliations.park(programId, [{ ...one, round: 1 }]));
      const [again] = await db.run((s) => s.reconciliations.lines([one.id]));
      expect(again).to.deep.equal({ line: { ...one, round: 1 }, programId, state: 'open' });
    });

    it('finds what stands in suspense by its reference, of one program', async () => {
      const db = await parked(make);
      await db.run((s) => s.reconciliations.release([two.id], 'written_off'));
      const found = (id = programId) => db.run((s) => s.reconciliations.suspended(id, ['end-1', 'end-2', 'end-3']));

      await db.run((s) => s.reconciliations.looked([one.id], later));

      expect(await found()).to.deep.equal([one]);
      expect(await found(idOf('prg', 9))).to.be.empty;
    });

    it('expects each side of what was agreed to, until a match confirms it, and again when that is undone', async () => {
      const db = await parked(make);
      const [tradeId, remittanceId] = [idOf('fxt', 1), idOf('rmt', 1)];
      await db.run(async ({ fx, remittances }) => {
        const about = {
          programId,
          sold: brl(98n),
          bought: Money.of(20n, 'EUR'),
          tradedAt: now,
          madeBy: 'a',
          madeAt: now,
        };
        await fx.addTrade({ ...about, id: tradeId, reference: 'FX-1', state: 'booked' });
        await fx.addTrade({ ...about, id: idOf('fxt', 2), reference: 'FX-2', state: 'proposed' });
        const asked = { programId, jurisdiction: 'US', amount: brl(24n), reference: '945', askedBy: 'a', askedAt: now };
        await remittances.add({ ...asked, id: remittanceId, state: 'asked' });
        await remittances.save({ ...asked, id: remittanceId, state: 'approved', decidedBy: 'b', decidedAt: later });
      });
      const sides = async () => {
        const found = await db.run((s) => s.reconciliations.expected(programId, [one, two]));
        return found.map(({ id, direction, amount, reference, happenedAt, isConfirmed }) =>
          [id, direction, amount.toString(), reference, happenedAt, isConfirmed].join(' '),
        );
      };
      const confirms = { id: tradeId, direction: 'credit' } as const;
      const match: Match = { ...aMatch, action: 'confirm', rule: 'amount', payoutIds: [], confirms, state: 'made' };
      const sold = `${tradeId} debit 0.98 BRL FX-1 ${now} false`;
      const tax = `${remittanceId} debit 0.24 BRL 945 ${later} false`;

      expect(await sides()).to.have.members([sold, `${tradeId} credit 0.20 EUR FX-1 ${now} false`, tax]);
      await db.run((s) => s.reconciliations.addMatches([match]));
      expect(await db.run((s) => s.reconciliations.match(match.id))).to.deep.equal(match);
      expect(await sides()).to.have.members([sold, `${tradeId} credit 0.20 EUR FX-1 ${now} true`, tax]);
      const own = await db.run((s) => s.reconciliations.sides(programId, tradeId));
      expect(own.map(({ direction, isConfirmed }) => [direction, isConfirmed])).to.deep.equal([
        ['credit', true],
        ['debit', false],
      ]);
      await db.run((s) => s.reconciliations.saveMatch({ ...match, state: 'undone', undoneBy: 'a', undoneAt: later }));

      expect(await sides()).to.have.members([sold, `${tradeId} credit 0.20 EUR FX-1 ${now} false`, tax]);
      expect(await db.run((s) => s.reconciliations.sides(idOf('prg', 9), tradeId))).to.be.empty;
    });

    it('keeps matches: one that was proposed gives way to the same that is made, one that is made does not', async () => {
      const db = await parked(make);
      const read = () => db.run((s) => s.reconciliations.match(aMatch.id));
      await db.run((s) => s.reconciliations.addMatches([aMatch]));
      expect(await read()).to.deep.equal(aMatch);

      const made: Match = { ...aMatch, state: 'made', approvedBy: 'bob' };
      await db.run((s) => s.reconciliations.addMatches([made]));
      await db.run((s) => s.reconciliations.addMatches([{ ...aMatch, madeBy: 'eve' }]));
      expect(await read()).to.deep.equal(made);

      const undone: Match = { ...made, state: 'undone', undoneBy: 'ana', undoApprovedBy: 'bob', undoneAt: later };
      await db.run((s) => s.reconciliations.saveMatch(undone));
      expect(await read()).to.deep.equal(undone);
      await rejects(
        db.run((s) => s.reconciliations.match(idOf('mtc', 9))),
        'settlement.match_not_found',
      );
    });

    it('keeps breaks: a known one changes its kind while it is open, and nothing else', async () => {
      const db = await parked(make);
      const late = aBreak(1, { kind: 'timing', payoutId: idOf('pay', 1) });
      const read = () => db.run((s) => s.reconciliations.break(late.id));
      await db.run((s) => s.reconciliations.addBreaks([late]));
      await db.run((s) => s.reconciliations.addBreaks([{ ...late, kind: 'missing_at_bank', noticedAt: later }]));
      const missing: Break = { ...late, kind: 'missing_at_bank' };
      expect(await read()).to.deep.equal(missing);

      const proposal = { fix: 'give_back', fixPayoutIds: [idOf('pay', 1)], note: 'asked', proposedBy: 'ana' } as const;
      const fixed: Break = {
        ...missing,
        ...proposal,
        state: 'fixed',
        owner: 'ana',
        proposedAt: now,
        approvedBy: 'bob',
        endedAt: later,
      };
      await db.run((s) => s.reconciliations.saveBreaks([fixed]));
      await db.run((s) => s.reconciliations.addBreaks([late]));

      expect(await read()).to.deep.equal(fixed);
      await rejects(
        db.run((s) => s.reconciliations.break(idOf('brk', 9))),
        'settlement.break_not_found',
      );
    });

    it('finds what is still to be decided about lines and payouts; of a line’s break the payout is only a guess', async () => {
      const db = await parked(make);
      const about = (n: number, words: Partial<Break>) => aBreak(n, words);
      const ofLine = about(1, { lineId: one.id, payoutId: idOf('pay', 1), ref: 'R1', statementId: 'S1' });
      const ofPayout = about(2, { payoutId: idOf('pay', 1), kind: 'timing' });
      const over = about(3, { lineId: two.id, ref: 'R2', statementId: 'S1' });
      const gap = about(4, { kind: 'statement_gap' });
      await db.run((s) => s.reconciliations.addBreaks([ofLine, ofPayout, over, gap]));
      await db.run((s) => s.reconciliations.saveBreaks([{ ...over, state: 'closed', endedAt: later }]));
      const found = (...asked: Parameters<SettlementReconciliations['breaksAbout']>) =>
        db.run((s) => s.reconciliations.breaksAbout(...asked)).then((all) => all.map(({ id }) => id));

      expect(await found([one.id, two.id], [])).to.deep.equal([ofLine.id]);
      expect(await found([], [idOf('pay', 1)])).to.deep.equal([ofPayout.id]);
      expect(await found([], [], [gap.id, over.id])).to.deep.equal([gap.id]);
    });
  });
};

type SettlementReconciliations = Parameters<Parameters<SettlementTransaction['run']>[0]>[0]['reconciliations'];
