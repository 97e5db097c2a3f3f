import type { WallClock } from '../../../../shared/clock.ts';
import { type Instant, instantAt, plusMs } from '../../../../shared/instant.ts';
import { afterLook, hasBroken, isUrgent, type Look, nextToLookAt, type Watched } from '../../domain/audit/watch.ts';
import type { AuditLog, HousePromise, PayoutBrake, Promises } from '../../ports/audit-log.ts';

/** So that whoever starts a program is served first. */
const SETTLE_IN_MS = 60_000;
/** A look that is due waits so long for a quiet moment, and then for none. */
const PATIENCE_MS = 3_600_000;

/**
 * Looks at every promise of the house again and again, one at a time, all day. The first that is broken stops payouts,
 * for money that has left wrongly does not come back; what partners earn goes on being counted. Starting them again is
 * for people. While much is going on a look waits, for both want the same processors; what is in doubt does not. Lives
 * by the machine's clock: a business whose time stands still is looked at too.
 */
export class KeepWatch {
  private readonly startedAt: Instant;

  constructor(
    private readonly promises: Promises,
    private readonly log: AuditLog,
    private readonly brake: PayoutBrake,
    private readonly wallClock: WallClock,
    private readonly everyMs: number,
  ) {
    this.startedAt = this.now();
  }

  /** A look at what has waited longest, if anything is due. */
  async run(): Promise<void> {
    const now = this.now();
    if (now < plusMs(this.startedAt, SETTLE_IN_MS)) return;
    const known = new Map((await this.log.watched()).map((each) => [each.promise, each]));
    const names = this.promises.all.map(({ promise }) => promise);
    const next = await this.next(names, known, now);
    const found = this.promises.all.find(({ promise }) => promise === next);
    if (found !== undefined) await this.note(found, known.get(found.promise));
  }

  private async next(
    names: readonly string[],
    known: ReadonlyMap<string, Watched>,
    now: Instant,
  ): Promise<string | undefined> {
    const when = { now, everyMs: this.everyMs };
    const due = nextToLookAt(names, known, when);
    if (due === undefined || !(await this.promises.isBusy())) return due;
    const urgent = names.filter((name) => isUrgent(known.get(name), plusMs(this.startedAt, PATIENCE_MS), when));
    return nextToLookAt(urgent, known, when);
  }

  /** What a promise comes to after a look of now, which nobody notes. */
  async lookAt(promise: HousePromise, before: Watched | undefined): Promise<Watched> {
    return afterLook(before, await this.look(promise));
  }

  private async note(promise: HousePromise, before: Watched | undefined): Promise<void> {
    const after = await this.lookAt(promise, before);
    await this.log.save(after);
    if (promise.stopsPayouts && hasBroken(before, after)) {
      await this.brake.pull(`the auditor found that a promise is broken: ${after.promise}; ${after.findings[0] ?? ''}`);
    }
  }

  private async look(promised: HousePromise): Promise<Look> {
    const began = this.wallClock.nowMs();
    const seen = async (): Promise<Pick<Look, 'findings' | 'failure'>> => {
      try {
        return { findings: await promised.run() };
      } catch (error) {
        return { findings: [], failure: error instanceof Error ? error.message : String(error) };
      }
    };
    const found = await seen();
    return { promise: promised.promise, at: this.now(), tookMs: this.wallClock.nowMs() - began, ...found };
  }

  private now(): Instant {
    return instantAt(this.wallClock.nowMs());
  }
}
