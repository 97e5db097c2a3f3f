/** Settlement with fakes all around it, and words for what tests do with it. */
import type { Clearance, Withholding } from '../../src/modules/settlement/domain/tax/clearance.ts';
import { Iso20022Files } from '../../src/modules/settlement/adapters/iso20022/iso-20022-files.ts';
import { Pain001Rail } from '../../src/modules/settlement/adapters/iso20022/pain-001-rail.ts';
import { SetDisputeTerms } from '../../src/modules/settlement/application/disputes/set-dispute-terms.ts';
import { PayingAccounts, SetBankAccount } from '../../src/modules/settlement/application/rails/bank-accounts.ts';
import { BookCommissions, type ToldFact } from '../../src/modules/settlement/application/books/book-commissions.ts';
import { QuoteRates } from '../../src/modules/settlement/application/fx/quote-rates.ts';
import { ValuePositions } from '../../src/modules/settlement/application/fx/value-positions.ts';
import { ClosePeriod } from '../../src/modules/settlement/application/statements/close-period.ts';
import {
  ApproveBatch,
  CancelBatch,
  TakeOutPayout,
} from '../../src/modules/settlement/application/payouts/decide-batch.ts';
import { DecidePayouts } from '../../src/modules/settlement/application/statements/decide-payouts.ts';
import { FinishClosing } from '../../src/modules/settlement/application/statements/finish-closing.ts';
import {
  type ChunkSize,
  WriteStatements,
} from '../../src/modules/settlement/application/statements/write-statements.ts';
import { AccountMarks } from '../../src/modules/settlement/application/reconciliation/account-marks.ts';
import { ImportBankStatement } from '../../src/modules/settlement/application/reconciliation/import-bank-statement.ts';
import { CallRails } from '../../src/modules/settlement/application/rails/call-rails.ts';
import { HandOver } from '../../src/modules/settlement/application/rails/hand-over.ts';
import { KnownRails } from '../../src/modules/settlement/application/rails/known-rails.ts';
import { PaymentFile } from '../../src/modules/settlement/application/rails/payment-file.ts';
import { PostBookings } from '../../src/modules/settlement/application/books/post-bookings.ts';
import { SimulateBank } from '../../src/modules/settlement/application/rails/simulate-bank.ts';
import { AskPartners } from '../../src/modules/settlement/application/payouts/circumstances.ts';
import { FreezePayouts, LiftFreeze } from '../../src/modules/settlement/application/payouts/freeze-payouts.ts';
import { RequestPayout } from '../../src/modules/settlement/application/payouts/request-payout.ts';
import { SetFxSettings } from '../../src/modules/settlement/application/fx/set-fx-settings.ts';
import { DecideSettingChange } from '../../src/modules/settlement/application/settings/decide-change.ts';
import { SetTaxSettings } from '../../src/modules/settlement/application/tax/tax-settings.ts';
import { SetPayoutPolicy } from '../../src/modules/settlement/application/payouts/set-payout-policy.ts';
import { ShowBalance } from '../../src/modules/settlement/application/payouts/show-balance.ts';
import { TendBalances } from '../../src/modules/settlement/application/payouts/tend-balances.ts';
import { AskWaiver, DecideWaiver } from '../../src/modules/settlement/application/payouts/waive-balance.ts';
import { AskPayees } from '../../src/modules/settlement/application/payouts/payees.ts';
import { SubmitBatch } from '../../src/modules/settlement/application/payouts/submit-batch.ts';
import { availableCode, clearingCode } from '../../src/modules/settlement/domain/books/chart-of-accounts.ts';
import type { Purpose } from '../../src/modules/settlement/domain/books/purpose.ts';
import type { BatchId } from '../../src/modules/settlement/index.ts';
import { TaxClearance } from '../../src/modules/settlement/ports/tax-clearance.ts';
import type { Rail } from '../../src/modules/settlement/ports/rails.ts';
import {
  CommissionPort,
  type LockedTotal,
  type RateFacts,
  type RateQuestion,
  RatesPort,
} from '../../src/modules/commission/index.ts';
import { type Month, nextMonth } from '../../src/shared/calendar.ts';
import { derivedId, type Id } from '../../src/shared/ids.ts';
import { instant, type Instant } from '../../src/shared/instant.ts';
import { Money } from '../../src/shared/money.ts';
import { Vault } from '../../src/shared/vault.ts';
import { at, CountingIds, idOf } from './clock.ts';
import { FakeLedger } from './fakes/fake-ledger.ts';
import { FakeBatchReader, FakeSettlementTransaction } from './fakes/fake-settlement.ts';
import { SettlingPartners } from './settling-partners.ts';

export const programId = idOf('prg', 1);

