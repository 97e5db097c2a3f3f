/**
 * Touches on disk before anybody is answered: in the outbox, by group commit; or, while the database is away or slow, in
 * a journal on this machine, from where they follow as soon as it is back. Whatever dies in between, each becomes a
 * touchpoint once: a batch that the database has after all, and the journal too, is recognised by its click ids.
 */
import { isNotNow } from '../../../../infrastructure/messaging/inbound.ts';
import { isUniqueViolation } from '../../../../infrastructure/postgres/errors.ts';
import { GroupCommit } from '../../../../infrastructure/group-commit.ts';
import type { Journal } from '../../../../infrastructure/journal/journal.ts';
import { pause } from '../../../../infrastructure/pause.ts';
import type { Service, Trouble } from '../../../../infrastructure/service.ts';
import { observeEdge } from '../../../../infrastructure/telemetry/edge.ts';
import { within } from '../../../../infrastructure/within.ts';
import { AppError } from '../../../../shared/errors.ts';
import type { BulkOutbox } from '../../../../shared/outbox.ts';
import { touchAnnouncement } from '../../domain/deciding/announcements.ts';
import type { TakenTouch } from '../../domain/traffic/touchpoint.ts';
import { TouchLog } from '../../ports/touch-log.ts';

/** One batch is encoded while the other is being committed. */
const WRITERS = 2;
const MOST_IN_A_BATCH = 2_000;
/** A visitor would notice a longer wait: what takes longer goes to the journal. */
const PATIENCE_MS = 250;
/** More than this waiting for a disk, and the disk is gone: visitors go on, and are not counted. */
const MOST_WAITING = 50_000;
const LOOK_AGAIN_MS = 500;

export interface EdgeTouchLogParts {
  readonly outbox: BulkOutbox;
  readonly journal: Journal;
  readonly trouble: Trouble;
}

export class EdgeTouchLog extends TouchLog implements Service {
  readonly name = 'attribution.touch_log';
  readonly roles = ['tracking', 'api'] as const;
  readonly counts = { stored: 0, journaled: 0, replayed: 0, dropped: 0 };
  private isAway = false;
  private isStuck = false;
  /** Told of once: it is so for every batch until the database is back, and the counts say of how many. */
  private isFull = false;
  private running: Promise<void> = Promise.resolve();
  private readonly group = new GroupCommit<TakenTouch>({
    write: (touches) => this.write(touches),
    writers: WRITERS,
    most: MOST_IN_A_BATCH,
  });

  constructor(private readonly parts: EdgeTouchLogParts) {
    super();
  }

  take(touch: TakenTouch, done: (error?: unknown) => void): void {
    if (this.group.waiting < MOST_WAITING) this.group.put(touch, done);
    else {
      this.counts.dropped += 1;
      done(new AppError('unavailable', 'attribution.edge_overrun', 'neither database nor disk keeps up', {}));
    }
  }

  /** What an earlier process has left is replayed first. */
  start(stop: AbortSignal): Promise<void> {
    observeEdge(() => ({ ...this.counts, journalBytes: this.parts.journal.knownBytes }));
    this.running = this.replayWhenNeeded(stop);
    return Promise.resolve();
  }

  async close(): Promise<void> {
    await this.running;
    await this.parts.journal.close();
  }

  private async write(touches: readonly TakenTouch[]): Promise<void> {
    if (!this.isAway && (await this.isStored(touches))) {
      this.counts.stored += touches.length;
      return;
    }
    try {
      await this.parts.journal.append(touches.map((touch) => JSON.stringify(touch)));
      this.counts.journaled += touches.length;
    } catch (error) {
      this.counts.dropped += touches.length;
      if (!this.isFull) this.parts.trouble.report('click journal', error);
      this.isFull = true;
      throw error;
    }
  }

  /** False when the database is away, or did not answer in time and nobody knows. */
  private async isStored(touches: readonly TakenTouch[]): Promise<boolean> {
    try {
      await this.stored(touches);
      return true;
    } catch (error) {
      if (!this.isAway) this.parts.trouble.report('clicks go to the journal', error);
      this.isAway = true;
      return false;
    }
  }

  /** One that the database does not take does not send the others to the journal. */
  private async stored(touches: readonly TakenTouch[]): Promise<void> {
    try {
      await within(PATIENCE_MS, this.parts.outbox.append(touches.map(touchAnnouncement)));
    } catch (error) {
      if (isNotNow(error)) throw error;
      await this.publishMissing(touches);
    }
  }

  private async replayWhenNeeded(stop: AbortSignal): Promise<void> {
    let isFirst = true;
    while (!stop.aborted) {
      // Also what came into the journal while it was being drained.
      if (isFirst || this.isAway || this.parts.journal.hasMore) await this.replay();
      isFirst = false;
      await pause(LOOK_AGAIN_MS, stop);
    }
  }

  /** Visitors are stored directly again as soon as the first handful is through. */
  private async replay(): Promise<void> {
    try {
      await this.parts.outbox.told([]); // whether it answers again
      await this.parts.journal.drain(async (lines) => {
        const touches = await this.readable(lines);
        await this.publishMissing(touches);
        this.counts.replayed += touches.length;
        this.isAway = false;
      });
      this.isAway = false;
      this.isStuck = false;
      this.isFull = false;
    } catch (error) {
      if (!this.isStuck) this.parts.trouble.report('replay of the click journal', error);
      this.isStuck = true;
      this.isAway = true;
    }
  }

  /** What is no touch was not written by us; it must not hold up those that were. */
  private async readable(lines: readonly string[]): Promise<readonly TakenTouch[]> {
    const touches: TakenTouch[] = [];
    for (const line of lines) {
      try {
        touches.push(JSON.parse(line) as TakenTouch);
      } catch (error) {
        this.parts.trouble.report('a line of the click journal is set aside', error);
        await this.parts.journal.setAside(line);
      }
    }
    return touches;
  }

  /** A touch that no database will ever take must not hold up the others: it is found by halves, and set aside. */
  private async publishMissing(touches: readonly TakenTouch[]): Promise<void> {
    try {
      const announcements = touches.map(touchAnnouncement);
      const told = await this.parts.outbox.told(announcements.map(({ aggregate }) => aggregate));
      await this.parts.outbox.append(announcements.filter(({ aggregate }) => !told.has(aggregate)));
    } catch (error) {
      // A batch of before the outage that has come through after all: next time its touches are told already.
      if (isNotNow(error) || isUniqueViolation(error)) throw error;
      const [first, ...others] = touches;
      if (first !== undefined && others.length === 0) await this.setAside(first, error);
      else await this.publishHalves(touches);
    }
  }

  private async publishHalves(touches: readonly TakenTouch[]): Promise<void> {
    const half = Math.ceil(touches.length / 2);
    await this.publishMissing(touches.slice(0, half));
    await this.publishMissing(touches.slice(half));
  }

  private async setAside(touch: TakenTouch, error: unknown): Promise<void> {
    this.parts.trouble.report(`click ${touch.clickId} is set aside`, error);
    await this.parts.journal.setAside(JSON.stringify(touch));
  }
}
