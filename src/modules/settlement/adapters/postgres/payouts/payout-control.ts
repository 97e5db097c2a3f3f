import type { Knex } from 'knex';
import type { PayoutControl } from '../../../ports/payout-control.ts';
import { PostgresApprovals } from './postgres-approvals.ts';
import { PostgresPayoutGuards } from './postgres-payout-guards.ts';
import { PostgresPayoutPolicies } from './postgres-payout-policies.ts';
import { PostgresSecurities } from './postgres-securities.ts';

export const payoutControl = (trx: Knex): PayoutControl => ({
  policies: new PostgresPayoutPolicies(trx),
  guards: new PostgresPayoutGuards(trx),
  approvals: new PostgresApprovals(trx),
  securities: new PostgresSecurities(trx),
});
