import { expect } from 'chai';
import sinon from 'sinon';
import { type Job, jobBell, Scheduler } from '../../../src/infrastructure/job.ts';
import { LocalDoorbell } from '../../../src/infrastructure/messaging/doorbell.ts';
import { Leadership } from '../../../src/infrastructure/postgres/leadership.ts';
import { Metrics } from '../../../src/infrastructure/telemetry/metrics.ts';

const EVERY_MS = 5_000;

describe('the scheduler', () => {
  let time: sinon.SinonFakeTimers;
  let stop: AbortController;
  let scheduler: Scheduler;
  let metrics: sinon.SinonStubbedInstance<Metrics>;
  const doorbell = new LocalDoorbell();
  const report = sinon.spy();
  const run = sinon.stub<[], Promise<boolean>>();
  const job: Job = { name: 'closing', everyMs: EVERY_MS, run, due: () => Promise.resolve(false) };

  beforeEach(() => {
    time = sinon.useFakeTimers();
    stop = new AbortController();
    sinon.resetHistory();
    run.reset();
    run.resolves(false);
    metrics = sinon.createStubInstance(Metrics);
    const leadership = sinon.createStubInstance(Leadership);
    leadership.whileLeading.callsFake((_name, signal, work) => work(signal));
    scheduler = new Scheduler(leadership, doorbell, metrics, report);
  });
  afterEach(async () => {
    stop.abort();
    await scheduler.close();
    time.restore();
  });

  it('runs a job at once, and again when its time has passed', async () => {
    scheduler.start([job], stop.signal);

    await time.tickAsync(EVERY_MS - 1);
    expect(run.callCount).to.equal(1);
    await time.tickAsync(1);
    expect(run.callCount).to.equal(2);
  });

  it('goes on without a pause while there may be more', async () => {
    run.onFirstCall().resolves(true);
    run.onSecondCall().resolves(true);

    scheduler.start([job], stop.signal);
    await time.tickAsync(0);

    expect(run.callCount).to.equal(3);
    expect(metrics.jobRan.args.map(([, outcome]) => outcome)).to.deep.equal(['worked', 'worked', 'idle']);
  });

  it('runs a job as soon as its bell rings, and not at the bell of another', async () => {
    scheduler.start([job], stop.signal);
    await time.tickAsync(10);

    doorbell.ring(jobBell({ name: 'sweeping' }));
    await time.tickAsync(10);
    expect(run.callCount).to.equal(1);

    doorbell.ring(jobBell(job));
    await time.tickAsync(0);
    expect(run.callCount).to.equal(2);
  });

  it('reports a run that failed, and lets a second pass before the next, however often the job is due', async () => {
    const failure = new Error('the disk is full');
    run.onFirstCall().rejects(failure);

    scheduler.start([{ ...job, everyMs: 1 }], stop.signal);
    await time.tickAsync(999);
    sinon.assert.calledOnceWithExactly(report, failure, 'closing');
    expect(run.callCount).to.equal(1);

    await time.tickAsync(1);
    expect(run.callCount).to.equal(2);
    expect(report.callCount).to.equal(1);
  });

  it('ends in the middle of a pause when it is told to stop', async () => {
    scheduler.start([job], stop.signal);
    await time.tickAsync(10);

    stop.abort();
    await scheduler.close();

    expect(run.callCount).to.equal(1);
    expect(time.countTimers()).to.equal(0);
  });
});
