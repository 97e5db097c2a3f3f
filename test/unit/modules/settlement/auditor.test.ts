import { expect } from 'chai';
import { Attest } from '../../../../src/modules/settlement/application/audit/attest.ts';
import { KeepWatch } from '../../../../src/modules/settlement/application/audit/keep-watch.ts';
import { ReplayBooks } from '../../../../src/modules/settlement/application/audit/replay-books.ts';
import { type Attestation, isUnchanged } from '../../../../src/modules/settlement/domain/audit/attestation.ts';
import { attestationText } from '../../../../src/modules/settlement/domain/audit/attestation-text.ts';
import { afterLook, nextToLookAt, type Watched } from '../../../../src/modules/settlement/domain/audit/watch.ts';
import { AuditLog, PayoutBrake, Promises } from '../../../../src/modules/settlement/ports/audit-log.ts';
import { WallClock } from '../../../../src/shared/clock.ts';
import { instant, instantAt } from '../../../../src/shared/instant.ts';
import type { Page } from '../../../../src/shared/page.ts';
import { FakeLedger } from '../../../support/fakes/fake-ledger.ts';
import { FakeAuditReader } from '../../../support/fakes/fake-settlement-audits.ts';
import { aStory } from '../../../support/settlement-story.ts';

const START = Date.parse('2026-03-01T10:00:00Z');
const MINUTE = 60_000;

class HandWound extends WallClock {
  ms = START;
  nowMs(): number {
    return this.ms;
  }
}

class MemoryLog extends AuditLog {
  readonly seen = new Map<string, Watched>();
  readonly written: Attestation[] = [];
  watched = (): Promise<readonly Watched[]> => Promise.resolve([...this.seen.values()]);
  payoutsFrozen = (): Promise<boolean> => Promise.resolve(false);
  save = (watched: Watched): Promise<void> => Promise.resolve(void this.seen.set(watched.promise, watched));
  last = (): Promise<Attestation | undefined> => Promise.resolve(this.written.at(-1));
  add = (attestation: Attestation): Promise<boolean> => Promise.resolve(this.written.push(attestation) > 0);
  attestation = (number: number): Promise<Attestation | undefined> => Promise.resolve(this.written[number - 1]);
  attestations = (): Promise<Page<Attestation>> => Promise.resolve({ data: this.written, nextCursor: null });
}

class Brake extends PayoutBrake {
  readonly reasons: string[] = [];
  pull = (reason: string): Promise<void> => Promise.resolve(void this.reasons.push(reason));
}

const anAuditor = (house: Readonly<Record<string, () => readonly string[]>>) => {
  const [clock, log, brake, ledger] = [new HandWound(), new MemoryLog(), new Brake(), new FakeLedger()];
  class House extends Promises {
    readonly all = Object.entries(house).map(([promise, findings]) => ({
      promise,
      stopsPayouts: !promise.startsWith('work'),
      run: () => Promise.resolve().then(findings),
    }));
    busy = false;
    isBusy = (): Promise<boolean> => Promise.resolve(this.busy);
  }
  const promises = new House();
  const watch = new KeepWatch(promises, log, brake, clock, 60 * MINUTE);
  const attest = new Attest(promises, watch, { log, ledger }, clock);
  const wait = async (ms: number): Promise<void> => {
    clock.ms += ms;
    await watch.run();
  };
  return { clock, log, brake, promises, watch, attest, wait, state: (promise: string) => log.seen.get(promise)?.state };
};

