/**
 * The plainest ledger one can write, with holds, reversals, closings and both clocks: lists in memory, everything added
 * up anew whenever it is asked. It shares no rule with ours, so that the two cannot be wrong alike.
 */
import type { NewAccount, NewTransaction } from '../../src/modules/ledger/index.ts';
import { type Instant, instant } from '../../src/shared/instant.ts';

export interface PlainHold {
  readonly id: string;
  readonly debit: string;
  readonly credit: string;
  readonly minor: string;
  readonly purpose: string;
}

export interface PlainPart {
  readonly id: string;
  readonly minor?: string | undefined;
  readonly final?: boolean | undefined;
  readonly effectiveAt: Instant;
}

interface Entered {
  readonly id: string;
  readonly content: string;
  readonly postings: NewTransaction['postings'];
  readonly effectiveAt: Instant;
  readonly recordedAt: Instant;
  readonly holdId?: string;
}

interface Promised extends PlainHold {
  remaining: bigint;
  state: 'open' | 'posted' | 'voided';
}

/** `posted`, `exists`, `open` …, or the code of a refusal. */
type Word = string;

export class PlainLedger {
  private entered: readonly Entered[] = [];
  private readonly holds = new Map<string, Promised>();
  private closedBefore = instant('1970-01-01T00:00:00Z');

  constructor(
    private readonly accounts: readonly NewAccount[],
    private readonly now: () => Instant,
  ) {}

  post(transactions: readonly NewTransaction[], linked: boolean): readonly Word[] {
    const before = this.entered;
    const words = transactions.map((each) => this.postOne(each));
    if (!linked || words.every((word) => !word.startsWith('ledger.'))) return words;
    this.entered = before;
    return words.map((word) => (word.startsWith('ledger.') ? word : 'ledger.linked_refused'));
  }

  place(hold: PlainHold): Word {
    const known = this.holds.get(hold.id);
    if (known !== undefined) return isSame(known, hold) ? known.state : 'ledger.id_reused';
    const refused = this.refusal(this.taking(hold, BigInt(hold.minor)), this.now());
    if (refused !== undefined) return refused;
    this.holds.set(hold.id, { ...hold, remaining: BigInt(hold.minor), state: 'open' });
    return 'open';
  }

  postHold(holdId: string, part: PlainPart): Word {
    const hold = this.holds.get(holdId);
    if (hold === undefined) return 'ledger.hold_not_found';
    const known = this.find(part.id);
    if (known !== undefined) {
      const isSameOne = known.holdId === holdId && [undefined, known.postings[0]?.minor].includes(part.minor);
      return isSameOne ? 'exists' : 'ledger.id_reused';
    }
    if (hold.state !== 'open') return 'ledger.hold_not_open';
    const amount = part.minor === undefined ? hold.remaining : BigInt(part.minor);
    return amount > hold.remaining ? 'ledger.hold_exceeded' : this.keep(hold, amount, part);
  }

  void(holdId: string): Word {
    const hold = this.holds.get(holdId);
    if (hold === undefined) return 'ledger.hold_not_found';
    if (hold.state === 'posted') return 'ledger.hold_not_open';
    hold.state = 'voided';
    return 'voided';
  }

  reverse(id: string, effectiveAt: Instant): Word {
    const original = this.find(id);
    if (original === undefined) return 'ledger.transaction_not_found';
    if (this.find(`reversal of ${id}`) !== undefined) return 'reversed';
    const postings = original.postings.map(({ account, minor }) => ({ account, minor: String(-BigInt(minor)) }));
    const refused = this.refusal(postings, effectiveAt);
    if (refused !== undefined) return refused;
    this.enter({ id: `reversal of ${id}`, content: 'reversal', postings, effectiveAt });
    return 'reversed';
  }

  close(before: Instant): Word {
    if (before > this.closedBefore) this.closedBefore = before;
    return this.closedBefore;
  }

  /** Of each account, on its normal side, of what counts and was recorded before those moments. */
  balances(before?: Instant, recordedBefore?: Instant): readonly string[] {
    return this.accounts.map((account) => String(this.balance(account, before, recordedBefore)));
  }

