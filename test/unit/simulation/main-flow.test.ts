import { expect } from 'chai';
import { playManySeeds, playRun, type Sights } from '../../support/simulation/runs.ts';

const { SIMULATION_RUNS: wanted = '800', SIMULATION_SEED: first } = process.env;
const count = first === undefined ? Number(wanted) : 1;
const from = Number(first ?? 0);

const EXPECTED = [
  'a clawback netted from a payout',
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
  let seen: Sights = new Set();

  it(`keeps every promise ${first === undefined ? `in ${count} runs` : `with seed ${first}`}`, async function () {
    this.timeout(0);
    seen = await playManySeeds({ from, count });
  });

  // Fewer runs do not come everywhere.
  if (count >= 800) {
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
