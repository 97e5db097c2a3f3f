import { expect } from 'chai';
import { nameOf } from '../../../src/shared/events.ts';
import { playRun, Runs, told } from '../../support/simulation/runs.ts';
import type { World } from '../../support/simulation/world.ts';

const { SIMULATION_RUNS: wanted = '300', SIMULATION_SEED: first } = process.env;
const seeds = first === undefined ? Number(wanted) : 1;
const from = Number(first ?? 0);

/** What has been seen to happen in some run: every event that was told, every state a payout ended in. */
const sightsOf = ({ stores, cutOff }: World): readonly string[] => [
  ...Object.values(stores).flatMap(({ published }: { published: World['stores']['orders']['published'] }) =>
    published.map(nameOf),
  ),
  ...stores.settlement.payouts().map(({ state, reason }) => `${state} ${reason ?? ''}`.trim()),
  ...stores.commission
    .all()
    .flatMap(({ state, endReason, clawedBack, paid }) => [
      state,
      endReason ?? '',
      `${state} ${endReason ?? ''}`,
      ...(clawedBack.isZero || paid.isZero ? [] : ['clawed back after it was paid']),
    ]),
  ...(cutOff > 0 ? ['cut off'] : []),
];

const EXPECTED = [
  'attribution.attribution_changed.v1',
  'attribution.conversion_unattributed.v1',
  'clawed back after it was paid',
  'commission.clawed_back.v1',
  'commission.held.v1',
  'commission.locked.v1',
  'commission.paid.v1',
  'commission.raised.v1',
  'commission.reduced.v1',
  'commission.released.v1',
  'cut off',
  'cancelled batch_cancelled',
  'order_charged_back',
  'orders.order_amended.v1',
  'paid',
  'partners.enrolment_suspended.v1',
  'rejected AC04',
  'returned AC03',
  'reversed attribution_changed',
  'reversed fraud_rejected',
  'reversed order_cancelled',
  'reversed order_returned',
];

describe('the main flow in a bad world', () => {
  const seen = new Set<string>();

  it(`keeps every promise in ${seeds} runs`, async function () {
    this.timeout(0);
    const runs = new Runs();
    for (let seed = from; seed < from + seeds; seed += 1) {
      const world = await runs.run(seed).catch(async (error: unknown) => {
        throw new Error(await told(seed, error), { cause: error });
      });
      for (const sight of sightsOf(world)) seen.add(sight);
    }
  });

  // Fewer runs do not come everywhere.
  if (seeds >= 200) {
    it('has seen all that may happen', () => {
      expect(EXPECTED.filter((sight) => !seen.has(sight))).to.deep.equal([]);
    });
  }

  it('goes the same way for the same seed', async function () {
    this.timeout(0);
    const play = async (): Promise<readonly string[]> => {
      const lines: string[] = [];
      await playRun(7, { log: (line) => lines.push(line) });
      return lines;
    };

    const lines = await play();

    expect(lines).to.have.length.greaterThan(50);
    expect(await play()).to.deep.equal(lines);
  });
});
