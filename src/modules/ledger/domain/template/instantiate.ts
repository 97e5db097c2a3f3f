/** What a run of a template opens and posts. Pure: the same parameters, moment and balances give the same. */
import { isCurrency } from '../../../../shared/currency.ts';
import { AppError, type Fault } from '../../../../shared/errors.ts';
import { derivedId } from '../../../../shared/ids.ts';
import { type Instant, instantAt, epochMs, isInstant } from '../../../../shared/instant.ts';
import type { NewAccount, NewTransaction, Posting } from '../../index.ts';
import { distribute, filled, holds, reckon, type Scope, type Share } from './reckon.ts';
import type { Line, ParameterType, Part, RunRequest, Step, TemplateBody } from './template.ts';

const FORM: Readonly<Record<ParameterType, readonly [fits: (text: string) => boolean, otherwise: string]>> = {
  amount: [(text) => /^(0|[1-9]\d{0,17})$/.test(text), 'must be whole minor units, not negative'],
  whole: [(text) => /^(0|[1-9]\d{0,5})$/.test(text), 'must be a whole number below a million'],
  percent: [(text) => /^\d{1,3}(\.\d{1,9})?$/.test(text), 'must be a percentage like 2.5'],
  word: [(text) => /^[A-Za-z0-9_.-]{1,60}$/.test(text), 'must be letters, digits, dots, dashes: 60 at most'],
  currency: [isCurrency, 'must be an ISO 4217 currency'],
  moment: [isInstant, 'must be a moment like 2018-12-31T00:00:00Z'],
};

/** What accounts the run needs, and which codes it may name. Throws `ledger.malformed_parameters`. */
export interface Prepared {
  readonly accounts: readonly NewAccount[];
  readonly codes: readonly string[];
  readonly scope: Scope;
}

export const prepare = (body: TemplateBody, given: RunRequest['parameters']): Prepared => {
  const texts = parametersOf(body, given);
  const scope = { currency: '', texts, amounts: new Map<string, bigint>(), balances: new Map<string, bigint>() };
  const currency = filled(body.currency, scope);
  const accounts = body.accounts.map(({ code, kind, normalSide, bound, creditLimit, parent }) => ({
    ...{ code: filled(code, scope), kind: filled(kind, scope), currency, normalSide, bound },
    ...(creditLimit !== undefined && { creditLimit: filled(creditLimit, scope) }),
    ...(parent !== undefined && { parent: filled(parent, scope) }),
  }));
  const codes = new Set([...accounts.map(({ code }) => code), ...codesIn(body).map((code) => filled(code, scope))]);
  return { accounts, codes: [...codes], scope: { ...scope, currency } };
};

const parametersOf = ({ parameters }: TemplateBody, given: RunRequest['parameters']): ReadonlyMap<string, string> => {
  const faults: Fault[] = Object.keys(given)
    .filter((name) => !Object.hasOwn(parameters, name))
    .map((name) => fault(name, 'is no parameter of the template'));
  const texts = new Map<string, string>();
  for (const [name, { type, default: otherwise }] of Object.entries(parameters)) {
    const text = Object.hasOwn(given, name) ? given[name] : otherwise;
    const [fits, message] = FORM[type];
    if (text === undefined) faults.push(fault(name, 'is missing'));
    else if (!fits(text)) faults.push(fault(name, message));
    else texts.set(name, text);
  }
  if (faults.length > 0) {
    const detail = faults.map(({ pointer, detail: what }) => `${pointer} ${what}`).join('; ');
    throw new AppError('invalid', 'ledger.malformed_parameters', detail, { faults });
  }
  return texts;
};

const fault = (name: string, detail: string): Fault => ({
  pointer: `/parameters/${name}`,
  code: 'ledger.malformed_parameters',
  detail,
});

/** Every account that the body names, whatever its conditions will say. */
const codesIn = (body: TemplateBody): readonly string[] => [
  ...body.transactions.flatMap(({ postings }) =>
    postings.flatMap(({ debit, credit }) => [...namesOf(debit), ...namesOf(credit)]),
  ),
  ...[...JSON.stringify(body).matchAll(/"balance":"((?:[^"\\]|\\.)*)"/g)].map(
    ([, code = '']) => JSON.parse(`"${code}"`) as string,
  ),
];

const namesOf = (side: string | readonly Part[]): readonly string[] =>
  typeof side === 'string' ? [side] : side.map(({ account }) => account);

