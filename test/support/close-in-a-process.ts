/** Closes January 2018 in a process of its own, which is killed at the point its arguments name. */
import { armFault } from '../../src/infrastructure/fault.ts';
import { openDatabase } from '../../src/infrastructure/postgres/database.ts';
import { instant } from '../../src/shared/instant.ts';
import { settlementOn } from './settlement-on.ts';

const [url = '', fault = '', ...locked] = process.argv.slice(2);
const opened: { destroy(): Promise<void> }[] = [];
const as = (schema: string) => {
  const database = openDatabase({ url, schema, role: `mod_${schema}`, poolSize: 2, timeoutMs: 10_000 });
  opened.push(database.knex);
  return database;
};

const { commission, closed } = settlementOn({ as }, '2018-02-05T00:00:00Z', { partners: 2, lines: 100 });
for (const pair of locked) {
  const [at = '', minor = ''] = pair.split('=');
  commission.locked.push({ at: instant(at), minor: BigInt(minor) });
}
armFault(fault === '' ? undefined : fault);
await closed('2018-01');
await Promise.all(opened.map((knex) => knex.destroy()));
