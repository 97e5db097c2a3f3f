/**
 * When requests of an open loop are meant to be sent: one after the other, evenly, whatever the server does. A request
 * that has to wait because the server, or we, are behind keeps the moment it was meant for, and its latency counts from
 * there. (A loop that waits for answers sends less just when the server is slow, and then measures how well it did.)
 */
export class Schedule {
  private taken = 0;
  private readonly apartMs: number;
  /** How many there are in all. */
  readonly total: number;

  constructor(
    private readonly startMs: number,
    perSecond: number,
    durationMs: number,
  ) {
    this.apartMs = 1_000 / perSecond;
    this.total = Math.max(1, Math.round((perSecond * durationMs) / 1_000));
  }

  /** The moment the next one was meant for, if that has come; it is then taken. */
  take(nowMs: number): number | undefined {
    if (this.taken === this.total) return undefined;
    const intendedMs = this.startMs + this.taken * this.apartMs;
    if (intendedMs > nowMs) return undefined;
    this.taken += 1;
    return intendedMs;
  }

  get left(): number {
    return this.total - this.taken;
  }
}
