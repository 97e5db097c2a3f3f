/** What a story came to, asked of the program over HTTP. */
import type { MoneyJson } from '../../shared/money.ts';
import { type Audited, isKept } from '../verify.ts';
import type { World } from './world.ts';

export interface StateTotal {
  readonly count: number;
  readonly minor: number;
}

export interface Summary {
  readonly orders: number;
  readonly order_events_accepted: number;
  readonly order_events_duplicate: number;
  readonly clicks: number;
  readonly conversions_attributed: number;
  readonly conversions_unattributed: number;
  readonly commissions: Readonly<Record<string, StateTotal>>;
  /** Of all commissions' amounts, what was taken back after the lock. */
  readonly clawed_back_minor: number;
  readonly ledger: {
    readonly accounts: number;
    readonly transactions: number;
    readonly trial_balance_minor: number;
    readonly by_account_kind: Readonly<Record<string, number>>;
  };
  readonly statements: number;
  readonly payouts: Readonly<Record<string, StateTotal>>;
  readonly webhooks: { readonly delivered: number; readonly verified: number; readonly failed: number };
  /** What must always be true: how many of those promises were looked at, and what contradicts them. */
  readonly audits: { readonly promises: number; readonly broken: Readonly<Record<string, readonly string[]>> };
  readonly unexplained_commissions: number;
  readonly parts: string;
  readonly currency: string;
  /** Until the last payout; looking at it all afterwards is `audit_seconds`. */
  readonly seconds: number;
  readonly audit_seconds: number;
}

interface States {
  readonly states: readonly { readonly state: string; readonly count: number; readonly amount: MoneyJson }[];
}

interface CommissionStates {
  readonly states: readonly (States['states'][number] & { readonly clawedBack: MoneyJson })[];
}

interface TrialBalance {
  readonly accounts: number;
  readonly transactions: number;
  readonly byCurrency: readonly {
    readonly currency: string;
    readonly total: MoneyJson;
    readonly byKind: readonly { readonly kind: string; readonly balance: MoneyJson }[];
  }[];
}

const byState = ({ states }: States): Record<string, StateTotal> =>
  Object.fromEntries(states.map(({ state, count, amount }) => [state, { count, minor: Number(amount.minor) }]));

const EXPLAINED = 'every commission has an explanation that comes to the same cents';

/** A promise nobody looks at is not kept. */
const findingsOf = (results: readonly Audited[], promise: string): number => {
  const found = results.find((result) => result.promise === promise);
  if (found === undefined) throw new Error(`nobody looks whether ${promise}`);
  return found.findings.length;
};

const ledgerOf = ({ accounts, transactions, byCurrency }: TrialBalance): Summary['ledger'] => ({
  accounts,
  transactions,
  trial_balance_minor: byCurrency.reduce((sum, { total }) => sum + Math.abs(Number(total.minor)), 0),
  by_account_kind: Object.fromEntries(
    (byCurrency[0]?.byKind ?? []).map(({ kind, balance }) => [kind, Number(balance.minor)]),
  ),
});

const secondsSince = (startedMs: number): number => Math.round((performance.now() - startedMs) / 100) / 10;

export const summarise = async ({ stage, programId, tally }: World, startedMs: number): Promise<Summary> => {
  const { staff, receiver } = stage;
  const of = (path: string): string => `${path}?programId=${programId}`;
  const [orders, conversions, commissions, statements, payouts, deliveries, books] = await Promise.all([
    staff.get<{ states: readonly { count: number }[] }>(of('/v1/orders/totals')),
    staff.get<{ attributed: number; unattributed: number; clicks: number }>(of('/v1/conversions/totals')),
    staff.get<CommissionStates>(of('/v1/commissions/totals')),
    staff.get<{ count: number }>(of('/v1/statements/totals')),
    staff.get<States>(of('/v1/payouts/totals')),
    staff.get<{ delivered: number; failed: number; pending: number }>('/v1/webhook-deliveries/totals'),
    staff.get<TrialBalance>('/v1/ledger/trial-balance'),
  ]);
  const { verified, failed } = receiver.count();
  const [main] = books.byCurrency;
  const seconds = secondsSince(startedMs);
  const results = await stage.audit();
  const broken = results.filter((result) => !isKept(result));
  return {
    orders: orders.states.reduce((sum, { count }) => sum + count, 0),
    order_events_accepted: tally.accepted,
    order_events_duplicate: tally.duplicate,
    clicks: conversions.clicks,
    conversions_attributed: conversions.attributed,
    conversions_unattributed: conversions.unattributed,
    commissions: byState(commissions),
    clawed_back_minor: commissions.states.reduce((sum, { clawedBack }) => sum + Number(clawedBack.minor), 0),
    ledger: ledgerOf(books),
    statements: statements.count,
    payouts: byState(payouts),
    webhooks: { delivered: deliveries.delivered, verified, failed: failed + deliveries.failed },
    audits: {
      promises: results.length,
      broken: Object.fromEntries(broken.map(({ promise, findings }) => [promise, findings])),
    },
    unexplained_commissions: findingsOf(results, EXPLAINED),
    parts: stage.parts,
    currency: main?.currency ?? '',
    seconds,
    audit_seconds: Math.round((secondsSince(startedMs) - seconds) * 10) / 10,
  };
};