let events = 0;

/** Something that happened to commission `n` of partner `p`, on a day of 2018 at noon. */
export const aFact = (
  purpose: Purpose,
  { n = 1, partner = 1, minor = 5_000n, on = '01-10', nth, ...overrides }: FactWords = {},
): ToldFact => ({
  messageId: idOf('evt', (events += 1)),
  programId,
  partnerId: idOf('par', partner),
  commissionId: idOf('com', n),
  purpose,
  amount: Money.of(minor, 'BRL'),
  occurredAt: noonOf(on),
  nth: purpose === 'claw_back' ? (nth ?? `claw-${n}-${on}`) : nth,
  ...overrides,
});

/** An entry beside commissions; of less than nothing, it is taken. */
export const anAdjustment = (n: number, minor: bigint, { on = '01-12', ...overrides }: FactWords = {}): ToldFact => ({
  ...aFact(minor < 0n ? 'adjust_down' : 'adjust_up', { on, minor: minor < 0n ? -minor : minor }),
  commissionId: undefined,
  adjustmentId: idOf('adj', n),
  nth: idOf('adj', n),
  ...overrides,
});

interface FactWords extends Partial<ToldFact> {
  readonly n?: number;
  readonly partner?: number;
  readonly minor?: bigint;
  /** `01-10`: month and day of 2018. */
  readonly on?: string;
}

export const noonOf = (day: string): Instant => instant(`2018-${day}T12:00:00Z`);

/** A vault that only wraps: what it seals can be recognised, and opens only where it was sealed. */
export class GlassVault extends Vault {
  seal(plain: string, context: string): string {
    return `${context}|${plain}`;
  }
  open(sealed: string, context: string): string {
    if (!sealed.startsWith(`${context}|`)) throw new Error('sealed elsewhere');
    return sealed.slice(context.length + 1);
  }
  fingerprint(purpose: string, value: string): string {
    return `${purpose}:${value}`;
  }
}

/** Says that as much has locked as it has been told. */
export class ToldCommission extends CommissionPort {
  /** Of the story's program, unless told. */
  readonly locked: { readonly at: Instant; readonly minor: bigint; readonly programId?: Id<'prg'> }[] = [];
  waiting = 0;

  lockedBefore(ofProgram: Id<'prg'>, before: Instant): Promise<LockedTotal> {
    const own = this.locked.filter((lock) => (lock.programId ?? programId) === ofProgram);
    const counted = own.filter((lock) => lock.at < before);
    const minor = counted.reduce((sum, lock) => sum + lock.minor, 0n).toString();
    return Promise.resolve({ count: counted.length, amount: { minor, currency: 'BRL' }, waiting: this.waiting });
  }
}

/** Misses what it has been told is missing. */
export class ToldTax extends TaxClearance {
  readonly missing = new Map<Id<'par'>, string>();

  readonly withheld = new Map<Id<'par'>, Withholding>();

  clearances(): Promise<ReadonlyMap<Id<'par'>, Clearance>> {
    return Promise.resolve(
      new Map<Id<'par'>, Clearance>([
        ...[...this.withheld].map(([id, withholding]) => [id, { clear: true, withholding }] as const),
        ...[...this.missing].map(([id, missing]) => [id, { clear: false, missing }] as const),
      ]),
    );
  }
}

/** Knows the rates that it has been told. */
export class ToldRates extends RatesPort {
  private readonly told: RateFacts[] = [];

  tell(pair: `${string}/${string}`, rate: string, at: string): void {
    const [from = '', to = ''] = pair.split('/');
    this.told.push({ source: 'ecb', from, to, rate, at: instant(at) });
  }

  rate({ source, from, to, at: by }: RateQuestion): Promise<RateFacts | undefined> {
    const known = this.told.filter(
      (each) => each.source === source && each.from === from && each.to === to && each.at <= by,
    );
    return Promise.resolve(known.toSorted((a, b) => (a.at < b.at ? -1 : 1)).at(-1));
  }
}

export interface StoryParts {
  readonly now?: string;
  readonly transaction?: FakeSettlementTransaction;
  readonly ledger?: FakeLedger;
  /** How much of a close is written at a time. */
  readonly chunk?: ChunkSize;
  /** Rails beside that of bank transfers. */
  readonly carriers?: readonly Rail[];
}

