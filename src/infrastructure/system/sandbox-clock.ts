import { AppError } from '../../shared/errors.ts';
import { Clock, type WallClock } from '../../shared/clock.ts';
import { instant, instantAt, type Instant } from '../../shared/instant.ts';
import type { Doorbell } from '../messaging/doorbell.ts';
import { type Database, rowsOf } from '../postgres/database.ts';

/** Rung when business time moves, for whoever waits for something to become due. */
export const CLOCK_BELL = 'clock';
/** Months (`calendar.ts`) and what is due years later must fit between here and the last moment that can be written. */
const LAST_SETTING = instant('8999-01-01T00:00:00Z');
const REFRESH_MS = 250;

/**
 * A clock that stands where it was set, in every process of a sandbox, until it is set again; before the first time it
 * is real time. It only moves forward: what was decided yesterday was not decided tomorrow.
 */
export class SandboxClock extends Clock {
  private standing: Instant | undefined;
  private refreshing: NodeJS.Timeout | undefined;

  constructor(
    private readonly database: Database,
    private readonly wallClock: WallClock,
    private readonly doorbell: Doorbell,
  ) {
    super();
  }

  now(): Instant {
    return this.standing ?? instantAt(this.wallClock.nowMs());
  }

  get isStanding(): boolean {
    return this.standing !== undefined;
  }

  /** Throws `sandbox.clock_goes_forward`, `sandbox.clock_too_far`. */
  async set(to: Instant): Promise<Instant> {
    if (to > LAST_SETTING) {
      throw new AppError('refused', 'sandbox.clock_too_far', `the clock goes no further than ${LAST_SETTING}`);
    }
    const rows = await rowsOf<{ now: Instant }>(
      this.database.knex,
      `insert into platform.sandbox_clock as clock (now) values (:to)
       on conflict (only_row) do update set now = excluded.now where clock.now <= excluded.now
       returning now`,
      { to },
    );
    if (rows.length === 0) {
      throw new AppError(
        'refused',
        'sandbox.clock_goes_forward',
        `the clock stands at ${this.now()} and only goes forward`,
      );
    }
    this.move(to);
    return to;
  }

  /** Follows what other processes set. */
  async start(): Promise<void> {
    await this.refresh();
    this.refreshing = setInterval(() => {
      this.refresh().catch(() => undefined);
    }, REFRESH_MS); // the next look may see it
  }

  stop(): void {
    clearInterval(this.refreshing);
  }

  private async refresh(): Promise<void> {
    const [row] = await rowsOf<{ now: Instant }>(this.database.knex, 'select now from platform.sandbox_clock');
    if (row !== undefined) this.move(row.now);
  }

  private move(to: Instant): void {
    if (this.standing !== undefined && to <= this.standing) return;
    this.standing = to;
    this.doorbell.ring(CLOCK_BELL);
  }
}
