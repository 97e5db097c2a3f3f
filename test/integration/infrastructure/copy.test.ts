/** What stays of rows once they are with PostgreSQL. */
import { expect } from 'chai';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { copyAll } from '../../../src/infrastructure/postgres/copy.ts';
import { rowsOf } from '../../../src/infrastructure/postgres/database.ts';
import { withDatabase } from '../../support/database.ts';

const BYTES = 1_000_000;
const ROUNDS = 40;

/** Looks through the young part of the heap alone, as V8 does all the time. */
const scavenger = (): (() => void) => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as (how: { readonly type: 'minor' }) => void;
  return () => {
    collect({ type: 'minor' });
  };
};

const failure = (work: Promise<void>): Promise<string> => work.then(() => 'none', String);

describe('rows copied into a table', () => {
  const database = withDatabase();

  const copy = (rows: Buffer, table = 'copied'): Promise<void> =>
    copyAll(database().owner.knex, [{ statement: `copy public.${table} from stdin`, rows }]);

  beforeEach(async () => {
    await rowsOf(database().owner.knex, 'create table public.copied (line text)');
  });

  it('are let go of without a look through the whole heap, which would hold up whoever waits', async () => {
    const scavenge = scavenger();
    const before = process.memoryUsage().arrayBuffers;

    for (let round = 0; round < ROUNDS; round += 1) {
      await copy(Buffer.alloc(BYTES, `${'x'.repeat(99)}\n`));
      scavenge();
    }

    expect(process.memoryUsage().arrayBuffers - before).to.be.below((ROUNDS / 4) * BYTES);
    const [counted] = await rowsOf<{ count: bigint }>(database().owner.knex, 'select count(*) from public.copied');
    expect(counted?.count).to.equal(BigInt((ROUNDS * BYTES) / 100));
  });

  it('are let go of so soon as what a statement is asked with', async () => {
    const scavenge = scavenger();
    const before = process.memoryUsage().arrayBuffers;

    for (let round = 0; round < ROUNDS; round += 1) {
      await rowsOf(database().owner.knex, 'select length(:bytes::bytea)', { bytes: Buffer.alloc(BYTES) });
      scavenge();
    }

    expect(process.memoryUsage().arrayBuffers - before).to.be.below((ROUNDS / 4) * BYTES);
  });

  it('are refused as a whole, and what comes next is taken', async () => {
    expect(await failure(copy(Buffer.from('one\n\ttoo many\n')))).to.contain('extra data');
    expect(await failure(copy(Buffer.from('one\n'), 'nowhere'))).to.contain('does not exist');
    await copy(Buffer.from('one\n'));

    expect(await rowsOf(database().owner.knex, 'select line from public.copied')).to.deep.equal([{ line: 'one' }]);
  });
});
