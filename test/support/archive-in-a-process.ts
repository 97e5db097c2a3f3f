/** Archives in a process of its own, which is killed at the point its arguments name; says `done` when it is not. */
import { armFault } from '../../src/infrastructure/fault.ts';
import { openDatabase } from '../../src/infrastructure/postgres/database.ts';
import { OwnArchive } from './archive.ts';

const [url = '', folder = '', nowMs = '', fault = ''] = process.argv.slice(2);
const opened: { destroy(): Promise<void> }[] = [];
const as = (schema: string) => {
  const database = openDatabase({ url, schema, role: `mod_${schema}`, poolSize: 2, timeoutMs: 10_000 });
  opened.push(database.knex);
  return database;
};

const own = new OwnArchive({ as }, folder);
own.nowMs = Number(nowMs);
armFault(fault === '' ? undefined : fault);
await own.finish(own.archiver());
armFault(undefined);
await Promise.all(opened.map((knex) => knex.destroy()));
console.log('done');
