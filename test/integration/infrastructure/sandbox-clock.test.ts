/** Business time in a sandbox: it stands where it was set, in every process. */
import { expect } from 'chai';
import { CLOCK_BELL, SandboxClock } from '../../../src/infrastructure/system/sandbox-clock.ts';
import { LocalDoorbell } from '../../../src/infrastructure/messaging/doorbell.ts';
import { instant } from '../../../src/shared/instant.ts';
import { TestWallClock } from '../../support/clock.ts';
import { withDatabase } from '../../support/database.ts';
import { rejects } from '../../support/rejects.ts';
import { eventually } from '../../support/signals.ts';

describe('the clock of a sandbox', () => {
  const database = withDatabase();
  let clocks: SandboxClock[];

  beforeEach(() => {
    clocks = [];
  });
  afterEach(() => {
    for (const clock of clocks) clock.stop();
  });

  const startClock = async (doorbell = new LocalDoorbell(), wall = new TestWallClock()): Promise<SandboxClock> => {
    const clock = new SandboxClock(database().as('platform'), wall, doorbell);
    clocks.push(clock);
    await clock.start();
    return clock;
  };

  const newYear = instant('2027-01-01T00:00:00Z');

  it('runs until it is set, and then stands', async () => {
    const wall = new TestWallClock('2026-01-01T00:00:00Z');
    const clock = await startClock(new LocalDoorbell(), wall);
    wall.pass(1_000);
    expect([clock.now(), clock.isStanding]).to.deep.equal(['2026-01-01T00:00:01.000Z', false]);

    await clock.set(newYear);
    wall.pass(1_000);

    expect([clock.now(), clock.isStanding]).to.deep.equal([newYear, true]);
  });

  it('is set for every process, also one that starts later, and rings in each', async () => {
    const bells = new LocalDoorbell();
    const bell = bells.listen([CLOCK_BELL]);
    const [one, other] = [await startClock(), await startClock(bells)];

    await one.set(newYear);

    const rung = await bell.next(5_000, new AbortController().signal);
    expect([...rung]).to.deep.equal([CLOCK_BELL]);
    expect(other.now()).to.equal(newYear);
    expect((await startClock()).now()).to.equal(newYear);
  });

  it('never goes back, whoever sets it', async () => {
    const [one, other] = [await startClock(), await startClock()];
    await one.set(newYear);

    await rejects(other.set(instant('2026-12-31T00:00:00Z')), 'sandbox.clock_goes_forward');
    await rejects(one.set(instant('2026-12-31T00:00:00Z')), 'sandbox.clock_goes_forward');
    await one.set(newYear);

    await eventually('the other one follows', () => other.now() === newYear);
    expect(one.now()).to.equal(newYear);
  });
});
