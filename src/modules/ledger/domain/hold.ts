import { digest } from '../../../shared/digest.ts';
import { AppError } from '../../../shared/errors.ts';
import type { Instant } from '../../../shared/instant.ts';
import { isText } from '../../../shared/text.ts';
import type { HoldId, Metadata, TransactionId } from '../index.ts';
import { type Account, isMetadata, MAX_METADATA, onSide } from './account.ts';
import type { Book, Posted } from './judge.ts';

/**
 *     open ──▶ posted      all of it, or the part that was final
 *       ├────▶ voided
 *       └────▶ expired     when its time had come
 */
export type HoldState = 'open' | 'posted' | 'voided' | 'expired';

/** An amount promised from one account to another: what it takes from a bounded one, nobody else can spend. */
export interface NewHold {
  readonly id: HoldId;
  readonly debit: string;
  readonly credit: string;
  /** Minor units, as text. */
  readonly minor: string;
  readonly purpose: string;
  readonly expiresAt?: Instant | undefined;
  readonly metadata?: Metadata | undefined;
}

export interface Hold extends NewHold {
  /** What is still held, in minor units. */
  readonly remaining: string;
  readonly state: HoldState;
  readonly placedAt: Instant;
  readonly endedAt?: Instant | undefined;
  /** Of what was asked for: tells a repeated request from another one. */
  readonly digest: string;
}

export interface HoldPosting {
  readonly id: TransactionId;
  /** All that remains, when absent. */
  readonly minor?: string | undefined;
  /** What then remains is let go. */
  readonly final?: boolean | undefined;
  readonly effectiveAt: Instant;
  readonly purpose?: string | undefined;
  readonly metadata?: Metadata | undefined;
}

const AMOUNT = /^[1-9]\d{0,17}$/;

export const holdDigest = ({ debit, credit, minor, purpose, expiresAt, metadata = {} }: NewHold): string =>
  digest([debit, credit, minor, purpose, expiresAt ?? null, metadata]).slice(0, 32);

const FORM: readonly (readonly [wrong: (hold: NewHold) => boolean, otherwise: string])[] = [
  [({ minor }) => !AMOUNT.test(minor), 'its amount must be whole minor units above zero, as text'],
  [({ debit, credit }) => debit === credit, 'it must be between two accounts'],
  [({ purpose }) => !isText(purpose, 1, 100), 'its purpose must be 1 to 100 characters'],
  [({ metadata = {} }) => !isMetadata(metadata), `metadata are at most ${MAX_METADATA} texts of 500 characters`],
];

/** Throws `ledger.malformed_hold`. */
export const mustBeHold = (hold: NewHold): void => {
  const wrong = FORM.find(([isWrong]) => isWrong(hold));
  if (wrong) throw new AppError('invalid', 'ledger.malformed_hold', `hold ${hold.id}: ${wrong[1]}`);
};

/** What posting that much of it would take from each bounded account, by code. */
export const takenBy = (
  { debit, credit }: Pick<NewHold, 'debit' | 'credit'>,
  minor: bigint,
  accounts: ReadonlyMap<string, Account>,
): ReadonlyMap<string, bigint> => {
  const sides = [[debit, minor] as const, [credit, -minor] as const];
  return new Map(
    sides.flatMap(([code, amount]) => {
      const account = accounts.get(code);
      if (account?.bound !== 'no_overdraft') return [];
      const move = onSide(account.normalSide, amount);
      return move < 0n ? [[code, -move] as const] : [];
    }),
  );
};

/** The transaction that posts a part of it. Throws `ledger.hold_not_open`, `ledger.hold_exceeded`. */
export const postingOf = (hold: Hold, { id, minor, effectiveAt, purpose, metadata }: HoldPosting): Posted => {
  mustBeOpen(hold);
  const amount = minor ?? hold.remaining;
  if (!AMOUNT.test(amount) || BigInt(amount) > BigInt(hold.remaining)) {
    const message = `hold ${hold.id} has ${hold.remaining} left; post that much at most, and more than nothing`;
    throw new AppError('refused', 'ledger.hold_exceeded', message);
  }
  return {
    id,
    effectiveAt,
    purpose: purpose ?? hold.purpose,
    postings: [
      { account: hold.debit, minor: amount },
      { account: hold.credit, minor: `-${amount}` },
    ],
    metadata: { ...hold.metadata, ...metadata, holdId: hold.id },
  };
};

/** Throws `ledger.hold_not_open`. */
export const mustBeOpen = ({ id, state }: Hold): void => {
  if (state !== 'open') throw new AppError('conflict', 'ledger.hold_not_open', `hold ${id} is ${state} already`);
};

/** The hold after that much of it was posted, and how much it lets go in all. */
export const afterPosting = (
  hold: Hold,
  minor: bigint,
  final: boolean,
  at: Instant,
): { readonly hold: Hold; readonly released: bigint } => {
  const rest = BigInt(hold.remaining) - minor;
  if (rest > 0n && !final) return { hold: { ...hold, remaining: rest.toString() }, released: minor };
  return { hold: { ...hold, remaining: rest.toString(), state: 'posted', endedAt: at }, released: minor + rest };
};

/** The book for whom the amount was promised: less of it must stay. */
export const bookWithout = (book: Book, released: ReadonlyMap<string, bigint>): Book => ({
  ...book,
  least: new Map([...book.least].map(([code, least]) => [code, least - (released.get(code) ?? 0n)])),
});