describe('the auditor that never sleeps', () => {
  it('serves whoever starts a program first, and then looks at one promise after the other', async () => {
    const auditor = anAuditor({ one: () => [], two: () => [] });

    await auditor.wait(59_999);
    expect(auditor.log.seen.size).to.equal(0);
    await auditor.wait(1);
    await auditor.wait(1);

    expect([auditor.state('one'), auditor.state('two')]).to.deep.equal(['holds', 'holds']);
  });

  it('looks again when an hour has gone by, and not before', async () => {
    let looks = 0;
    const auditor = anAuditor({ one: () => ((looks += 1), []) });

    await auditor.wait(MINUTE);
    await auditor.wait(59 * MINUTE);
    expect(looks).to.equal(1);
    await auditor.wait(MINUTE);

    expect(looks).to.equal(2);
  });

  it('waits while much is going on, but an hour at most, and not when something is in doubt', async () => {
    let findings = ['off by one cent'];
    const auditor = anAuditor({ one: () => findings, two: () => [] });

    auditor.promises.busy = true;
    await auditor.wait(59 * MINUTE);
    expect(auditor.log.seen.size).to.equal(0);
    await auditor.wait(MINUTE);
    expect(auditor.state('one')).to.equal('doubtful');
    findings = [];
    await auditor.wait(10_000);
    await auditor.wait(10_000);

    expect([auditor.state('one'), auditor.state('two')]).to.deep.equal(['holds', 'holds']);
  });

  it('believes a finding that has stood in every look of half a minute, and stops payouts then, once', async () => {
    const auditor = anAuditor({ one: () => ['the books are off by one cent'] });

    await auditor.wait(MINUTE);
    await auditor.wait(10_000);
    await auditor.wait(10_000);
    expect([auditor.state('one'), auditor.brake.reasons.length]).to.deep.equal(['doubtful', 0]);
    await auditor.wait(10_000);
    await auditor.wait(60 * MINUTE);

    expect(auditor.state('one')).to.equal('broken');
    expect(auditor.brake.reasons).to.have.length(1);
    expect(auditor.brake.reasons[0]).to.contain('off by one cent');
  });

  it('takes what changes from look to look for a program at work', async () => {
    let cents = 0;
    const auditor = anAuditor({ one: () => [`off by ${(cents += 1)}`] });

    await auditor.wait(MINUTE);
    for (let look = 0; look < 10; look += 1) await auditor.wait(10_000);

    expect([auditor.state('one'), auditor.brake.reasons.length]).to.deep.equal(['doubtful', 0]);
  });

  it('stops no payout for what somebody has to see to while every cent is right', async () => {
    const auditor = anAuditor({ 'work is not stuck': () => ['a message lies aside'] });

    await auditor.wait(MINUTE);
    for (let look = 0; look < 5; look += 1) await auditor.wait(10_000);

    expect([auditor.state('work is not stuck'), auditor.brake.reasons.length]).to.deep.equal(['broken', 0]);
  });

  it('proves nothing by a look it could not have, and does not stop for it', async () => {
    const auditor = anAuditor({
      one: () => {
        throw new Error('the database is away');
      },
      two: () => [],
    });

    await auditor.wait(MINUTE);
    await auditor.wait(1);

    expect([auditor.state('one'), auditor.state('two')]).to.deep.equal(['unknown', 'holds']);
    expect((await auditor.attest.run()).holds).to.equal(false);
    expect(auditor.brake.reasons).to.deep.equal([]);
  });

  it('rests fifty times as long as a look took, however large the books are', () => {
    const at = instant('2026-03-01T10:00:00Z');
    const slow = afterLook(undefined, { promise: 'one', at, tookMs: 600_000, findings: [] });
    const next = (hours: number): string | undefined =>
      nextToLookAt(['one'], new Map([['one', slow]]), { now: instantAt(START + hours * 60 * MINUTE), everyMs: MINUTE });

    expect([next(8), next(9)]).to.deep.equal([undefined, 'one']);
  });
});

describe('an attestation', () => {
  it('says of every promise what a look of now says, and names the one before', async () => {
    const auditor = anAuditor({ one: () => [], two: () => ['there is a hole'] });

    const first = await auditor.attest.run();
    const second = await auditor.attest.run();

    expect(first.promises.map(({ state }) => state)).to.deep.equal(['holds', 'doubtful']);
    expect([first.holds, second.number, second.previous]).to.deep.equal([false, 2, first.digest]);
  });

  it('shows when a word of it was changed afterwards', async () => {
    const { attest } = anAuditor({ one: () => [] });
    const attestation = await attest.run();

    expect(isUnchanged(attestation)).to.equal(true);
    expect(isUnchanged({ ...attestation, payoutsFrozen: true })).to.equal(false);
    expect(isUnchanged(JSON.parse(JSON.stringify(attestation)) as Attestation)).to.equal(true);
  });

  it('is written once a day, from the second day on', async () => {
    const auditor = anAuditor({ one: () => [] });
    await auditor.wait(MINUTE);

    await auditor.attest.daily();
    expect(auditor.log.written).to.have.length(0);
    auditor.clock.ms += 24 * 60 * MINUTE;
    await auditor.attest.daily();
    await auditor.attest.daily();

    expect(auditor.log.written.map(({ number, isDaily }) => [number, isDaily])).to.deep.equal([[1, true]]);
  });

  it('reads as a page in English and Chinese', async () => {
    const { attest } = anAuditor({ 'the books balance': () => [], 'no cent is lost': () => ['one is'] });
    const attestation = await attest.run();

    expect(attestationText(attestation, 'en'))
      .to.contain('1 of 2 promises do not hold.')
      .and.contain('doubtful  no cent');
    expect(attestationText(attestation, 'zh')).to.contain('2 项承诺中有 1 项不成立').and.contain('成立  the books');
  });
});

describe('the books, played again', () => {
  it('come to what the ledger holds', async () => {
    const story = aStory();
    await story.earn({ n: 1, minor: 5_000n });
    await story.closed('2018-01');
    const replay = new ReplayBooks(new FakeAuditReader(story.db), story.ledger);

    expect(await replay.balances()).to.deep.equal([]);
  });

  it('show what the ledger has too much, too', async () => {
    const story = aStory();
    await story.earn({ n: 1, minor: 5_000n });
    const [booked] = story.ledger.posted;
    if (booked === undefined) throw new Error('nothing was posted');
    await story.ledger.post([{ ...booked, id: 'txn_00000000000000000000000001' }]);
    const replay = new ReplayBooks(new FakeAuditReader(story.db), story.ledger);

    const findings = await replay.balances();

    expect(findings).to.have.length(2);
    expect(findings[0]).to.match(/holds 100\.00 in the ledger, its bookings come to BRL 50\.00|holds .* its bookings/);
  });
});
