import type { OutboxReader } from '../postgres/outbox-reader.ts';

/** Looks whether anybody is behind in some outbox. Whoever was is asked first: while there is work, that is one question. */
export class LastBehind {
  private last: OutboxReader | undefined;

  async isAny(
    outboxes: readonly OutboxReader[],
    isBehind: (outbox: OutboxReader) => Promise<boolean>,
  ): Promise<boolean> {
    const { last } = this;
    if (last !== undefined && (await isBehind(last))) return true;
    const others = outboxes.filter((outbox) => outbox !== last);
    const found = await Promise.all(others.map(async (outbox) => ((await isBehind(outbox)) ? [outbox] : [])));
    this.last = found.flat()[0] ?? last;
    return found.flat().length > 0;
  }
}
