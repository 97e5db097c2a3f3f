/** Submits the batch of January 2018, and posts it, in a process of its own, which is killed at the point its arguments name. */
import { armFault } from '../../src/infrastructure/fault.ts';
import { openDatabase } from '../../src/infrastructure/postgres/database.ts';
import { settlementOn } from './settlement-on.ts';
import { batchOf } from './settlement-story.ts';

const [url = '', fault = ''] = process.argv.slice(2);
const opened: { destroy(): Promise<void> }[] = [];
const as = (schema: string) => {
  const database = openDatabase({ url, schema, role: `mod_${schema}`, poolSize: 2, timeoutMs: 10_000 });
  opened.push(database.knex);
  return database;
};

const { submit, post } = settlementOn({ as }, '2018-02-05T00:00:00Z');
armFault(fault === '' ? undefined : fault);
await submit.run(batchOf('2018-01'));
await post.run();
await Promise.all(opened.map((knex) => knex.destroy()));
