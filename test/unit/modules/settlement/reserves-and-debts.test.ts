import { expect } from 'chai';
import fc from 'fast-check';
import {
  availableCode,
  effectOnAvailable,
  payableCode,
  receivableCode,
} from '../../../../src/modules/settlement/domain/books/chart-of-accounts.ts';
import type { PolicyTerms } from '../../../../src/modules/settlement/domain/payouts/payout-policy.ts';
import { SecurityAudits } from '../../../../src/modules/settlement/application/audit/security-audits.ts';
import { book } from '../../../../src/modules/settlement/application/books/book-commissions.ts';
import { boundsOf, type Month } from '../../../../src/shared/calendar.ts';
import type { Id } from '../../../../src/shared/ids.ts';
import { type Instant, plusDays, plusMs } from '../../../../src/shared/instant.ts';
import { Money } from '../../../../src/shared/money.ts';
import { idOf } from '../../../support/clock.ts';
import { FakeAuditReader } from '../../../support/fakes/fake-settlement-audits.ts';
import {
  aFact,
  anAdjustment,
  aStory,
  batchOf,
  months,
  payoutOf,
  programId,
  type Story,
} from '../../../support/settlement-story.ts';

const MONTHS = months(24);
const PARTNERS = [1, 2] as const;
const OF_INTEREST = ['reserve', 'release_reserve', 'raise_receivable', 'recover', 'write_off', 'hold', 'release'];
const brl = (minor: bigint) => ({ minor: minor.toString(), currency: 'BRL' });

/** What may happen on some day of a month; everything is drawn. */
type Step =
  | { readonly kind: 'earn' | 'adjust'; readonly partner: number; readonly minor: number; readonly day: number }
  | { readonly kind: 'claw'; readonly which: number; readonly part: number; readonly day: number }
  | { readonly kind: 'dispute' | 'settle'; readonly partner: number; readonly day: number };

interface Played {
  readonly steps: readonly Step[];
  readonly fate: 'pay' | 'return' | 'cancel' | 'draft' | 'take_out';
  readonly writesOff: boolean;
}

const partner = fc.constantFrom(...PARTNERS);
const day = fc.integer({ min: -20, max: 27 });
const stepOf: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('earn' as const), partner, minor: fc.nat(9_000), day }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('adjust' as const),
      partner,
      minor: fc.integer({ min: -4_000, max: 2_000 }),
      day,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('claw' as const),
      which: fc.nat(),
      part: fc.integer({ min: 30, max: 100 }),
      day,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constantFrom('dispute' as const, 'settle' as const), partner, day }),
  },
);
const story24: fc.Arbitrary<readonly Played[]> = fc.array(
  fc.record({
    steps: fc.array(stepOf, { maxLength: 4 }),
    fate: fc.constantFrom('pay', 'pay', 'pay', 'return', 'cancel', 'draft', 'take_out'),
    writesOff: fc.boolean(),
  }),
  { minLength: 24, maxLength: 24 },
);
const policies: fc.Arbitrary<PolicyTerms> = fc.constantFrom(
  { reserve: { kind: 'rolling', percent: '10', days: 60 }, receivableAfterDays: 20, writeOffAfterDays: 30 },
  { reserve: { kind: 'rolling', percent: '100', days: 200 }, receivableAfterDays: 0, writeOffAfterDays: 0 },
  { reserve: { kind: 'floor', amount: brl(3_000n) }, receivableAfterDays: 45, writeOffAfterDays: 0 },
  { reserve: { kind: 'none' }, receivableAfterDays: 10, writeOffAfterDays: 10 },
);

interface Earned {
  readonly n: number;
  readonly partner: number;
  left: number;
}

class Play {
  private readonly earned: Earned[] = [];
  private readonly held = new Map<Id<'par'>, bigint>();
  private entries = 0;

  constructor(private readonly story: Story) {}

  async month(period: Month, { steps, fate, writesOff }: Played): Promise<void> {
    const { from, until } = boundsOf(period, 'America/Sao_Paulo');
    for (const step of steps) await this.step(step, from);
    await this.settled(plusDays(from, 28));
    if (writesOff) await this.writeOff();
    await this.settled(plusMs(plusDays(until, 4), 1));
    await this.story.closed(period);
    await this.fate(period, fate);
    await this.settled(this.story.clock.now());
  }

