/** Calls the provider of wallets in a process of its own, which is killed at the point its arguments name. */
import { armFault } from '../../src/infrastructure/fault.ts';
import { openDatabase } from '../../src/infrastructure/postgres/database.ts';
import { instant } from '../../src/shared/instant.ts';
import { callRailsOn } from './rails-on.ts';

const [url = '', provider = '', now = '', fault = ''] = process.argv.slice(2);
const database = openDatabase({ url, schema: 'settlement', role: 'mod_settlement', poolSize: 2, timeoutMs: 10_000 });
armFault(fault === '' ? undefined : fault);
const { calls, rail } = callRailsOn(database, provider, instant(now));
await calls.run();
await rail.close();
await database.knex.destroy();
