import type { OutboxReader } from '../postgres/outbox-reader.ts';

/** How much is told in all outboxes, by their counters: the cheapest question there is, however much has been told. */
export class EventPace {
  private before: { readonly atMs: number; readonly drawn: bigint } | undefined;

  constructor(
    private readonly outboxes: readonly Pick<OutboxReader, 'lastDrawn'>[],
    private readonly nowMs: () => number,
  ) {}

  /** Events a second since it was asked last; nothing is known when it is asked first. */
  async perSecond(): Promise<number | undefined> {
    const last = await Promise.all(this.outboxes.map((outbox) => outbox.lastDrawn()));
    const now = { atMs: this.nowMs(), drawn: last.reduce((sum, each) => sum + each, 0n) };
    const { before } = this;
    this.before = now;
    if (before === undefined || now.atMs <= before.atMs) return undefined;
    return (Number(now.drawn - before.drawn) * 1_000) / (now.atMs - before.atMs);
  }
}