  private async step(step: Step, from: Instant): Promise<void> {
    const occurredAt = step.day < 0 && from < '2018-02' ? from : plusDays(from, step.day);
    if (occurredAt > this.story.clock.now()) this.story.clock.moveTo(occurredAt);
    this.entries += 1;
    if (step.kind === 'earn') {
      this.earned.push({ n: this.entries, partner: step.partner, left: step.minor });
      const words = { n: this.entries, partner: step.partner, minor: BigInt(step.minor), occurredAt };
      await this.story.hear(aFact('accrue', words), aFact('lock', words));
    } else if (step.kind === 'adjust') {
      await this.story.hear(
        anAdjustment(this.entries, BigInt(step.minor), { partnerId: idOf('par', step.partner), occurredAt }),
      );
    } else if (step.kind === 'claw') {
      const target = this.earned[step.which % Math.max(1, this.earned.length)];
      if (target === undefined || target.left === 0) return;
      const minor = Math.ceil((target.left * step.part) / 100);
      target.left -= minor;
      const words = { n: target.n, partner: target.partner, minor: BigInt(minor), occurredAt };
      await this.story.hear(aFact('claw_back', { ...words, nth: `${target.n}/${target.left}` }));
    } else {
      await this.dispute(step.kind, idOf('par', step.partner), occurredAt);
    }
    await mustAgree(this.story);
  }

  /** A third of what is there is disputed, or all that is disputed is released. */
  private async dispute(kind: 'dispute' | 'settle', partnerId: Id<'par'>, occurredAt: Instant): Promise<void> {
    const held = this.held.get(partnerId) ?? 0n;
    await this.story.db.run(async (stores) => {
      const available = (await stores.control.securities.available(programId, [partnerId])).get(partnerId) ?? 0n;
      const minor = kind === 'settle' ? held : available / 3n;
      if (minor <= 0n || (kind === 'dispute' && held > 0n)) return;
      const about = { programId, partnerId, occurredAt, subject: `dispute-${this.entries}` };
      await book(stores, [
        { ...about, purpose: kind === 'dispute' ? 'hold' : 'release', amount: Money.of(minor, 'BRL') },
      ]);
      this.held.set(partnerId, kind === 'dispute' ? minor : 0n);
    });
  }

  private async settled(at: Instant): Promise<void> {
    this.story.clock.moveTo(at);
    while (await this.story.tend.run());
    await this.story.post.run();
    await mustAgree(this.story);
  }

  private async writeOff(): Promise<void> {
    for (const each of PARTNERS) {
      const [owed] = this.story.db.control.receivables
        .values()
        .filter(({ partnerId, left }) => partnerId === idOf('par', each) && left > 1n);
      if (owed === undefined) continue;
      const wish = { kind: 'write_off' as const, programId, partnerId: owed.partnerId, reason: 'gone' };
      const asked = await this.story.askWaiver
        .run({ ...wish, amount: Money.of(owed.left / 2n, 'BRL'), by: 'finance' })
        .catch(() => undefined); // not old enough
      if (asked !== undefined) await this.story.decideWaiver.run(asked.id, 'approve', 'boss');
    }
  }

  private async fate(period: Month, fate: Played['fate']): Promise<void> {
    const batchId = batchOf(period);
    if (!this.story.db.tables.batches.has(batchId) || fate === 'draft') return;
    const sent = PARTNERS.map((each) => payoutOf(period, each)).filter((id) => this.story.db.tables.payouts.has(id));
    const [first] = sent;
    if (fate === 'cancel') await this.story.cancel.run(batchId);
    else if (fate === 'take_out' && first !== undefined) await this.story.takeOut.run(first, 'looks odd', 'finance');
    else {
      await this.story.sent(batchId);
      const odd = fate === 'return' && first !== undefined ? [first] : [];
      await this.story.reconcile.run(await this.story.bank.run({ batchId, reject: [], return: odd }));
      await this.story.post.run();
    }
  }
}

const total = (minors: readonly bigint[]): bigint => minors.reduce((sum, minor) => sum + minor, 0n);

const auditsOf = ({ db, ledger }: Story): SecurityAudits => new SecurityAudits(new FakeAuditReader(db), ledger);

