import { expect } from 'chai';
import {
  explainsNothing,
  FastClock,
  forgetsWhatItHeard,
  hidesEnds,
  PostsAgain,
  saysDoneTooSoon,
  seesNoSuspension,
} from '../../support/simulation/plants.ts';
import { Runs } from '../../support/simulation/runs.ts';
import { Violation } from '../../support/simulation/violation.ts';
import type { Plants } from '../../support/simulation/world.ts';

/** Far more than any of these faults needs to show itself. */
const SEEDS = 1_000;

/** The first broken promise that the fault leads to. */
const brokenBy = async (plants: Plants): Promise<string> => {
  const runs = new Runs();
  for (let seed = 0; seed < SEEDS; seed += 1) {
    try {
      await runs.run(seed, { plants });
    } catch (error) {
      if (error instanceof Violation) return error.promise;
      throw error;
    }
  }
  return 'none';
};

const faults: readonly (readonly [what: string, plants: Plants, ...promises: string[]])[] = [
  [
    'an inbox that forgets what it heard',
    { inCommission: forgetsWhatItHeard },
    'a commission knows what payouts brought it',
  ],
  [
    'a message that is acknowledged before it is handled',
    { inAttribution: saysDoneTooSoon },
    'everything that was told took effect once',
    'every commission rests on a decision',
  ],
  ['a reversal that is skipped', { orders: hidesEnds }, 'an order that came to nothing earns nothing'],
  [
    'a ledger that posts again what it has posted',
    { ledger: (port) => new PostsAgain(port) },
    'nothing that is told is refused', // pending is bounded: what leaves it twice was not there twice
    'nobody is refused who did nothing wrong', // a statement that differs from the ledger is not written
    'what was earned is pending, owed, on its way or paid',
    'the clearing account equals what is submitted and not yet settled',
  ],
  [
    'a lock that comes before the return window is over',
    { clockOfCommission: (clock) => new FastClock(clock, 10) },
    'nothing locks before its time',
  ],
  [
    'an amount that nobody can explain',
    { inCommission: explainsNothing },
    'every commission has an explanation that comes to the same cents',
  ],
  ['a report that counts twice', { inReporting: forgetsWhatItHeard }, 'reports count what there is, once'],
  ['money that is sent to who is suspended', { partners: seesNoSuspension }, 'nobody is sent money while suspended'],
];

describe('the simulation', () => {
  for (const [what, plants, ...promises] of faults) {
    it(`finds ${what}`, async function () {
      this.timeout(0);
      expect(await brokenBy(plants)).to.be.oneOf(promises);
    });
  }
});
