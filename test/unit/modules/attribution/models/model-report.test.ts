import { expect } from 'chai';
import {
  type ReportedModel,
  ReportModels,
} from '../../../../../src/modules/attribution/application/deciding/model-report.ts';
import { SeededChance } from '../../../../../src/modules/attribution/application/replays/seeded-chance.ts';
import { type Journey, type JourneyQuery, Journeys } from '../../../../../src/modules/attribution/ports/journeys.ts';
import { instant } from '../../../../../src/shared/instant.ts';
import { idOf } from '../../../../support/clock.ts';
import { rejects } from '../../../../support/rejects.ts';

class KnownJourneys extends Journeys {
  constructor(
    private readonly orders: readonly Journey[],
    private readonly nothing: readonly Journey[] = [],
  ) {
    super();
  }

  async *toOrders(): AsyncIterable<readonly Journey[]> {
    // A journey at a time: the same way comes in several pieces.
    for (const journey of this.orders) yield await Promise.resolve([journey]);
  }

  async *toNothing(): AsyncIterable<readonly Journey[]> {
    yield await Promise.resolve(this.nothing);
  }
}

const query: JourneyQuery = {
  programId: idOf('prg', 1),
  from: instant('2026-01-01T00:00:00Z'),
  to: instant('2026-02-01T00:00:00Z'),
  by: 'partner',
};

const went = (count: number, ...steps: readonly string[]): Journey => ({ steps, count });

const report = (journeys: Journeys, model: ReportedModel) =>
  new ReportModels(journeys, (seed) => new SeededChance(seed)).run(query, model);

describe('a report of a data-driven model', () => {
  it('counts journeys that went the same way together, and puts last touch beside the model', async () => {
    const journeys = new KnownJourneys([went(1, 'a', 'b'), went(2, 'a', 'b'), went(1, 'b')], [went(4, 'a')]);

    const { channels, ...totals } = await report(journeys, { name: 'shapley', worth: 'conversions' });

    expect(totals).to.deep.equal({ journeys: 8, conversions: 4 });
    expect(channels).to.deep.equal([
      { channel: 'b', share: 0.625, conversions: 2.5, lastTouch: { share: 1, conversions: 4 } },
      { channel: 'a', share: 0.375, conversions: 1.5, lastTouch: { share: 0, conversions: 0 } },
    ]);
  });

  it('answers the same question the same, also where it samples', async () => {
    const many = Array.from({ length: 25 }, (_, n) => went(1 + (n % 3), `c${n}`, `c${(n * 7) % 25}`));
    const ask = () => report(new KnownJourneys(many, [went(30, 'c1')]), { name: 'shapley', worth: 'rate' });

    const answer = await ask();

    expect(answer.channels.some(({ standardError = 0 }) => standardError > 0)).to.equal(true);
    expect(await ask()).to.deep.equal(answer);
  });

  it('refuses a chain that would hold up everybody else, and more ways than it may remember', async () => {
    const chain = Array.from({ length: 701 }, (_, n) => went(1, `c${n}`));
    await rejects(report(new KnownJourneys(chain), { name: 'markov', order: 1 }), 'attribution.report_too_large');
    const ways = new KnownJourneys(
      [],
      Array.from({ length: 50_001 }, (_, n) => went(1, `c${n}`)),
    );
    await rejects(report(ways, { name: 'shapley', worth: 'conversions' }), 'attribution.report_too_large');
  });
});
