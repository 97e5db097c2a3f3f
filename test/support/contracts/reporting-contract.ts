import { expect } from 'chai';
import { reportingConsumers } from '../../../src/modules/reporting/adapters/messaging/consumers.ts';
import { RecordNews } from '../../../src/modules/reporting/application/record-news.ts';
import type { ReportReader } from '../../../src/modules/reporting/ports/report-reader.ts';
import type { ReportTransaction } from '../../../src/modules/reporting/ports/reports.ts';
import type { Envelope } from '../../../src/shared/events.ts';
import { idOf, SeededRandom } from '../clock.ts';
import { programId, Teller, tellerOf, wholeStory } from '../reporting-story.ts';

export interface ReportStoreParts {
  readonly transaction: ReportTransaction;
  readonly reader: ReportReader;
}

/** Brings events as a broker does: in batches. */
export const bring = async (transaction: ReportTransaction, events: readonly Envelope[], size = 200): Promise<void> => {
  const [consumer] = reportingConsumers(transaction, new RecordNews());
  for (let from = 0; from < events.length; from += size) await consumer!.handle(events.slice(from, from + size));
};

/** All that can be read, for comparing. */
export const everything = async (reader: ReportReader) => {
  const scopes = [undefined, 1, 2].map((n) => ({ programId, partnerId: n === undefined ? undefined : idOf('par', n) }));
  return {
    daily: await Promise.all(scopes.map((scope) => reader.daily(scope, '2018-01-01', '2018-12-31'))),
    commissionSums: await Promise.all(scopes.map((scope) => reader.commissionSums(scope))),
    adjustmentSums: await Promise.all(scopes.map((scope) => reader.adjustmentSums(scope))),
    payoutSums: await Promise.all(scopes.map((scope) => reader.payoutSums(scope))),
    tally: await Promise.all(scopes.map((scope) => reader.tally(scope))),
    commissions: await Promise.all(
      [1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) =>
        reader.commission(idOf('com', n)).then((found) => JSON.stringify(sorted(found))),
      ),
    ),
    assessments: await Promise.all([1, 2, 3].map((n) => reader.assessment(idOf('ord', n), idOf('par', 1)))),
    payouts: await Promise.all(
      [1, 2].map((n) => reader.payouts({ programId, partnerId: idOf('par', n) }).then((found) => sorted(found))),
    ),
  };
};

/** The same value whatever the order its members were written in. */
const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(
    members.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([key, member]) => [key, sorted(member)]),
  );
};

/** What every store of reports promises; the fake and the real one both run through it. */
export const reportingContract = (make: () => Promise<ReportStoreParts>): void => {
  it('tells the story it heard', async () => {
    const { transaction, reader } = await make();

    await bring(transaction, wholeStory().told);

    expect(await reader.commissionSums({ programId, partnerId: idOf('par', 1) })).to.deep.equal([
      sum('held', 1, 2_000n, 0n, 0n),
      sum('paid', 2, 1_200n, 1_200n, 150n),
      sum('reversed', 1, 700n, 0n, 0n),
    ]);
    expect(await reader.adjustmentSums({ programId, partnerId: idOf('par', 1) })).to.deep.equal([
      { currency: 'BRL', count: 2, minor: 25n },
    ]);
    expect(await reader.adjustmentSums({ programId, partnerId: idOf('par', 2) })).to.be.empty;
    expect(await reader.payoutSums({ programId })).to.deep.equal([
      { state: 'failed', currency: 'BRL', count: 1, minor: 5_000n },
      { state: 'returned', currency: 'BRL', count: 1, minor: 5_000n },
      { state: 'settled', currency: 'BRL', count: 1, minor: 1_050n },
    ]);
    expect(await reader.tally({ programId })).to.deep.equal({
      clicks: 3,
      attributed: 6,
      unattributed: 2,
      statements: 2,
    });
    expect(await reader.tally({ programId, partnerId: idOf('par', 2) })).to.deep.equal({
      clicks: 1,
      attributed: 2,
      unattributed: 0,
      statements: 1,
    });
  });

  it('counts each day what happened on it, and moves a credit that moved', async () => {
    const { transaction, reader } = await make();

    await bring(transaction, wholeStory().told);

    const figures = await reader.daily({ programId }, '2018-03-01', '2018-03-05');
    expect(figures.map(({ day, measure, count, minor }) => [day, measure, count, minor])).to.deep.equal([
      ['2018-03-01', 'accrued', 7, 9_140n],
      ['2018-03-01', 'clicks', 3, 0n],
      ['2018-03-01', 'conversions', 6, 0n],
      ['2018-03-01', 'unattributed', 2, 0n],
      ['2018-03-05', 'reversed', 2, 780n],
    ]);
    const mine = await reader.daily({ programId, partnerId: idOf('par', 2) }, '2018-03-01', '2018-03-01');
    expect(mine.map(({ measure, count }) => [measure, count])).to.deep.equal([
      ['accrued', 3],
      ['clicks', 1],
      ['conversions', 2],
    ]);
  });

  it('says nothing of another program, another day, or what nobody told', async () => {
    const { transaction, reader } = await make();
    await bring(transaction, wholeStory().told);
    const other = { programId: idOf('prg', 2) };

    expect(await reader.daily(other, '2018-03-01', '2018-03-31')).to.be.empty;
    expect(await reader.daily({ programId }, '2018-04-01', '2018-04-30')).to.be.empty;
    expect(await reader.commissionSums(other)).to.be.empty;
    expect(await reader.payoutSums(other)).to.be.empty;
    expect(await reader.tally(other)).to.deep.equal({ clicks: 0, attributed: 0, unattributed: 0, statements: 0 });
    expect(await reader.commission(idOf('com', 99))).to.equal(undefined);
    expect(await reader.assessment(idOf('ord', 99), idOf('par', 1))).to.equal(undefined);
    expect(await reader.payouts({ programId, partnerId: idOf('par', 9) })).to.be.empty;
  });

  it('comes to the same whatever the order, the batches and the repetitions', async () => {
    const { transaction, reader } = await make();
    await bring(transaction, wholeStory().told);
    const expected = await everything(reader);

    for (const seed of [1, 2]) {
      const random = new SeededRandom(seed);
      const { told } = wholeStory();
      const shuffled = await make();

      await bring(
        shuffled.transaction,
        random.shuffled([...told, ...told.filter(() => random.fraction() < 0.3)]),
        1 + random.below(9),
      );

      expect(await everything(shuffled.reader), `seed ${seed}`).to.deep.equal(expected);
    }
  });

  it('keeps nothing of a batch with something unreadable in it', async () => {
    const { transaction, reader } = await make();
    const teller = new Teller();
    tellerOf(teller, 1, 1).clicked().attributed();
    const [click, conversion] = teller.told;

    await bring(transaction, [click!, { ...conversion!, payload: {} }]).catch(() => undefined);
    expect(await reader.tally({ programId })).to.deep.include({ clicks: 0 });
    await bring(transaction, teller.told);

    expect(await reader.tally({ programId })).to.deep.include({ clicks: 1, attributed: 1 });
  });
};

const sum = (state: string, count: number, amountMinor: bigint, vestedMinor: bigint, clawedBackMinor: bigint) => ({
  state,
  currency: 'BRL',
  count,
  amountMinor,
  vestedMinor,
  clawedBackMinor,
});
