/** A process that is asked to end while it has its hands full, as at every deployment. */
import { expect } from 'chai';
import { rowsOf } from '../../../src/infrastructure/postgres/database.ts';
import type { TestDatabase } from '../../support/database.ts';
import { withProgram } from '../../support/process.ts';
import { Shop, startProgram } from '../../support/shop.ts';
import { eventually } from '../../support/signals.ts';

describe('the program asked to end under load', () => {
  const start = withProgram();
  let shop: Shop;
  let database: TestDatabase;

  before(async () => {
    shop = await Shop.open();
    database = await shop.copy();
  });
  after(async () => {
    await database.drop();
    await shop.close();
  });

  it('answers every request it has begun, truly, takes no more, and ends with 0', async () => {
    const program = await startProgram(start, shop.environment(database, { SHUTDOWN_GRACE_MS: '10000' }));
    const taken: string[] = [];
    const failures: string[] = [];
    let next = 0;
    const client = async (): Promise<void> => {
      while (program.isRunning) {
        const n = next;
        next += 1;
        const events = shop.order(n).slice(0, 1);
        try {
          const headers = { authorization: `Bearer ${shop.token}`, 'content-type': 'application/json' };
          const body = JSON.stringify({ events });
          const response = await fetch(`${program.url}/v1/events`, { method: 'POST', headers, body });
          await response.text();
          if (response.status === 202) taken.push(`${n}:placed`);
          else failures.push(String(response.status));
        } catch (error) {
          failures.push(codeOf(error));
          return;
        }
      }
    };

    const clients = Array.from({ length: 8 }, client);
    await eventually('work has begun', () => taken.length > 100);
    program.signal('SIGTERM');
    const end = await program.ends(15_000);
    await Promise.all(clients);

    expect(end, program.said).to.equal(0);
    expect(failures.filter((failure) => failure !== 'ECONNREFUSED')).to.deep.equal([]);
    const rows = await rowsOf<{ id: string }>(
      database.owner.knex,
      `select event_id as id from pipeline.accepted_events where event_id like '%placed'`,
    );
    expect(rows.map(({ id }) => id)).to.have.members(taken);
  });
});

/** What the system said, below what fetch made of it. */
const codeOf = (error: unknown): string => {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause ?? error);
};
