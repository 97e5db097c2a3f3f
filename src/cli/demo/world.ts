import { AppError } from '../../shared/errors.ts';
import type { Id } from '../../shared/ids.ts';
import type { Instant } from '../../shared/instant.ts';
import { chunked, inParallel } from './client.ts';
import type { Stage } from './stage.ts';

export interface PostedEvent {
  readonly id: string;
  readonly type: string;
  readonly subject: string;
  readonly time: Instant;
  readonly data: object;
}

export interface Tally {
  accepted: number;
  duplicate: number;
  clicks: number;
}

const BATCH = 100;
const PARALLEL = 4;
const SETTLE_MS = 60_000;

/** Who can be asked to do things: somebody, and somebody else. */
export type House = Pick<Stage, 'staff' | 'approver'>;

/** The stage with the script's people on it. */
export class World<Place extends House = Stage> {
  readonly tally: Tally = { accepted: 0, duplicate: 0, clicks: 0 };
  private now: Instant | undefined;

  constructor(
    readonly stage: Place,
    readonly programId: Id<'prg'>,
    readonly partnerIds: ReadonlyMap<string, Id<'par'>>,
    private readonly progress: (by: number) => void = () => undefined,
  ) {}

  /** Moves the clock forward; standing still is fine. */
  async moveTo(to: Instant): Promise<void> {
    if (this.now !== undefined && to <= this.now) return;
    await this.stage.staff.post('/v1/sandbox/clock', { now: to });
    this.now = to;
  }

  /** Until everything that is due has been done. */
  async settle(): Promise<void> {
    const { settled } = await this.stage.staff.post<{ settled: boolean }>('/v1/sandbox/settle', {
      timeoutMs: SETTLE_MS,
    });
    if (!settled)
      throw new AppError(
        'unavailable',
        'demo.not_settled',
        `something was still under way after ${SETTLE_MS / 1_000} s; see the lines above`,
      );
  }

  /** In batches, several on the way at once; every event must be taken. */
  async post(events: readonly PostedEvent[], count: (accepted: number, duplicate: number) => void): Promise<void> {
    await inParallel(chunked(events, BATCH), PARALLEL, async (batch) => {
      const verdict = await this.stage.staff.post<{ accepted: number; duplicate: number; refused: number }>(
        '/v1/events',
        {
          events: batch.map((event) => ({ ...event, programId: this.programId })),
        },
      );
      if (verdict.refused > 0)
        throw new AppError('refused', 'demo.refused', `events were refused: ${JSON.stringify(verdict).slice(0, 600)}`);
      count(verdict.accepted, verdict.duplicate);
      this.progress(batch.length);
    });
  }

  advance(by: number): void {
    this.progress(by);
  }
}