/** Counted from the entries alone, and compared with the ledger and with what is kept beside the balance. */
const mustAgree = async (story: Story): Promise<void> => {
  expect(await auditsOf(story).securities()).to.be.empty;
  await story.post.run();
  expect(await auditsOf(story).securities()).to.be.empty;
  const bookings = story.db.tables.bookings.values().map(({ booking }) => booking);
  for (const each of PARTNERS) {
    const owner = { programId, partnerId: idOf('par', each) };
    const own = bookings.filter(({ partnerId }) => partnerId === owner.partnerId);
    const sumOf = (...purposes: readonly string[]): bigint =>
      total(own.filter(({ purpose }) => purposes.includes(purpose)).map((booking) => effectOnAvailable(booking)));
    const balances = await story.ledger.balances([
      availableCode(owner),
      payableCode(owner, 'reserve'),
      payableCode(owner, 'held'),
      receivableCode(owner),
    ]);
    const at = (code: string): bigint => BigInt(balances.find(({ account }) => account === code)?.minor ?? 0);
    const [available, receivable] = [at(availableCode(owner)), at(receivableCode(owner))];
    const [reserve, held] = [at(payableCode(owner, 'reserve')), at(payableCode(owner, 'held'))];
    const writtenOff = total(own.filter(({ purpose }) => purpose === 'write_off').map(({ amount }) => amount.minor));
    const earned = sumOf('lock', 'claw_back', 'adjust_up', 'adjust_down');
    const entries = earned + sumOf('submit', 'restore') + writtenOff;
    const { slices, receivables } = story.db.control;
    const open = <Row extends { readonly partnerId: string; readonly left: bigint }>(rows: readonly Row[]): bigint =>
      total(rows.filter(({ partnerId }) => partnerId === owner.partnerId).map(({ left }) => left));

    expect(available + reserve + held - receivable, 'available, reserve, held and debt are the entries').to.equal(
      entries,
    );
    expect(reserve, 'the reserve is its slices').to.equal(open(slices.values()));
    expect(receivable, 'what is owed is the receivables').to.equal(open(receivables.values()));
    expect(available > 0n && receivable > 0n, 'nobody has a balance who owes').to.equal(false);
    expect(available < 0n && reserve > 0n, 'nobody owes who has a reserve').to.equal(false);
    const paid = total(
      story.db
        .payouts()
        .filter(({ partnerId, state }) => partnerId === owner.partnerId && /^(submitted|settled)$/.test(state))
        .map(({ amount }) => amount.minor),
    );
    expect(paid, 'what was paid was submitted once').to.equal(-sumOf('submit', 'restore'));
  }
  for (const payout of story.db.payouts()) {
    const shares = story.db.tables.shares.get(payout.id) ?? [];
    expect(total(shares.map(({ minor }) => minor))).to.equal(payout.amount.minor);
  }
};

describe('what is kept beside a balance', () => {
  it('is looked at partner by partner, and named where the ledger holds another amount', async () => {
    const story = aStory({ now: '2018-01-01T12:00:00Z' });
    await story.policy.run({ programId }, { reserve: { kind: 'rolling', percent: '10', days: 60 } }, 0, 'finance');
    const words = { n: 1, minor: 9_000n, occurredAt: story.clock.now() };
    await story.hear(aFact('accrue', words), aFact('lock', words));
    await mustAgree(story);
    await story.db.run(async ({ control: { securities } }) => {
      const partnerId = idOf('par', 1);
      const open = (await securities.open(programId, [partnerId])).get(partnerId);
      await securities.saveSlices(open?.slices.map((slice) => ({ ...slice, left: slice.left - 1n })) ?? []);
      const about = { programId, partnerId, raisedAt: story.clock.now() };
      await securities.saveReceivables([{ id: idOf('rcv', 1), nth: 1, amount: 7n, left: 7n, ...about }]);
    });

    expect(await auditsOf(story).securities()).to.deep.equal([
      `${payableCode({ programId, partnerId: idOf('par', 1) }, 'reserve')} holds 9.00 BRL, open slices of the reserve come to 8.99 BRL`,
      `${receivableCode({ programId, partnerId: idOf('par', 1) })} holds 0.00 BRL, open receivables come to 0.07 BRL`,
    ]);
  });
});

describe('24 months of earnings and clawbacks', () => {
  it('leave available, reserve, held and debt that are the entries, and nobody paid twice', async function () {
    this.timeout(120_000);
    const seen = new Set<string>();
    await fc.assert(
      fc.asyncProperty(policies, story24, async (terms, played) => {
        const story = aStory({ now: '2018-01-01T12:00:00Z' });
        await story.policy.run({ programId }, { minimum: brl(500n), ...terms }, 0, 'finance');
        const play = new Play(story);
        for (const [index, period] of MONTHS.entries()) {
          const month = played[index];
          if (month !== undefined) await play.month(period, month);
        }
        for (const { booking } of story.db.tables.bookings.values()) seen.add(booking.purpose);
      }),
      { numRuns: 25 },
    );
    expect([...seen]).to.include.members(OF_INTEREST);
  });
});
