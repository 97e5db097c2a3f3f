import { expect } from 'chai';
import sinon from 'sinon';
import { Precedence } from '../../../../src/infrastructure/messaging/precedence.ts';

describe('what somebody waits for', () => {
  let clock: sinon.SinonFakeTimers;
  let precedence: Precedence;
  const { signal } = new AbortController();

  beforeEach(() => {
    clock = sinon.useFakeTimers();
    precedence = new Precedence();
  });
  afterEach(() => {
    clock.restore();
  });

  const givingWay = (until: AbortSignal = signal): { isOver: boolean } => {
    const state = { isOver: false };
    void precedence.giveWay(until).then(() => (state.isOver = true));
    return state;
  };
  const inHandFor = (ms: number): Promise<void> =>
    precedence.hurry(performance.now(), () => new Promise((resolve) => setTimeout(resolve, ms)));

  it('keeps nobody waiting who comes while it is in hand and not late', async () => {
    void inHandFor(300);
    await clock.tickAsync(90);
    const other = givingWay();
    await clock.tickAsync(0);

    expect(other.isOver).to.equal(true);
  });

  it('goes first while it is late, and for the moment in which its next step is on its way', async () => {
    void inHandFor(300);
    await clock.tickAsync(120);
    const other = givingWay();

    await clock.tickAsync(400);
    expect(other.isOver).to.equal(false);
    await clock.tickAsync(60);
    expect(other.isOver).to.equal(true);
  });

  it('is late, too, where it waited long before its turn came', async () => {
    const since = performance.now();
    await clock.tickAsync(120);
    await precedence.hurry(since, () => Promise.resolve());
    const other = givingWay();

    await clock.tickAsync(200);
    expect(other.isOver).to.equal(false);
  });

  it('goes first though it failed, and no longer than otherwise', async () => {
    const since = performance.now();
    await clock.tickAsync(120);
    await precedence.hurry(since, () => Promise.reject(new Error('away'))).catch(() => undefined);
    const other = givingWay();

    await clock.tickAsync(280);
    expect(other.isOver).to.equal(true);
  });

  it('starves nobody: after five seconds the others have a turn', async () => {
    void inHandFor(60_000);
    await clock.tickAsync(120);
    const other = givingWay();

    await clock.tickAsync(4_900);
    expect(other.isOver).to.equal(false);
    await clock.tickAsync(200);
    expect(other.isOver).to.equal(true);
  });

  it('keeps nobody from stopping', async () => {
    void inHandFor(60_000);
    await clock.tickAsync(120);
    const stop = new AbortController();
    const other = givingWay(stop.signal);

    stop.abort();
    await clock.tickAsync(0);
    expect(other.isOver).to.equal(true);
  });
});
