import { expect } from 'chai';
import { type EndpointAction, type Health, lifecycle } from '../../../../src/modules/webhooks/domain/endpoint.ts';
import {
  afterFailure,
  afterSuccess,
  DEGRADED_AFTER,
  disabledByOwner,
  enabled,
  GIVEN_UP_AFTER_MS,
  PAUSED_AFTER,
  UNVERIFIED,
} from '../../../../src/modules/webhooks/domain/health.ts';
import { delayMs, isUsedUp, PROBES_MS, SCHEDULE_MS } from '../../../../src/modules/webhooks/domain/retry.ts';
import { instant, plusMs } from '../../../../src/shared/instant.ts';
import { mayMove, moved } from '../../../../src/shared/lifecycle.ts';
import { rejects } from '../../../support/rejects.ts';

const noon = instant('2026-01-01T12:00:00Z');
const MIDDLE = 0.5;
const HOUR_MS = 3_600_000;
const inState = (state: Health['state'], overrides: Partial<Health> = {}): Health => ({
  state,
  failures: 0,
  probes: 0,
  ...(state === 'disabled' && { disabledReason: 'by_owner' }),
  ...overrides,
});

const failing = (health: Health, times: number): Health =>
  Array.from({ length: times }).reduce<Health>((each) => afterFailure(each, noon, false), health);

describe('the life cycle of a webhook endpoint', () => {
  const states = Object.keys(lifecycle) as Health['state'][];
  const actions = [...new Set(states.flatMap((state) => Object.keys(lifecycle[state])))] as EndpointAction[];

  for (const state of states) {
    for (const action of actions) {
      const next = (lifecycle[state] as Readonly<Record<string, string>>)[action];
      it(
        next === undefined ? `refuses ${action} while ${state}` : `moves from ${state} to ${next}: ${action}`,
        async () => {
          expect(mayMove(lifecycle, state, action)).to.equal(next !== undefined);
          if (next === undefined)
            await rejects(() => moved('webhooks', lifecycle, state, action), 'webhooks.illegal_move');
          else expect(moved('webhooks', lifecycle, state, action)).to.equal(next);
        },
      );
    }
  }
});

describe('the health of a webhook endpoint', () => {
  it('is verified by its first good answer', () => {
    expect(afterSuccess(UNVERIFIED)).to.deep.equal(inState('enabled'));
  });

  it('is degraded after a few failures in a row, and paused after more', () => {
    expect(failing(inState('enabled'), DEGRADED_AFTER - 1).state).to.equal('enabled');
    expect(failing(inState('enabled'), DEGRADED_AFTER).state).to.equal('degraded');
    expect(failing(UNVERIFIED, DEGRADED_AFTER).state).to.equal('degraded');
    expect(failing(inState('enabled'), PAUSED_AFTER - 1).state).to.equal('degraded');
    expect(failing(inState('enabled'), PAUSED_AFTER).state).to.equal('paused');
  });

  it('heals with one good answer, from wherever it had sunk', () => {
    for (const depth of [1, DEGRADED_AFTER, PAUSED_AFTER, PAUSED_AFTER + 5])
      expect(afterSuccess(failing(inState('enabled'), depth))).to.deep.equal(inState('enabled'));
  });

  it('counts probes while paused', () => {
    expect(failing(inState('enabled'), PAUSED_AFTER + 3).probes).to.equal(3);
  });

  it('is given up after five days of failures, not sooner', () => {
    const paused = failing(inState('enabled'), PAUSED_AFTER);

    expect(afterFailure(paused, plusMs(noon, GIVEN_UP_AFTER_MS - 1), false).state).to.equal('paused');
    expect(afterFailure(paused, plusMs(noon, GIVEN_UP_AFTER_MS), false)).to.deep.include({
      state: 'disabled',
      disabledReason: 'failing',
    });
  });

  it('is disabled at once when it says that it is gone, in any state', () => {
    for (const state of ['unverified', 'enabled', 'degraded', 'paused'] as const)
      expect(afterFailure(inState(state), noon, true)).to.deep.include({ state: 'disabled', disabledReason: 'gone' });
  });

  it('stays disabled, whatever comes back from what was under way', () => {
    const off = disabledByOwner(inState('enabled'));

    expect(afterSuccess(off)).to.equal(off);
    expect(afterFailure(off, noon, true)).to.equal(off);
    expect(disabledByOwner(off)).to.equal(off);
  });

  it('starts anew when its owner enables it, and enabling twice is enabling once', () => {
    for (const state of ['degraded', 'paused', 'disabled'] as const)
      expect(enabled(inState(state, { failures: 9, failingSince: noon }))).to.deep.equal(inState('enabled'));
    const well = inState('enabled');
    expect(enabled(well)).to.equal(well);
  });
});

describe('the retry schedule', () => {
  it('waits longer and longer, about 75 hours in all', () => {
    const delays = SCHEDULE_MS.map((_, index) => delayMs(inState('degraded'), index + 1, undefined, MIDDLE));

    expect(delays).to.deep.equal([...SCHEDULE_MS]);
    expect(delays.reduce((sum, delay) => sum + delay, 0) / HOUR_MS).to.be.closeTo(75.6, 0.05);
  });

  it('spreads those who failed together by a fifth', () => {
    expect(delayMs(inState('degraded'), 1, undefined, 0)).to.equal(4_000);
    expect(delayMs(inState('degraded'), 1, undefined, 1)).to.equal(6_000);
  });

  it('waits as long as it is asked to, up to a day', () => {
    expect(delayMs(inState('enabled'), 1, 60_000, MIDDLE)).to.equal(60_000);
    expect(delayMs(inState('enabled'), 1, 1, MIDDLE)).to.equal(5_000);
    expect(delayMs(inState('enabled'), 1, 365 * 24 * HOUR_MS, MIDDLE)).to.equal(24 * HOUR_MS);
  });

  it('probes a paused endpoint at least once an hour, so that it heals soon after it is mended', () => {
    const probes = [0, 1, 2, 3, 50].map((count) =>
      delayMs(inState('paused', { probes: count }), 7 + count, undefined, MIDDLE),
    );

    expect(probes).to.deep.equal([...PROBES_MS, HOUR_MS, HOUR_MS]);
  });

  it('gives a delivery its ten attempts and its three days, both', () => {
    expect(isUsedUp({ tries: 9, sinceFirstMs: 100 * HOUR_MS })).to.equal(false);
    expect(isUsedUp({ tries: 10, sinceFirstMs: 59 * HOUR_MS })).to.equal(false);
    expect(isUsedUp({ tries: 10, sinceFirstMs: 61 * HOUR_MS })).to.equal(true);
  });
});
