/** What a story came to, asked of the program over HTTP. */
import type { MoneyJson } from '../../shared/money.ts';
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
  readonly ledger: {
    readonly accounts: number;
    readonly transactions: number;
    readonly trial_balance_minor: number;
    readonly by_account_kind: Readonly<Record<string, number>>;
  };
  readonly statements: number;
  readonly payouts: Readonly<Record<string, StateTotal>>;
  readonly webhooks: { readonly delivered: number; readonly verified: number; readonly failed: number };
  readonly parts: string;
  readonly currency: string;
  readonly seconds: number;
}

interface States {
  readonly states: readonly { readonly state: string; readonly count: number; readonly amount: MoneyJson }[];
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

export const summarise = async ({ stage, programId, tally }: World, startedMs: number): Promise<Summary> => {
  const { staff, receiver } = stage;
  const of = (path: string): string => `${path}?programId=${programId}`;
  const [orders, conversions, commissions, statements, payouts, deliveries, books] = await Promise.all([
    staff.get<{ states: readonly { count: number }[] }>(of('/v1/orders/totals')),
    staff.get<{ attributed: number; unattributed: number; clicks: number }>(of('/v1/conversions/totals')),
    staff.get<States>(of('/v1/commissions/totals')),
    staff.get<{ count: number }>(of('/v1/statements/totals')),
    staff.get<States>(of('/v1/payouts/totals')),
    staff.get<{ delivered: number; failed: number; pending: number }>('/v1/webhook-deliveries/totals'),
    staff.get<TrialBalance>('/v1/ledger/trial-balance'),
  ]);
  const { verified, failed } = receiver.count();
  const [main] = books.byCurrency;
  return {
    orders: orders.states.reduce((sum, { count }) => sum + count, 0),
    order_events_accepted: tally.accepted,
    order_events_duplicate: tally.duplicate,
    clicks: conversions.clicks,
    conversions_attributed: conversions.attributed,
    conversions_unattributed: conversions.unattributed,
    commissions: byState(commissions),
    ledger: {
      accounts: books.accounts,
      transactions: books.transactions,
      trial_balance_minor: books.byCurrency.reduce((sum, { total }) => sum + Math.abs(Number(total.minor)), 0),
      by_account_kind: Object.fromEntries(
        (main?.byKind ?? []).map(({ kind, balance }) => [kind, Number(balance.minor)]),
      ),
    },
    statements: statements.count,
    payouts: byState(payouts),
    webhooks: { delivered: deliveries.delivered, verified, failed: failed + deliveries.failed },
    parts: stage.parts,
    currency: main?.currency ?? '',
    seconds: Math.round((performance.now() - startedMs) / 100) / 10,
  };
};
