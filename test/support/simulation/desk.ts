import type { Batch, Payout } from '../../../src/modules/settlement/domain/payouts/payout.ts';
import type { BatchId, PayoutId } from '../../../src/modules/settlement/index.ts';
import { boundsOf, type Month, monthOf, nextMonth } from '../../../src/shared/calendar.ts';
import { AppError } from '../../../src/shared/errors.ts';
import type { Id } from '../../../src/shared/ids.ts';
import { type Instant, plusMs } from '../../../src/shared/instant.ts';
import type { StandingProgram } from './scene.ts';
import { DAY, FROM } from './story.ts';
import { Violation } from './violation.ts';
import type { World } from './world.ts';

/** What the desk does of its own accord, besides closing, approving and sending; each a chance from 0 to 1. */
const CANCELS = 0.06;
const OWN_APPROVAL = 0.3;
const REJECTED = 0.08;
const RETURNED = 0.08;

interface Letter {
  readonly programId: Id<'prg'>;
  readonly text: string;
}

/** The people who close periods, approve payouts and look at fraud; and the bank, which answers when it likes. */
export class Desk {
  /** What the bank has said, in its order, and how much of it has been taken in. */
  private readonly mail: Letter[] = [];
  private taken = 0;
  /** Somebody died over the next statement, and nobody knows whether it was taken in. */
  private isUnsure = false;
  private readonly answered = new Set<BatchId>();
  private readonly reclaimed = new Set<PayoutId>();

  constructor(private readonly world: World) {}

  get isDone(): boolean {
    return this.taken === this.mail.length;
  }

  /** Looks at whatever fraud has held. What a partner bought for itself is rejected, everything else allowed. */
  async resolveCases(): Promise<void> {
    for (const { caseId, state, assessment } of this.world.stores.fraud.cases()) {
      if (state !== 'open') continue;
      const own = assessment.findings.some(({ code }) => code === 'self_referral');
      const answer = own
        ? { outcome: 'reject' as const, reason: 'bought for itself' }
        : { outcome: 'allow' as const, reason: 'called before' };
      await this.world.attempt(`risk: ${answer.outcome} ${caseId}`, async ({ resolve }) => {
        try {
          await resolve.run({ caseId, ...answer, reviewer: 'risk' });
        } catch (error) {
          mustBe(error, 'fraud.illegal_move'); // the credit went elsewhere while somebody looked
        }
      });
    }
  }

  /** Closes each program's next month, if it is over. */
  async closePeriods(): Promise<void> {
    for (const program of this.world.scene.programs) {
      const month = this.nextOf(program);
      if (this.world.clock.now() < endOf(month, program.timeZone)) continue;
      const close = (): Promise<boolean> =>
        this.world.attempt(`finance: close ${month}`, ({ close: closing }) =>
          closing.run(program.programId, month, 'finance'),
        );
      if ((await close()) && this.world.chaos.happensAgain()) await close();
    }
  }

  isClosedThrough(month: Month): boolean {
    const { periods } = this.world.stores.settlement.tables;
    return this.world.scene.programs.every(
      ({ programId }) => periods.committed.get(`${programId}/${month}`)?.state === 'closed',
    );
  }

  /** Approves, sends or drops what is to be paid. */
  async decideBatches(): Promise<void> {
    for (const batch of this.world.stores.settlement.tables.batches.committed.values()) {
      if (batch.state === 'draft') await this.approve(batch);
      else if (batch.state === 'approved') await this.send(batch);
      else if (batch.state === 'submitted' && this.world.chaos.happensAgain()) await this.send(batch);
    }
  }

  /** Has the bank answer what was sent, and give back some of what it had paid long ago. */
  async askBank(): Promise<void> {
    const { settlement } = this.world.stores;
    for (const { id, state } of settlement.tables.batches.committed.values()) {
      if (state !== 'submitted') continue;
      const payouts = settlement.payouts().filter(({ batchId }) => batchId === id);
      if (!this.answered.has(id)) await this.answer(id, payouts);
      else await this.giveBack(id, payouts);
      // A bank's statement of a day on which nothing happened is a statement all the same.
      if (this.world.chaos.happensAgain()) await this.bankSays(id, [], []);
    }
  }

  /** Takes in the bank's next statement; now and then an old one again, or one too early. */
  async takeIn(): Promise<void> {
    const { chaos } = this.world;
    if (chaos.happensAgain()) await this.tooEarly();
    const next = this.mail[this.taken];
    if (next !== undefined) {
      const take = (): Promise<boolean> =>
        this.world.attempt('finance: take in a bank statement', ({ reconcile }) => reconcile.run(next.text));
      this.isUnsure = !(await take());
      if (!this.isUnsure) this.taken += 1;
    }
    const old = this.mail[chaos.random.below(Math.max(this.taken, 1))];
    if (this.taken > 0 && old !== undefined && chaos.happensAgain())
      await this.world.attempt('finance: take in a statement again', ({ reconcile }) => reconcile.run(old.text));
  }

