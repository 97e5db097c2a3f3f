import type { Period } from '../../domain/statements/period.ts';
import type { SettlementTransaction } from '../../ports/settlement-stores.ts';
import type { DecidePayouts } from './decide-payouts.ts';
import type { WriteStatements } from './write-statements.ts';

/**
 * Finishes what `ClosePeriod` began: statements, then payouts. What it writes follows from what is booked, and ids
 * from program, period and partner; so it does not matter where somebody was cut off, or how often it is tried.
 */
export class FinishClosing {
  constructor(
    private readonly transaction: SettlementTransaction,
    private readonly writeStatements: WriteStatements,
    private readonly decidePayouts: DecidePayouts,
  ) {}

  /**
   * A step of every program's close that is under way; true when there may be more to do. A program that is stuck stops
   * no other, but its own later periods wait: their statements begin where those of the earlier one end.
   */
  async run(): Promise<boolean> {
    const periods = earliestOfEachProgram(await this.transaction.run(({ books }) => books.closing()));
    const failures: unknown[] = [];
    for (const period of periods) {
      try {
        await (period.statements === undefined ? this.writeStatements.run(period) : this.decidePayouts.run(period));
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
    return periods.length > 0;
  }
}

/** Expects them earliest first. */
const earliestOfEachProgram = (periods: readonly Period[]): readonly Period[] => [
  ...new Map(periods.toReversed().map((period) => [period.programId, period])).values(),
];
