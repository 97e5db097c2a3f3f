import type { Doorbell } from '../../../../src/infrastructure/messaging/doorbell.ts';
import type { Database } from '../../../../src/infrastructure/postgres/database.ts';
import { SandboxClock } from '../../../../src/infrastructure/system/sandbox-clock.ts';
import { instant } from '../../../../src/shared/instant.ts';
import { TestWallClock } from '../../../support/clock.ts';
import { rejects } from '../../../support/rejects.ts';

describe('the clock of a sandbox', () => {
  it('is not set so far that what is due afterwards has no date', async () => {
    const clock = new SandboxClock({} as Database, new TestWallClock(), {} as Doorbell);
    for (const end of ['8999-01-01T00:00:00.001Z', '9999-12-31T23:59:59Z']) {
      await rejects(clock.set(instant(end)), 'sandbox.clock_too_far');
    }
  });
});
