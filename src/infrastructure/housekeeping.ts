/** What the tables of the kernel need now and then: forgetting, and room for what comes. */
import type { WallClock } from '../shared/clock.ts';
import { instantAt, plusDays, plusMs } from '../shared/instant.ts';
import type { IdempotencyKeys } from './http/idempotency.ts';
import type { Job } from './job.ts';
import { type Database, rowsOf } from './postgres/database.ts';

const HOUR_MS = 3_600_000;
/** Longer than any message can be on its way. */
const INBOX_DAYS = 8;
const KEY_HOURS = 25;

export const housekeeping = (
  owner: Database,
  modules: readonly Database[],
  keys: IdempotencyKeys,
  wallClock: WallClock,
): readonly Job[] => {
  const now = () => instantAt(wallClock.nowMs());
  const notDue = () => Promise.resolve(false);
  return [
    {
      name: 'platform.forget_idempotency_keys',
      everyMs: HOUR_MS,
      due: notDue,
      run: async () => (await keys.prune(plusMs(now(), -KEY_HOURS * HOUR_MS))) > 0,
    },
    {
      name: 'platform.forget_handled_messages',
      everyMs: HOUR_MS,
      due: notDue,
      run: async () => {
        const before = plusDays(now(), -INBOX_DAYS);
        const deleted = await Promise.all(modules.map((module) => forgetHandled(module, before)));
        return deleted.some((count) => count > 0);
      },
    },
    {
      name: 'platform.outbox_partitions',
      everyMs: HOUR_MS,
      due: notDue,
      run: async () => {
        for (const { schema } of modules)
          await rowsOf(owner.knex, 'select platform.ensure_outbox_partitions(:schema)', { schema });
        return false;
      },
    },
  ];
};

const forgetHandled = async ({ knex, schema }: Database, before: string): Promise<number> => {
  const rows = await rowsOf(
    knex,
    `delete from ${schema}.inbox
     where ctid = any(array(select ctid from ${schema}.inbox where done_at < :before limit 5000))
     returning 1`,
    { before },
  );
  return rows.length;
};