export const aStory = ({
  now = '2018-02-05T00:00:00Z',
  transaction,
  ledger,
  chunk,
  carriers = [],
}: StoryParts = {}) => {
  const db = transaction ?? new FakeSettlementTransaction();
  const books = ledger ?? new FakeLedger();
  const clock = at(now);
  const partners = new SettlingPartners();
  const tax = new ToldTax();
  const rails = new KnownRails([new Pain001Rail(), ...carriers]);
  const asking = new AskPartners(partners, tax, rails);
  const commission = new ToldCommission();
  const rates = new ToldRates();
  const quotes = new QuoteRates(db, rates);
  const ids = new CountingIds();
  const reader = new FakeBatchReader(db);
  const files = new Iso20022Files();
  const vault = new GlassVault();
  const file = new PaymentFile(reader, vault);
  const post = new PostBookings(db, books, clock);
  const bookCommissions = new BookCommissions(db, partners, post, clock);
  const close = new ClosePeriod(db, commission, partners, new ValuePositions(db, quotes), clock);
  const finish = new FinishClosing(
    db,
    new WriteStatements(db, books, chunk),
    new DecidePayouts(db, asking, clock, chunk?.partners),
  );
  const story = {
    db,
    ledger: books,
    clock,
    partners,
    tax,
    commission,
    rates,
    quotes,
    file,
    post,
    close,
    finish,
    bookCommissions,
    approve: new ApproveBatch(db, clock),
    cancel: new CancelBatch(db, clock),
    takeOut: new TakeOutPayout(db, reader, clock),
    policy: new SetPayoutPolicy(db, partners, ids, clock),
    setTax: new SetTaxSettings(db, partners, ids, clock),
    setFx: new SetFxSettings(db, partners, ids, clock),
    setTerms: new SetDisputeTerms(db, partners, ids, clock),
    setBank: new SetBankAccount(db, partners, ids, clock),
    decideChange: new DecideSettingChange(db, clock),
    freeze: new FreezePayouts(db, partners, ids, clock),
    lift: new LiftFreeze(db, clock),
    request: new RequestPayout(db, partners, ids, clock),
    askWaiver: new AskWaiver(db, partners, ids, clock),
    decideWaiver: new DecideWaiver(db, partners, clock),
    tend: new TendBalances(db, clock),
    balance: new ShowBalance(db, asking, clock),
    submit: new SubmitBatch(
      db,
      new AskPayees(reader, asking, quotes),
      new HandOver(rails, vault),
      new PayingAccounts(true),
      clock,
    ),
    callRails: new CallRails(db, rails, vault, clock),
    bank: new SimulateBank(db, file, files, clock),
    reconcile: new ImportBankStatement(db, files, db.reader, partners, new AccountMarks(vault), clock),
    /** Commission says so, and settlement hears it. */
    async hear(...facts: readonly ToldFact[]): Promise<void> {
      for (const { purpose, occurredAt, amount, programId: ofProgram } of facts) {
        if (purpose === 'lock') commission.locked.push({ at: occurredAt, minor: amount.minor, programId: ofProgram });
      }
      await bookCommissions.run('settlement', facts);
    },
    /** An amount earned and locked, from nothing. */
    earn(words: FactWords = {}): Promise<void> {
      return story.hear(aFact('accrue', words), aFact('lock', words));
    },
    async closed(period: Month, by = 'finance'): Promise<void> {
      await close.run(programId, period, by);
      while (await finish.run());
    },
    /** Closes, approves, sends; the bank's answer is taken in unless told otherwise. */
    async paidOut(period: Month): Promise<BatchId> {
      await story.closed(period);
      const batchId = batchOf(period);
      await story.sent(batchId);
      await story.reconcile.run(await story.bank.run({ batchId, reject: [], return: [] }));
      await post.run();
      return batchId;
    },
    async sent(batchId: BatchId): Promise<void> {
      await story.approve.run(batchId, 'boss');
      await story.submit.run(batchId);
      await post.run();
    },
    async available(partner = 1): Promise<bigint> {
      const [balance] = await books.balances([availableCode({ programId, partnerId: idOf('par', partner) })]);
      return BigInt(balance?.minor ?? 0);
    },
    async clearing(): Promise<bigint> {
      const batches = new Set(db.payouts().map(({ batchId }) => batchId));
      const balances = await books.balances([...batches].map((batchId) => clearingCode(programId, batchId)));
      return balances.reduce((sum, { minor }) => sum + BigInt(minor), 0n);
    },
  };
  return story;
};

export type Story = ReturnType<typeof aStory>;

export const batchOf = (period: Month): BatchId => derivedId('bat', programId, period);
export const payoutOf = (period: Month, partner = 1): Id<'pay'> =>
  derivedId('pay', programId, period, idOf('par', partner));

/** `2018-01`, `2018-02` … as many as asked for. */
export const months = (count: number, first: Month = '2018-01'): Month[] => {
  const all: Month[] = [first];
  while (all.length < count) all.push(nextMonth(all.at(-1) ?? first));
  return all;
};
