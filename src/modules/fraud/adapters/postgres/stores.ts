import type { Knex } from 'knex';
import type { Outbox } from '../../../../shared/outbox.ts';
import type { FraudStores } from '../../ports/fraud-stores.ts';
import { PostgresAssessments } from './postgres-assessments.ts';
import { PostgresCases } from './postgres-cases.ts';

export const postgresFraudStores = (trx: Knex, outbox: Outbox): FraudStores => ({
  assessments: new PostgresAssessments(trx),
  cases: new PostgresCases(trx),
  outbox,
});