  held(): readonly string[] {
    return this.accounts.map((account) => String(this.promised(account)));
  }

  private postOne({ id, effectiveAt, purpose, postings, currency }: NewTransaction): Word {
    const malformed = this.misplaced(postings);
    if (malformed !== undefined) return malformed;
    const content = JSON.stringify([currency, effectiveAt, purpose, postings]);
    const known = this.find(id);
    if (known !== undefined) return known.content === content ? 'exists' : 'ledger.id_reused';
    const refused = this.refusal(postings, effectiveAt);
    if (refused !== undefined) return refused;
    this.enter({ id, content, postings, effectiveAt });
    return 'posted';
  }

  /** What was promised is free to be posted, and promised again when it cannot be. */
  private keep(hold: Promised, amount: bigint, { id, final, effectiveAt }: PlainPart): Word {
    const before = { ...hold };
    hold.remaining -= amount;
    if (hold.remaining === 0n || final === true) hold.state = 'posted';
    const postings = this.taking(hold, amount);
    const refused = this.refusal(postings, effectiveAt);
    if (refused !== undefined) Object.assign(hold, before);
    else this.enter({ id, content: `part of ${hold.id}`, postings, effectiveAt, holdId: hold.id });
    return refused ?? 'posted';
  }

  private misplaced(postings: NewTransaction['postings']): Word | undefined {
    if (postings.reduce((sum, { minor }) => sum + BigInt(minor), 0n) !== 0n) return 'ledger.unbalanced';
    const isKnown = postings.every(({ account }) => this.accounts.some(({ code }) => code === account));
    return isKnown ? undefined : 'ledger.unknown_account';
  }

  /** Why the postings cannot be, as all stands. */
  private refusal(postings: NewTransaction['postings'], effectiveAt: Instant): Word | undefined {
    const misplaced = this.misplaced(postings);
    if (misplaced !== undefined) return misplaced;
    if (effectiveAt < this.closedBefore) return 'ledger.closed_period';
    const bounded = this.accounts.filter(({ bound }) => bound === 'no_overdraft');
    const isOver = bounded.some((account) => {
      const move = onSide(account, postings);
      const left = this.balance(account) + move - this.promised(account) + BigInt(account.creditLimit ?? '0');
      return move < 0n && left < 0n;
    });
    return isOver ? 'ledger.overdraft' : undefined;
  }

  private taking({ debit, credit }: PlainHold, minor: bigint): NewTransaction['postings'] {
    return [
      { account: debit, minor: String(minor) },
      { account: credit, minor: String(-minor) },
    ];
  }

  private enter(entered: Omit<Entered, 'recordedAt'>): void {
    this.entered = [...this.entered, { ...entered, recordedAt: this.now() }];
  }

  private find(id: string): Entered | undefined {
    return this.entered.find((each) => each.id === id);
  }

  private balance(account: NewAccount, before?: Instant, recordedBefore?: Instant): bigint {
    return this.entered
      .filter(({ effectiveAt }) => before === undefined || effectiveAt < before)
      .filter(({ recordedAt }) => recordedBefore === undefined || recordedAt < recordedBefore)
      .reduce((sum, { postings }) => sum + onSide(account, postings), 0n);
  }

  /** What open holds would take from a bounded account. */
  private promised(account: NewAccount): bigint {
    if (account.bound === 'none') return 0n;
    const moves = [...this.holds.values()]
      .filter(({ state }) => state === 'open')
      .map((hold) => onSide(account, this.taking(hold, hold.remaining)));
    return moves.reduce((sum, move) => (move < 0n ? sum - move : sum), 0n);
  }
}

const isSame = (known: PlainHold, { debit, credit, minor, purpose }: PlainHold): boolean =>
  [known.debit, known.credit, known.minor, known.purpose].join() === [debit, credit, minor, purpose].join();

const onSide = ({ code, normalSide }: NewAccount, postings: NewTransaction['postings']): bigint => {
  const debits = postings.reduce((sum, { account, minor }) => (account === code ? sum + BigInt(minor) : sum), 0n);
  return normalSide === 'debit' ? debits : -debits;
};
