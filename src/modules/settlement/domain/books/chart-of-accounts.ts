/** The accounts in the ledger, and what a booking is there. */
import type { Id } from '../../../../shared/ids.ts';
import { Money } from '../../../../shared/money.ts';
import type { NewAccount, NewTransaction, Posting } from '../../../ledger/index.ts';
import type { Booking } from './booking.ts';
import { FLOWS, OUTSIDE, type Place } from './purpose.ts';

interface Owner {
  readonly programId: Id<'prg'>;
  readonly partnerId: Id<'par'>;
}

export const availableCode = (owner: Owner): string => payableCode(owner, 'available');
export const payableCode = ({ programId, partnerId }: Owner, part: string): string =>
  `payable:${partnerId}:${programId}:${part}`;
export const receivableCode = ({ programId, partnerId }: Owner): string => `receivable:${partnerId}:${programId}`;
/** What is on its way to partners; of one batch, or of all that were sent before batches had accounts of their own. */
export const clearingCode = (programId: Id<'prg'>, batchId?: Id<'bat'>): string =>
  potted(`clearing:${programId}:payouts`, batchId);
export const suspenseCode = (programId: Id<'prg'>, pot?: string): string => potted(`suspense:${programId}`, pot);
export const bankCode = (programId: Id<'prg'>, pot?: string): string => potted(`bank:${programId}:main`, pot);
export const taxCode = (programId: Id<'prg'>, jurisdiction?: string): string =>
  potted(`tax:${programId}:withheld`, jurisdiction);
export const fxPositionCode = (programId: Id<'prg'>, currency: string): string =>
  `fx:${programId}:position:${currency}`;

const potted = (code: string, pot: string | undefined): string => (pot === undefined ? code : `${code}:${pot}`);

type Kind = Pick<NewAccount, 'kind' | 'normalSide' | 'bound'>;

/**
 * A partner's available account may fall below zero: a clawback is netted from what comes next. Its other accounts may
 * not, for whatever leaves them was put there before. The bank's account is ours, seen from our side: what we paid out
 * is negative.
 */
const KINDS: Readonly<Record<Place, Kind>> = {
  expense: { kind: 'expense', normalSide: 'debit', bound: 'none' },
  loss: { kind: 'loss', normalSide: 'debit', bound: 'none' },
  pending: { kind: 'payable_pending', normalSide: 'credit', bound: 'no_overdraft' },
  available: { kind: 'payable_available', normalSide: 'credit', bound: 'none' },
  held: { kind: 'payable_held', normalSide: 'credit', bound: 'no_overdraft' },
  reserve: { kind: 'payable_reserve', normalSide: 'credit', bound: 'no_overdraft' },
  receivable: { kind: 'receivable', normalSide: 'debit', bound: 'no_overdraft' },
  clearing: { kind: 'clearing', normalSide: 'credit', bound: 'none' },
  suspense: { kind: 'suspense', normalSide: 'credit', bound: 'none' },
  bank: { kind: 'bank', normalSide: 'debit', bound: 'none' },
  home_bank: { kind: 'bank', normalSide: 'debit', bound: 'none' },
  fees: { kind: 'fees', normalSide: 'debit', bound: 'none' },
  tax: { kind: 'tax_withheld', normalSide: 'credit', bound: 'none' },
  income: { kind: 'income', normalSide: 'credit', bound: 'none' },
  fx_position: { kind: 'fx_position', normalSide: 'debit', bound: 'none' },
  fx_result: { kind: 'fx_result', normalSide: 'credit', bound: 'none' },
  fx_unrealised: { kind: 'fx_unrealised', normalSide: 'credit', bound: 'none' },
};

const codeAt = (place: Place, booking: Booking, currency: string): string => {
  const { programId, pots } = booking;
  switch (place) {
    case 'pending':
    case 'available':
    case 'held':
    case 'reserve':
      return payableCode(ownerOf(booking), place);
    case 'receivable':
      return receivableCode(ownerOf(booking));
    case 'expense':
      return `expense:${programId}:commission`;
    case 'loss':
      return `expense:${programId}:written_off`;
    case 'clearing':
      return potted(clearingCode(programId), pots?.clearing);
    case 'suspense':
      return suspenseCode(programId, pots?.suspense);
    case 'bank':
      return bankCode(programId, pots?.bank);
    case 'home_bank':
      return bankCode(programId);
    case 'fees':
      return potted(`fees:${programId}`, pots?.fees);
    case 'tax':
      return taxCode(programId, pots?.tax);
    case 'income':
      return `income:${programId}:forfeited`;
    case 'fx_position':
      return fxPositionCode(programId, currency);
    case 'fx_result':
    case 'fx_unrealised':
      return `fx:${programId}:${place.slice('fx_'.length)}`;
  }
};

