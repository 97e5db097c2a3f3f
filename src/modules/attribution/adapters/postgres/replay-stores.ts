import type { Knex } from 'knex';
import type { ReplayStores } from '../../ports/replays.ts';
import { PostgresClaims } from './postgres-claims.ts';
import { PostgresPolicies } from './postgres-policies.ts';
import { PostgresReplays } from './postgres-replays.ts';
import { PostgresTouchpoints } from './postgres-touchpoints.ts';

export const postgresReplayStores = (trx: Knex): ReplayStores => ({
  replays: new PostgresReplays(trx),
  touchpoints: new PostgresTouchpoints(trx),
  claims: new PostgresClaims(trx),
  policies: new PostgresPolicies(trx),
});
