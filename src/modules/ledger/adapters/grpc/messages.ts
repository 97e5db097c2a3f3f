/** Between messages as `ledger.proto` has them and JSON as HTTP has it, which is what the ledger's shapes read. */
import type { Hold } from '../../domain/hold.ts';
import type { NewAccount, PostVerdict } from '../../index.ts';
import type { AccountStanding } from '../../ports/ledger-reports.ts';
import { standingView } from '../http/account-views.ts';

/** Their names and values are the sender's own, and an empty value is one. */
const MAPS: ReadonlySet<string> = new Set(['metadata', 'parameters']);

const ENUMS: Readonly<Record<string, string>> = { normalSide: 'NORMAL_SIDE_', bound: 'BOUND_' };

/** What is empty was not sent, and a value of an enum is its word. */
export const sent = (message: object): object =>
  Object.fromEntries(
    Object.entries(message).flatMap(([name, value]: [string, unknown]) =>
      isEmpty(value) ? [] : [[name, MAPS.has(name) ? value : sentValue(name, value)]],
    ),
  );

const isEmpty = (value: unknown): boolean =>
  value === '' || value === 0 || value === null || (typeof value === 'string' && value.endsWith('_UNSPECIFIED'));

const sentValue = (name: string, value: unknown): unknown => {
  if (Array.isArray(value)) return value.map((item: unknown) => (isMessage(item) ? sent(item) : item));
  const prefix = ENUMS[name];
  return prefix !== undefined && typeof value === 'string' ? value.replace(prefix, '').toLowerCase() : value;
};

const isMessage = (value: unknown): value is object => typeof value === 'object' && value !== null;

const word = (prefix: string, value: string): string => `${prefix}${value.toUpperCase()}`;

export const verdictMessage = <Value extends Pick<PostVerdict, 'verdict'>>(value: Value): object => ({
  ...value,
  verdict: word('VERDICT_', value.verdict),
});

export const accountMessage = (account: NewAccount): object => ({
  ...account,
  normalSide: word('NORMAL_SIDE_', account.normalSide),
  bound: word('BOUND_', account.bound),
});

export const standingMessage = (standing: AccountStanding): object => {
  const { state, version, balance, held, available, rolledUp, children, ...account } = standingView(standing);
  const sums = { balance, held, available, rolledUp };
  return {
    account: accountMessage(account),
    state: word('ACCOUNT_STATE_', state),
    version,
    ...sums,
    children,
  };
};

export const holdMessage = ({ digest: _, ...hold }: Hold): object => ({
  ...hold,
  state: word('HOLD_STATE_', hold.state),
});
