import { expect } from 'chai';
import fc from 'fast-check';
import { announced } from '../../../../src/modules/settlement/application/statements/announce-statement.ts';
import {
  numberOf,
  type StatementLine,
  statementOf,
} from '../../../../src/modules/settlement/domain/statements/statement.ts';
import { StatementClosedV1, StatementContinuedV1 } from '../../../../src/modules/settlement/events.ts';
import { digest } from '../../../../src/shared/digest.ts';
import { Money } from '../../../../src/shared/money.ts';
import { idOf } from '../../../support/clock.ts';
import { aFact, aStory, noonOf, programId } from '../../../support/settlement-story.ts';

const brl = (minor: bigint): Money => Money.of(minor, 'BRL');

const aLine: fc.Arbitrary<StatementLine> = fc.record({
  transactionId: fc.nat().map((n) => idOf('txn', n)),
  purpose: fc.constantFrom('lock', 'claw_back', 'submit', 'adjust_up'),
  amount: fc.bigInt(-1_000_000n, 1_000_000n).map(brl),
  effectiveAt: fc.constant(noonOf('01-10')),
  occurredAt: fc.constant(noonOf('01-09')),
  commissionId: fc.option(
    fc.nat().map((n) => idOf('com', n)),
    { nil: undefined },
  ),
  payoutId: fc.option(
    fc.nat().map((n) => idOf('pay', n)),
    { nil: undefined },
  ),
  adjustmentId: fc.option(
    fc.nat().map((n) => idOf('adj', n)),
    { nil: undefined },
  ),
  subject: fc.option(fc.string({ unit: 'binary' }), { nil: undefined }),
});

const headOf = (opening: bigint, lines: readonly StatementLine[]) => ({
  programId,
  partnerId: idOf('par', 1),
  period: '2018-01' as const,
  opening: brl(opening),
  closing: brl(lines.reduce((sum, { amount }) => sum + amount.minor, opening)),
  number: 42,
  closedAt: noonOf('02-01'),
});

describe('a statement', () => {
  it('has the digest of the canonical JSON of everything on it, though its lines are never held together', () => {
    fc.assert(
      fc.property(fc.bigInt(-1_000n, 1_000n), fc.array(aLine), (opening, lines) => {
        const head = headOf(opening, lines);
        const { closedAt: _, number: __, ...said } = head;

        const statement = statementOf({ ...head, lines });

        expect(statement.digest).to.equal(digest({ ...said, number: numberOf(head), lines }));
        expect(statement.lineCount).to.equal(lines.length);
      }),
    );
  });

  it('names 100,000 commissions in an event and goes on in others', () => {
    const locked = Array.from({ length: 200_001 }, (_, n) => idOf('com', n));

    const said = announced(statementOf({ ...headOf(0n, []), lines: [] }), locked);

    const ids = said.map(({ payload }) => (payload as StatementClosedV1).commissionIds);
    expect(said.map(({ type }) => type)).to.deep.equal([
      StatementClosedV1.type,
      StatementContinuedV1.type,
      StatementContinuedV1.type,
    ]);
    expect(ids.map(({ length }) => length)).to.deep.equal([100_000, 100_000, 1]);
    expect(ids.flat()).to.deep.equal(locked);
  });
});

describe('a close with more than is written at a time', () => {
  const closedIn = async (chunk?: { partners: number; lines: number }) => {
    const story = aStory({ now: '2018-03-05T00:00:00Z', ...(chunk && { chunk }) });
    for (let partner = 1; partner <= 7; partner += 1) {
      for (let n = 0; n < partner; n += 1) await story.earn({ partner, n: partner * 10 + n, minor: 900n, on: '01-10' });
    }
    await story.hear(aFact('claw_back', { partner: 3, n: 30, minor: 900n, on: '02-10' }));
    await story.closed('2018-01');
    await story.closed('2018-02');
    return story;
  };

  for (const chunk of [
    { partners: 1, lines: 1 },
    { partners: 2, lines: 100 },
    { partners: 7, lines: 100 },
    { partners: 100, lines: 5 },
  ]) {
    it(`writes what it would have written at once, ${chunk.partners} partners or ${chunk.lines} lines at a time`, async () => {
      const [whole, cut] = [await closedIn(), await closedIn(chunk)];

      expect(cut.db.statements()).to.deep.equal(whole.db.statements());
      expect(cut.db.payouts()).to.deep.equal(whole.db.payouts());
      expect(cut.db.tables.periods.values()).to.deep.equal(whole.db.tables.periods.values());
    });
  }

  it('numbers them without a gap, whoever else writes at the same time', async () => {
    const story = aStory({ chunk: { partners: 1, lines: 1 } });
    for (let partner = 1; partner <= 5; partner += 1) await story.earn({ partner, n: partner });
    await story.close.run(programId, '2018-01', 'finance');

    for (let more = true; more;) {
      const goes = await Promise.all([story.finish.run(), story.finish.run()]);
      more = goes.includes(true);
    }

    expect(story.db.statements().map(({ number }) => number)).to.deep.equal([1, 2, 3, 4, 5]);
    expect(story.db.tables.periods.values()[0]).to.include({ state: 'closed', statements: 5 });
  });
});
