import { canonicalJson } from '../../../shared/canonical-json.ts';
import { isCurrency } from '../../../shared/currency.ts';
import { AppError } from '../../../shared/errors.ts';
import { derivedId } from '../../../shared/ids.ts';
import type { Instant } from '../../../shared/instant.ts';
import { type Lifecycle, moved, type StateOf } from '../../../shared/lifecycle.ts';
import { isText } from '../../../shared/text.ts';
import type { AccountId, Metadata, NewAccount, NormalSide } from '../index.ts';

export interface Account extends NewAccount {
  readonly id: AccountId;
}

const CODE = /^[!-~]{1,200}$/;
const KIND = /^[a-z][a-z0-9_]{0,49}$/;
const LIMIT = /^(0|[1-9]\d{0,17})$/;
export const MAX_METADATA = 50;

export const isAccountCode = (text: string): boolean => CODE.test(text);

/** It follows from the code, so whoever knows one knows the other. */
export const accountIdOf = (code: string): AccountId => derivedId('acc', code);

/** A posting debits with a positive amount; a credit account shows it the other way round. */
export const onSide = (side: NormalSide, minor: bigint): bigint => (side === 'debit' ? minor : -minor);

export const isMetadata = (metadata: Readonly<Record<string, unknown>>): boolean => {
  const entries = Object.entries(metadata);
  return (
    entries.length <= MAX_METADATA && entries.every(([name, value]) => isText(name, 1, 100) && isText(value, 0, 500))
  );
};

/** What an account must not be, and how to say so. */
const FORM: readonly (readonly [wrong: (account: NewAccount) => boolean, otherwise: string])[] = [
  [({ code }) => !CODE.test(code), 'its code must be 1 to 200 visible ASCII characters without spaces'],
  [({ kind }) => !KIND.test(kind), 'its kind must be a word like payable_pending, of at most 50 characters'],
  [({ currency }) => !isCurrency(currency), 'its currency must be one of ISO 4217'],
  [({ creditLimit: limit }) => limit !== undefined && !LIMIT.test(limit), 'its limit must be whole minor units'],
  [({ creditLimit, bound }) => creditLimit !== undefined && bound === 'none', 'only a bounded account has a limit'],
  [({ parent }) => parent !== undefined && !CODE.test(parent), 'its parent must be the code of an account'],
  [({ code, parent }) => code === parent, 'it cannot be a part of itself'],
  [({ metadata = {} }) => !isMetadata(metadata), `metadata are at most ${MAX_METADATA} texts of 500 characters`],
];

/** Throws `ledger.malformed_account`. */
export const mustBeAccount = (account: NewAccount): void => {
  const wrong = FORM.find(([isWrong]) => isWrong(account));
  if (wrong) throw new AppError('invalid', 'ledger.malformed_account', `account "${account.code}": ${wrong[1]}`);
};

/**
 * Those that are not open yet, each once. Throws `ledger.account_differs` when a code is, or is to be, two accounts.
 */
export const toOpen = (wanted: readonly NewAccount[], open: readonly NewAccount[]): readonly NewAccount[] => {
  const known = new Map(open.map((account) => [account.code, account]));
  const missing: NewAccount[] = [];
  for (const account of wanted) {
    const other = known.get(account.code);
    if (other === undefined) missing.push(account);
    else mustBeTheSame(account, other);
    known.set(account.code, account);
  }
  return missing;
};

/** Throws `ledger.unknown_parent` when one is to be a part of what is not there, or is in another currency. */
export const mustHaveParents = (wanted: readonly NewAccount[], open: readonly NewAccount[]): void => {
  const known = new Map([...open, ...wanted].map((account) => [account.code, account]));
  for (const { code, parent, currency } of wanted) {
    if (parent === undefined || known.get(parent)?.currency === currency) continue;
    const message = `account "${code}" cannot be a part of "${parent}": open that first, in ${currency}`;
    throw new AppError('refused', 'ledger.unknown_parent', message);
  }
};

const PROPERTIES = ['kind', 'currency', 'normalSide', 'bound', 'creditLimit', 'parent'] as const;

const mustBeTheSame = (wanted: NewAccount, open: NewAccount): void => {
  const different: string[] = PROPERTIES.filter((property) => wanted[property] !== open[property]);
  if (canonicalJson(wanted.metadata ?? {}) !== canonicalJson(open.metadata ?? {})) different.push('metadata');
  if (different.length === 0) return;
  throw new AppError(
    'conflict',
    'ledger.account_differs',
    `account "${wanted.code}" is open with another ${different.join(', ')}; open one with another code, or change its settings`,
  );
};

/**
 *     open ⇄ frozen
 *       └──┬───┘
 *       closed          once it holds nothing
 */
export const accountLife = {
  open: { freeze: 'frozen', close: 'closed' },
  frozen: { unfreeze: 'open', close: 'closed' },
  closed: {},
} as const satisfies Lifecycle;

export type AccountState = StateOf<typeof accountLife>;
export type AccountMove = 'freeze' | 'unfreeze' | 'close';

/** What of an account may change; each version is kept. */
export interface Settings {
  readonly state: AccountState;
  readonly creditLimit?: bigint | undefined;
  readonly metadata: Metadata;
}

export interface SettingsVersion extends Settings {
  readonly version: number;
  readonly reason: string;
  readonly changedBy: string;
  readonly changedAt: Instant;
}

export interface SettingsChange {
  readonly move?: AccountMove | undefined;
  readonly creditLimit?: string | undefined;
  readonly metadata?: Metadata | undefined;
}

export const openedSettings = ({ creditLimit, metadata = {} }: NewAccount): Settings => ({
  state: 'open',
  creditLimit: creditLimit === undefined ? undefined : BigInt(creditLimit),
  metadata,
});

/** What a bounded account holds, on its normal side, and how much of that is promised to holds. */
export interface Kept {
  readonly minor: bigint;
  readonly held: bigint;
}

/** Throws `ledger.illegal_move`, `ledger.not_empty`, `ledger.not_bounded`, `ledger.limit_in_use`. */
export const changedSettings = (account: Account, now: Settings, change: SettingsChange, kept: Kept): Settings => {
  const state = change.move === undefined ? now.state : moved('ledger', accountLife, now.state, change.move);
  const creditLimit = change.creditLimit === undefined ? now.creditLimit : BigInt(change.creditLimit);
  if (state === 'closed') mustBeEmpty(account, kept);
  if (creditLimit !== undefined) mustCover(account, creditLimit, kept);
  return { state, creditLimit, metadata: change.metadata ?? now.metadata };
};

const mustBeEmpty = ({ code }: Account, { minor, held }: Kept): void => {
  if (minor === 0n && held === 0n) return;
  const message = `"${code}" holds ${minor}, and ${held} of holds; it is closed when both are zero`;
  throw new AppError('refused', 'ledger.not_empty', message);
};

const mustCover = ({ code, bound }: Account, limit: bigint, { minor, held }: Kept): void => {
  if (bound === 'none')
    throw new AppError('refused', 'ledger.not_bounded', `"${code}" has no bound that a limit could widen`);
  if (minor - held < -limit) {
    const message = `"${code}" has ${held - minor} of its limit in use; it cannot fall below that`;
    throw new AppError('refused', 'ledger.limit_in_use', message);
  }
};
