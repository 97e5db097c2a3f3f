import { promisesOfReports } from './promises-of-reports.ts';
import { ledgerIsBalanced, promisesOfMoney } from './promises-of-money.ts';
import { locksWait, promisesOfCredit } from './promises-of-credit.ts';
import { Violation } from './violation.ts';
import type { World } from './world.ts';

export type Findings = readonly string[];

/** What must be true of the program, whatever happened to it. */
export interface Promised {
  readonly promise: string;
  /** What contradicts it. */
  readonly findings: (world: World) => Findings | Promise<Findings>;
}

/** True at every moment; cheap enough to look all the time. */
export const holdsNow = (world: World): Promise<void> => mustHold(world, [ledgerIsBalanced, locksWait]);

/** True when everything has come to rest. */
export const holdsAtTheEnd = (world: World): Promise<void> =>
  mustHold(world, [...promisesOfCredit, ...promisesOfMoney, ...promisesOfReports]);

const mustHold = async (world: World, promised: readonly Promised[]): Promise<void> => {
  for (const { promise, findings } of promised) {
    const found = await findings(world);
    if (found.length > 0) throw new Violation(promise, found);
  }
};