/** Throws `ledger.template_refused` when a condition of the template says so, or there is nothing to post. */
export const instantiate = (
  body: TemplateBody,
  { id, effectiveAt }: Pick<RunRequest, 'id' | 'effectiveAt'>,
  prepared: Scope,
): readonly NewTransaction[] => {
  const scope = withLets(body, prepared);
  const refusal = body.refuse?.find(({ when }) => holds(when, scope));
  if (refusal !== undefined) throw new AppError('refused', 'ledger.template_refused', filled(refusal.because, scope));
  const transactions = body.transactions
    .filter(({ when }) => when === undefined || holds(when, scope))
    .flatMap((step) => stepOf(step, effectiveAt, scope))
    .filter(({ postings }) => postings.length > 0)
    .map((transaction, index) => ({ ...transaction, id: index === 0 ? id : derivedId('txn', id, String(index)) }));
  if (transactions.length === 0)
    throw new AppError('refused', 'ledger.template_refused', 'with these parameters there is nothing to post');
  return transactions;
};

/** Each after those it is reckoned from: a database that keeps the body does not keep the order of its names. */
const withLets = ({ let: lets = {} }: TemplateBody, scope: Scope): Scope => {
  const amounts = new Map(scope.amounts);
  const all = { ...scope, amounts };
  const begun = new Set<string>();
  const reckoned = (name: string): void => {
    const amount = Object.hasOwn(lets, name) && !begun.has(name) ? lets[name] : undefined;
    if (amount === undefined) return;
    begun.add(name);
    textsIn(amount).forEach(reckoned);
    amounts.set(name, reckon(amount, all));
  };
  Object.keys(lets).forEach(reckoned);
  return all;
};

const textsIn = (value: unknown): readonly string[] => {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
};

type Unnumbered = Omit<NewTransaction, 'id'>;

const MOST_TIMES = 1_000n;

const stepOf = (step: Step, effectiveAt: Instant, scope: Scope): readonly Unnumbered[] => {
  const { repeat } = step;
  if (repeat === undefined) return [oneOf(step, effectiveAt, scope)];
  const times = reckon(repeat.times, scope);
  if (times > MOST_TIMES)
    throw new AppError('refused', 'ledger.template_refused', 'a step is repeated a thousand times at most');
  return Array.from({ length: Number(times) }, (_, index) => {
    const nth = { ...scope, amounts: new Map([...scope.amounts, [repeat.as, BigInt(index + 1)]]) };
    return oneOf(step, monthsAfter(effectiveAt, (index + 1) * (repeat.monthsApart ?? 0)), nth);
  });
};

const oneOf = ({ purpose, postings, metadata = {} }: Step, effectiveAt: Instant, scope: Scope): Unnumbered => ({
  currency: scope.currency,
  effectiveAt,
  purpose: filled(purpose, scope),
  postings: merged(postings.flatMap((line) => lineOf(line, scope))),
  metadata: Object.fromEntries(Object.entries(metadata).map(([name, text]) => [name, filled(text, scope)])),
});

const lineOf = ({ debit, credit, amount, when }: Line, scope: Scope): readonly Share[] => {
  if (when !== undefined && !holds(when, scope)) return [];
  const whole = reckon(amount, scope);
  if (whole < 0n)
    throw new AppError('refused', 'ledger.template_refused', `an amount came to ${whole}; it cannot be negative`);
  const side = (accounts: string | readonly Part[], sign: bigint): readonly Share[] =>
    (typeof accounts === 'string'
      ? [{ account: filled(accounts, scope), minor: whole }]
      : distribute(whole, accounts, scope)
    ).map(({ account, minor }) => ({ account, minor: sign * minor }));
  return [...side(debit, 1n), ...side(credit, -1n)];
};

/** One posting an account, in the order they are first named; what comes to nothing is left out. */
const merged = (shares: readonly Share[]): readonly Posting[] => {
  const totals = new Map<string, bigint>();
  for (const { account, minor } of shares) totals.set(account, (totals.get(account) ?? 0n) + minor);
  return [...totals]
    .filter(([, minor]) => minor !== 0n)
    .map(([account, minor]) => ({ account, minor: minor.toString() }));
};

/** The same day of a later month, or its last: 31 January, 28 February, 31 March. */
const monthsAfter = (at: Instant, months: number): Instant => {
  const from = new Date(epochMs(at));
  const first = Date.UTC(from.getUTCFullYear(), from.getUTCMonth() + months, 1);
  const days = new Date(Date.UTC(from.getUTCFullYear(), from.getUTCMonth() + months + 1, 0)).getUTCDate();
  const timeOfDay = epochMs(at) % 86_400_000;
  return instantAt(first + (Math.min(from.getUTCDate(), days) - 1) * 86_400_000 + timeOfDay);
};