  private nextOf({ programId, timeZone }: StandingProgram): Month {
    const closed = this.world.stores.settlement.tables.books.committed.get(programId)?.closedThrough;
    return closed === undefined ? monthOf(FROM, timeZone) : nextMonth(closed);
  }

  private async approve({ id }: Batch): Promise<void> {
    const { world } = this;
    const { chaos } = world;
    if (chaos.random.fraction() < OWN_APPROVAL) await this.approveOwn(id);
    if (chaos.random.fraction() < CANCELS) await world.attempt(`boss: cancel ${id}`, ({ cancel }) => cancel.run(id));
    else await world.attempt(`boss: approve ${id}`, ({ approve }) => approve.run(id, 'boss'));
  }

  /** Whoever closed a period cannot approve its payouts. */
  private async approveOwn(id: BatchId): Promise<void> {
    await this.world.attempt(`finance: approve its own ${id}`, async ({ approve }) => {
      const refused = await approve.run(id, 'finance').then(
        () => false,
        (error: unknown) => mustBe(error, 'settlement.four_eyes'),
      );
      if (!refused) throw new Violation('four eyes see every payout', [`finance approved ${id} alone`]);
    });
  }

  private async send({ id }: Batch): Promise<void> {
    await this.world.attempt(`boss: submit ${id}`, async ({ submit, cancel }) => {
      try {
        await submit.run(id);
      } catch (error) {
        mustBe(error, 'settlement.nobody_to_pay');
        await cancel.run(id);
      }
    });
  }

  private programOf(batchId: BatchId): Id<'prg'> {
    const batch = this.world.stores.settlement.tables.batches.committed.get(batchId);
    if (batch === undefined) throw new Error(`there is no batch ${batchId}`);
    return batch.programId;
  }

  private async answer(batchId: BatchId, payouts: readonly Payout[]): Promise<void> {
    const { random } = this.world.chaos;
    const sent = payouts.filter(({ submittedAt }) => submittedAt !== undefined).map(({ id }) => id);
    const reject = sent.filter(() => random.fraction() < REJECTED);
    const back = sent.filter((id) => !reject.includes(id) && random.fraction() < RETURNED);
    await this.bankSays(batchId, reject, back);
    this.answered.add(batchId);
  }

  private async giveBack(batchId: BatchId, payouts: readonly Payout[]): Promise<void> {
    const { chaos, clock } = this.world;
    const old = payouts.filter(
      ({ id, state, settledAt }) =>
        state === 'settled' && !this.reclaimed.has(id) && (settledAt ?? '') < plusMs(clock.now(), -20 * DAY),
    );
    for (const { id } of old) {
      this.reclaimed.add(id);
      if (chaos.random.fraction() < RETURNED) await this.bankSays(batchId, [], [id]);
    }
  }

  private async bankSays(batchId: BatchId, reject: readonly PayoutId[], back: readonly PayoutId[]): Promise<void> {
    // The bank has no bad days, or they are none of our business.
    const text = await this.world.chaos.calmly(() => this.world.bank.run({ batchId, reject, return: back }));
    this.mail.push({ programId: this.programOf(batchId), text });
  }

  /** A statement that does not follow from the one before is refused; the first of an account follows from nothing. */
  private async tooEarly(): Promise<void> {
    const [next, early] = this.mail.slice(this.taken);
    if (this.isUnsure || next === undefined || early?.programId !== next.programId) return;
    if (!this.mail.slice(0, this.taken).some(({ programId }) => programId === next.programId)) return;
    await this.world.attempt('finance: take in a statement too early', async ({ reconcile }) => {
      const refused = await reconcile.run(early.text).then(
        () => false,
        (error: unknown) => mustBe(error, 'settlement.bank_statement_gap'),
      );
      if (!refused) throw new Violation('no bank statement is skipped', ['one was taken in before its predecessor']);
    });
  }
}

const ends = new Map<string, Instant>();

const endOf = (month: Month, zone: string): Instant => {
  const name = `${month} ${zone}`;
  const end = ends.get(name) ?? boundsOf(month, zone).until;
  ends.set(name, end);
  return end;
};

/** True for that refusal; anything else is thrown on. */
const mustBe = (error: unknown, code: string): true => {
  if (error instanceof AppError && error.code === code) return true;
  throw error;
};
