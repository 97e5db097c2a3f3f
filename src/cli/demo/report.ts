/** What a person reads at the end of a story. */
import { Money } from '../../shared/money.ts';
import type { StateTotal, Summary } from './summary.ts';

const LIFE = ['estimated', 'pending', 'vesting', 'vested', 'held', 'locked', 'settled', 'paid', 'reversed'];

export const report = (summary: Summary): string => {
  const { currency } = summary;
  const money = (minor: number): string => Money.of(BigInt(minor), currency).toString();
  return [
    `${summary.parts} · ${summary.seconds} s`,
    '',
    heading('What happened'),
    row(
      'orders',
      summary.orders,
      `${summary.order_events_accepted} events accepted, ${summary.order_events_duplicate} came twice and counted once`,
    ),
    row('clicks', summary.clicks, ''),
    row(
      'conversions',
      summary.conversions_attributed,
      `credited to a partner; ${summary.conversions_unattributed} to nobody, each with its reason`,
    ),
    '',
    heading('Commissions'),
    ...states(summary.commissions, money, LIFE),
    amountRow('clawed back', money(-summary.clawed_back_minor), 'of those, after the lock; netted from later payouts'),
    amountRow('earned', money(earnedMinor(summary)), 'all but the reversed, less what was clawed back'),
    '',
    heading('The ledger'),
    row('accounts', summary.ledger.accounts, `${summary.ledger.transactions} transactions`),
    ...Object.entries(summary.ledger.by_account_kind).map(([kind, minor]) => row(kind, money(minor), '')),
    row(
      'trial balance',
      money(summary.ledger.trial_balance_minor),
      summary.ledger.trial_balance_minor === 0 ? 'debits and credits agree' : 'DEBITS AND CREDITS DISAGREE',
    ),
    '',
    heading('Settlement'),
    row('statements', summary.statements, 'closed, numbered, hashed'),
    '',
    heading('Payouts'),
    ...states(summary.payouts, money, []),
    '',
    heading('Webhooks'),
    row(
      'delivered',
      summary.webhooks.delivered,
      `${summary.webhooks.verified} verified by the receiver, ${summary.webhooks.failed} failed`,
    ),
    '',
    heading('What must always be true'),
    row('promises', summary.audits.promises, `looked at in ${summary.audit_seconds} s`),
    ...brokenPromises(summary),
    '',
  ].join('\n');
};

const brokenPromises = ({ audits: { broken } }: Summary): string[] => {
  const all = Object.entries(broken);
  if (all.length === 0) return [row('broken', 0, 'all of them hold')];
  return all.map(([promise, findings]) => row('BROKEN', findings.length, `${promise}: ${findings[0] ?? ''}`));
};

const WIDTH = 78;
export const heading = (text: string): string => `── ${text} ${'─'.repeat(Math.max(3, WIDTH - text.length - 4))}`;
const row = (name: string, value: string | number, note: string): string =>
  `  ${name.padEnd(20)} ${String(value).padStart(20)}   ${note}`.trimEnd();

/** Under the amounts of the states. */
const amountRow = (name: string, amount: string, note: string): string =>
  row(name, '', `${amount.padStart(18)}   ${note}`);

const earnedMinor = ({ commissions, clawed_back_minor }: Summary): number =>
  Object.entries(commissions).reduce(
    (sum, [state, { minor }]) => (state === 'reversed' ? sum : sum + minor),
    -clawed_back_minor,
  );

const states = (
  totals: Readonly<Record<string, StateTotal>>,
  money: (minor: number) => string,
  order: readonly string[],
): string[] => {
  const known = [
    ...order.filter((state) => state in totals),
    ...Object.keys(totals).filter((state) => !order.includes(state)),
  ];
  return known.map((state) => row(state, totals[state]?.count ?? 0, money(totals[state]?.minor ?? 0).padStart(18)));
};
