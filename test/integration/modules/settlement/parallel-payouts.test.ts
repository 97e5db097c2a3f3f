import { expect } from 'chai';
import { rowsOf } from '../../../../src/infrastructure/postgres/database.ts';
import { AppError } from '../../../../src/shared/errors.ts';
import { idOf } from '../../../support/clock.ts';
import { withDatabase } from '../../../support/database.ts';
import { settlementOn } from '../../../support/settlement-on.ts';
import { aFact, batchOf, months, payoutOf, programId } from '../../../support/settlement-story.ts';

const ATTEMPTS = 10_000;
const AT_ONCE = 50;
const EARNED = 50_000n;
const MONTHS = months(6);

/** The same mixture each time: a small generator with a seed of its own. */
const mixture = (seed: number) => {
  let state = seed;
  return (below: number): number => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
};

describe('10,000 attempts on one balance, fifty at a time', function () {
  this.timeout(120_000);
  const database = withDatabase();

  it('never pay more than there is, and nothing twice', async () => {
    const settlement = settlementOn(database(), '2018-08-05T00:00:00Z');
    const facts = [aFact('accrue', { minor: EARNED }), aFact('lock', { minor: EARNED })];
    settlement.commission.locked.push({ at: facts[1]!.occurredAt, minor: EARNED });
    await settlement.book.run('settlement', facts);
    const next = mixture(7);
    const outcomes = new Map<string, number>();
    let left = ATTEMPTS;

    const attempt = async (): Promise<void> => {
      const period = MONTHS[next(MONTHS.length)] ?? '2018-01';
      const [what, batchId] = [next(20), batchOf(period)];
      if (what === 0) await settlement.closed(period);
      else if (what < 6) await settlement.approve.run(batchId, `boss ${next(3)}`);
      else if (what < 12) await settlement.submit.run(batchId);
      else if (what < 16) await settlement.takeOut.run(payoutOf(period), 'withdrawn', 'finance');
      else if (what < 19) await settlement.cancel.run(batchId);
      else await settlement.post.run();
    };
    const worker = async (): Promise<void> => {
      while (left > 0) {
        left -= 1;
        const outcome = await attempt().then(
          () => 'done',
          (error: unknown) => {
            if (!(error instanceof AppError)) throw error;
            return error.code;
          },
        );
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    await settlement.post.run();

    const { knex } = database().owner;
    const [paid] = await rowsOf<{ minor: string; sent: string; alive: string }>(
      knex,
      `select
         coalesce((select sum(amount_minor) from settlement.bookings where purpose = 'submit'), 0)::text as minor,
         coalesce((select sum(amount_minor) from settlement.payouts where state = 'submitted'), 0)::text as sent,
         coalesce((select sum(amount_minor) from settlement.payouts where state <> 'cancelled'), 0)::text as alive`,
    );
    const available = (
      await settlement.transaction.run(({ control }) => control.securities.available(programId, [idOf('par', 1)]))
    ).get(idOf('par', 1));
    expect([...outcomes.values()].reduce((sum, count) => sum + count, 0)).to.equal(ATTEMPTS);
    expect(outcomes.get('done')).to.be.greaterThan(0);
    expect(BigInt(paid?.sent ?? 0), 'what was sent is what was booked').to.equal(BigInt(paid?.minor ?? -1));
    expect(BigInt(paid?.alive ?? 0) <= EARNED, 'no more is alive than was earned').to.equal(true);
    expect(available).to.equal(EARNED - BigInt(paid?.minor ?? 0));
    expect(available).to.satisfy((minor: bigint) => minor >= 0n);
  });
});
