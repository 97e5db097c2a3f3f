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
    precedence.hurry(() => new Promise((resolve) => setTimeout(resolve, ms)));

  it('keeps nobody waiting when there is nothing of it', async () => {
    const other = givingWay();
    await clock.tickAsync(0);

    expect(other.isOver).to.equal(true);
  });

  it('goes first for as long as it is in hand, and for the moment in which its next step may be on its way', async () => {
    void inHandFor(300);
    const other = givingWay();

    await clock.tickAsync(340);
    expect(other.isOver).to.equal(false);
    await clock.tickAsync(40);
    expect(other.isOver).to.equal(true);
  });

  it('goes first though it failed, and no longer than otherwise', async () => {
    const failing = precedence.hurry(() => Promise.reject(new Error('away'))).catch(() => undefined);
    const other = givingWay();

    await clock.tickAsync(80);
    await failing;
    expect(other.isOver).to.equal(true);
  });

  it('starves nobody: after two seconds the others have a turn', async () => {
    void inHandFor(60_000);
    const other = givingWay();

    await clock.tickAsync(1_900);
    expect(other.isOver).to.equal(false);
    await clock.tickAsync(200);
    expect(other.isOver).to.equal(true);
  });

  it('keeps nobody from stopping', async () => {
    void inHandFor(60_000);
    const stop = new AbortController();
    const other = givingWay(stop.signal);

    stop.abort();
    await clock.tickAsync(0);
    expect(other.isOver).to.equal(true);
  });
});