const ownerOf = ({ id, programId, partnerId }: Booking): Owner => {
  if (partnerId === undefined) throw new Error(`${id} moves a partner's money and names none`);
  return { programId, partnerId };
};

/** What a booking does to the partner's available balance: the lines of a statement are those where it is not zero. */
export const effectOnAvailable = ({ purpose, amount, mirrored }: Pick<Booking, 'purpose' | 'amount' | 'mirrored'>) => {
  const { debit, credit } = FLOWS[purpose];
  const minor = mirrored === true ? -amount.minor : amount.minor;
  if (credit === 'available') return minor;
  return debit === 'available' ? -minor : 0n;
};

/** One account's part of a booking; positive when it is debited. */
interface Leg {
  readonly place: Place;
  readonly money: Money;
}

/**
 * A booking has two legs. Where the partner's side and the bank's are in different currencies it has four: both meet
 * in the position accounts, which is where a result of exchange shows. What the house keeps of an exchange is two more.
 */
const legsOf = (booking: Crossing): readonly Leg[] => {
  const { purpose, amount, counter, mirrored } = booking;
  const { debit, credit } = FLOWS[purpose];
  const moneyAt = (place: Place): Money => (OUTSIDE.includes(place) ? (counter ?? amount) : amount);
  const [given, taken] = [moneyAt(debit), moneyAt(credit)];
  const exchange = given.currency === taken.currency ? [] : exchangeLegs(given, taken, booking);
  const legs: readonly Leg[] = [{ place: debit, money: given }, ...exchange, { place: credit, money: taken.negated() }];
  return mirrored === true ? legs.map(({ place, money }) => ({ place, money: money.negated() })) : legs;
};

type Crossing = Pick<Booking, 'purpose' | 'amount' | 'counter' | 'spread' | 'mirrored'>;

const exchangeLegs = (given: Money, taken: Money, { amount, spread }: Crossing): readonly Leg[] => {
  const legs: readonly Leg[] = [
    { place: 'fx_position', money: given.negated() },
    { place: 'fx_position', money: taken },
  ];
  if (spread === undefined) return legs;
  const kept = given.currency === amount.currency ? spread : spread.negated();
  return [...legs, { place: 'fx_position', money: kept }, { place: 'fx_result', money: kept.negated() }];
};

/** How a booking moves the position accounts of both currencies; nothing where it stays in one. */
export const exchangeOf = (booking: Crossing): { readonly foreign: Money; readonly home: Money } | undefined => {
  const { currency } = booking.amount;
  const legs = legsOf(booking).flatMap(({ place, money }) => (place === 'fx_position' ? [money] : []));
  const foreign = legs.find((money) => money.currency !== currency);
  if (foreign === undefined) return undefined;
  return {
    foreign,
    home: Money.sum(
      currency,
      legs.filter((money) => money.currency === currency),
    ),
  };
};

/** The accounts that the bookings touch, each once. */
export const accountsOf = (bookings: readonly Booking[]): NewAccount[] => {
  const accounts = bookings.flatMap((booking) =>
    legsOf(booking).map(({ place, money: { currency } }): NewAccount => ({
      code: codeAt(place, booking, currency),
      currency,
      ...KINDS[place],
    })),
  );
  return [...new Map(accounts.map((account) => [account.code, account])).values()];
};

export const transactionOf = (booking: Booking): NewTransaction => {
  const { id, purpose, amount, counter, effectiveAt, occurredAt, programId, partnerId } = booking;
  const { commissionId, payoutId, adjustmentId, subject } = booking;
  return {
    id,
    ...(counter === undefined && { currency: amount.currency }),
    effectiveAt,
    purpose: `settlement.${purpose}`,
    postings: legsOf(booking).map(({ place, money }): Posting => ({
      account: codeAt(place, booking, money.currency),
      minor: money.minor.toString(),
    })),
    metadata: {
      programId,
      ...(partnerId !== undefined && { partnerId }),
      ...(commissionId !== undefined && { commissionId }),
      ...(payoutId !== undefined && { payoutId }),
      ...(adjustmentId !== undefined && { adjustmentId }),
      ...(subject !== undefined && { subject }),
      // A late fact counts in a later period than its own; here is where it belongs.
      ...(occurredAt !== effectiveAt && { occurredAt }),
    },
  };
};
