/** Imports a bank's statement in a process of its own, which is killed at the point its arguments name. */
import { readFileSync } from 'node:fs';
import { armFault } from '../../src/infrastructure/fault.ts';
import { openDatabase } from '../../src/infrastructure/postgres/database.ts';
import { reconcilingOn } from './reconciling.ts';

const [url = '', now = '', file = '', fault = ''] = process.argv.slice(2);
const opened: { destroy(): Promise<void> }[] = [];
const as = (schema: string) => {
  const database = openDatabase({ url, schema, role: `mod_${schema}`, poolSize: 2, timeoutMs: 10_000 });
  opened.push(database.knex);
  return database;
};

const { imports } = reconcilingOn({ as }, now);
armFault(fault === '' ? undefined : fault);
await imports.run(readFileSync(file, 'utf8'));
await Promise.all(opened.map((knex) => knex.destroy()));
