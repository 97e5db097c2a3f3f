import { jobBell } from '../../../infrastructure/job.ts';
import type { Module, Resolver } from '../../../infrastructure/module.ts';
import { TransactionParts } from '../../../infrastructure/postgres/transaction.ts';

/** A topic of settlement, wired: what the module is, for one of its folders. */
export type Part = Pick<Module, 'routes' | 'services' | 'consumers' | 'jobs' | 'audits'> & {
  readonly bindings?: Exclude<Module['bindings'], readonly unknown[]>;
};

export const POST_JOB = 'settlement.post';
export const CLOSE_JOB = 'settlement.close';
export const MATCH_JOB = 'settlement.match';
export const INVOICES_JOB = 'settlement.invoices';
export const ISSUE_JOB = 'settlement.issue_invoices';
export const RAILS_JOB = 'settlement.rails';

/** Wakes a job at once, in whichever process it runs. */
export const bellOf = (own: Resolver, job: string) => (): void => {
  own.get(TransactionParts).doorbell.ring(jobBell({ name: job }));
};

/** Whoever posts, and whoever looks for what lines of the bank are about. */
export const ringBoth = (own: Resolver) => (): void => {
  bellOf(own, POST_JOB)();
  bellOf(own, MATCH_JOB)();
};
