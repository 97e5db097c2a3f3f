/**
 * `make run`: the whole program in one process, on an embedded PostgreSQL, broker and cache, unless the environment
 * names better ones. Data stays under `.data`; Ctrl-C leaves nothing running.
 */
import { join } from 'node:path';
import { createApp } from '../app.ts';
import type { App } from '../infrastructure/compose.ts';
import { readConfig } from '../infrastructure/config.ts';
import { endWell } from '../infrastructure/system/process.ts';
import { dataFolder, keepLocalEnvironment } from './local/environment.ts';
import { type LocalPostgres, startPostgres } from './local/postgres.ts';
import { migrate } from './migrate.ts';

export const run = async (): Promise<void> => {
  const began = performance.now();
  const given = process.env['DATABASE_URL'];
  const postgres: LocalPostgres | undefined = given
    ? undefined
    : await startPostgres({ dir: join(dataFolder(), 'postgres') });
  const local = keepLocalEnvironment(postgres ? { DATABASE_URL: postgres.url } : {});
  const config = readConfig({ LOG_LEVEL: 'warn', ...local, ...process.env });
  let app: App | undefined;
  try {
    const applied = await migrate(config.DATABASE_URL, undefined, () => undefined);
    const started = createApp(config);
    app = started;
    const port = await started.start();
    endWell(async () => {
      await started.stop();
      await postgres?.stop();
    });
    console.log(
      `Tributary is up after ${((performance.now() - began) / 1_000).toFixed(1)} s: http://localhost:${port} (${applied} migrations applied)`,
    );
  } catch (error) {
    await app?.release();
    await postgres?.stop();
    throw error;
  }
};
