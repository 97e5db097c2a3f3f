/** Our result beside the old platform's, order by order and partner by partner: equal to the cent, or different for a reason. */
import { grouped } from '../../shared/grouped.ts';
import { Money } from '../../shared/money.ts';
import type { OldCommission } from './history.ts';

export interface OurCommission {
  readonly orderRef: string;
  readonly partnerRef: string;
  readonly amount: Money;
  /** Whether nothing of it is owed any more. */
  readonly isVoid: boolean;
}

export type Reason =
  'same' | 'other_amount' | 'other_partner' | 'not_ours' | 'not_theirs' | 'void_here' | 'void_there' | 'other_currency';

export interface Compared {
  readonly orderRef: string;
  readonly partnerRef: string;
  readonly theirs: Money | undefined;
  readonly ours: Money | undefined;
  readonly reason: Reason;
  readonly detail: string;
}

export interface Parity {
  readonly compared: readonly Compared[];
  readonly different: readonly Compared[];
  /** By partner and currency, in the order of the partners' names; at the end of all. */
  readonly totals: readonly { partnerRef: string; currency: string; theirs: Money; ours: Money }[];
}

export const ALL = '(all)';

/** `whyNot`: why an order earned nobody anything here, if it did not. */
export const parityOf = (
  theirs: readonly OldCommission[],
  ours: readonly OurCommission[],
  whyNot: ReadonlyMap<string, string>,
): Parity => {
  const [old, own] = [grouped(theirs, pairOf), grouped(ours, pairOf)];
  const creditedTo = grouped(ours, ({ orderRef }) => orderRef);
  const pairs = [...new Set([...old.keys(), ...own.keys()])].toSorted();
  const compared = pairs.map((pair) => {
    const [orderRef = '', partnerRef = ''] = JSON.parse(pair) as string[];
    const [them, us] = [old.get(pair) ?? [], own.get(pair) ?? []];
    const others = (creditedTo.get(orderRef) ?? []).map((each) => each.partnerRef);
    return compare({ orderRef, partnerRef, them, us, others, why: whyNot.get(orderRef) });
  });
  return { compared, different: compared.filter(({ reason }) => reason !== 'same'), totals: totalsOf(compared) };
};

const pairOf = ({ orderRef, partnerRef }: { orderRef: string; partnerRef: string }): string =>
  JSON.stringify([orderRef, partnerRef]);

interface Pair {
  readonly orderRef: string;
  readonly partnerRef: string;
  readonly them: readonly OldCommission[];
  readonly us: readonly OurCommission[];
  readonly others: readonly string[];
  readonly why: string | undefined;
}

const compare = ({ orderRef, partnerRef, them, us, others, why }: Pair): Compared => {
  const currencies = new Set([...them, ...us].map(({ amount }) => amount.currency));
  const theirs = sumOf(them.map((each) => ({ ...each, isVoid: each.standing === 'void' })));
  const ours = sumOf(us);
  const told = (reason: Reason, detail: string): Compared => ({ orderRef, partnerRef, theirs, ours, reason, detail });
  if (currencies.size > 1) return told('other_currency', [...currencies].join(' and '));
  const [reason, detail] = judged(theirs, ours, others, why);
  return told(reason, detail);
};

const judged = (
  theirs: Money | undefined,
  ours: Money | undefined,
  others: readonly string[],
  why = 'nobody is credited here',
): readonly [Reason, string] => {
  if (theirs === undefined) return ['not_theirs', 'they credited the partner with nothing'];
  if (theirs.minor === (ours?.minor ?? 0n)) return ['same', ''];
  if (ours === undefined)
    return others.length > 0 ? ['other_partner', `here the order is ${others.join(', ')}'s`] : ['not_ours', why];
  if (ours.minor === 0n) return ['void_here', `they owe ${theirs.toString()}, here it is reversed`];
  if (theirs.minor === 0n) return ['void_there', `there it is void, here it is ${ours.toString()}`];
  return ['other_amount', `${ours.minus(theirs).toString()} beside theirs`];
};

/** Undefined for none; in the first's currency. */
const sumOf = (rows: readonly { readonly amount: Money; readonly isVoid: boolean }[]): Money | undefined => {
  const [first] = rows;
  if (first === undefined) return undefined;
  const { currency } = first.amount;
  return Money.sum(
    currency,
    rows.filter(({ amount, isVoid }) => !isVoid && amount.currency === currency).map(({ amount }) => amount),
  );
};

const totalsOf = (compared: readonly Compared[]): Parity['totals'] => {
  const rows = compared.flatMap(({ partnerRef, theirs, ours }) =>
    [partnerRef, ALL].flatMap((whose) => [
      ...(theirs === undefined ? [] : [{ whose, theirs, ours: Money.zero(theirs.currency) }]),
      ...(ours === undefined ? [] : [{ whose, theirs: Money.zero(ours.currency), ours }]),
    ]),
  );
  const byPartner = grouped(rows, ({ whose, theirs }) => JSON.stringify([whose === ALL, whose, theirs.currency]));
  return [...byPartner]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, sums]) => {
      const [, partnerRef, currency] = JSON.parse(key) as [boolean, string, string];
      return {
        partnerRef,
        currency,
        theirs: Money.sum(
          currency,
          sums.map((each) => each.theirs),
        ),
        ours: Money.sum(
          currency,
          sums.map((each) => each.ours),
        ),
      };
    });
};

// ── shown ─────────────────────────────────────────────────────────────────────────────────────────────────────────

export const parityText = ({ compared, different, totals }: Parity): readonly string[] => [
  `${compared.length} commissions compared: ${compared.length - different.length} the same, ${different.length} different`,
  ...totals.map(
    ({ partnerRef, theirs, ours }) =>
      `${partnerRef.padEnd(24)} theirs ${theirs.toString().padStart(16)}  ours ${ours.toString().padStart(16)}  ${theirs.equals(ours) ? 'the same' : `${ours.minus(theirs).toString()} different`}`,
  ),
  ...different.map(
    ({ orderRef, partnerRef, theirs, ours, reason, detail }) =>
      `${orderRef}  ${partnerRef}  theirs ${amount(theirs)}, ours ${amount(ours)}: ${reason} (${detail})`,
  ),
];

export const parityCsv = ({ compared }: Parity): string =>
  [
    ['order_ref', 'partner_ref', 'theirs', 'ours', 'reason', 'detail'],
    ...compared.map(({ orderRef, partnerRef, theirs, ours, reason, detail }) => [
      orderRef,
      partnerRef,
      amount(theirs),
      amount(ours),
      reason,
      detail,
    ]),
  ]
    .map((cells) => `${cells.map(cell).join(',')}\n`)
    .join('');

const amount = (money: Money | undefined): string => money?.toString() ?? 'nothing';

/** Quoted where it must be; a cell that a spreadsheet would calculate is text. */
const cell = (text: string): string => {
  const safe = /^[=+@\t\r]|^-(?!\d)/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};
