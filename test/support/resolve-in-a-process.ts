/** Upholds the first dispute, and pays it, in a process of its own, which is killed at the point its arguments name. */
import { armFault } from '../../src/infrastructure/fault.ts';
import { openDatabase } from '../../src/infrastructure/postgres/database.ts';
import { idOf } from './clock.ts';
import { ADA } from './dispute-story.ts';
import { disputesOn } from './disputes-on.ts';

const [url = '', fault = ''] = process.argv.slice(2);
const opened: { destroy(): Promise<void> }[] = [];
const as = (schema: string) => {
  const database = openDatabase({ url, schema, role: `mod_${schema}`, poolSize: 2, timeoutMs: 10_000 });
  opened.push(database.knex);
  return database;
};

const { work, run, reader } = disputesOn({ as }, '2018-03-11T00:00:00Z');
const id = idOf('dsp', 1);
armFault(fault === '' ? undefined : fault);
if ((await reader.find(id))?.dispute.state === 'opened') {
  await work.resolve(id, { outcome: 'upheld', reason: 'goodwill', text: 'You are right.' }, ADA);
}
await run.run();
await Promise.all(opened.map((knex) => knex.destroy()));
