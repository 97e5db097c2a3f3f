/**
 * Group commit that clocks itself: what arrives while a write is under way goes with the next one. A lone item waits
 * for nobody, and under load the batches grow by themselves, so that the cost of a commit is shared by all who wait
 * for it. A fixed window of a few ms would cost both. `bench/tracking.ts` measures it.
 */
export interface GroupCommitOptions<Item> {
  /** Makes them durable, all or none. */
  readonly write: (items: readonly Item[]) => Promise<void>;
  /** Writes under way at the same time; two: one batch is encoded while the other is being committed. */
  readonly writers: number;
  /** Of one write. */
  readonly most: number;
}

interface Waiting<Item> {
  readonly item: Item;
  readonly done: (error?: unknown) => void;
}

export class GroupCommit<Item> {
  private queue: Waiting<Item>[] = [];
  private writing = 0;

  constructor(private readonly options: GroupCommitOptions<Item>) {}

  /** Items that no write has taken yet. */
  get waiting(): number {
    return this.queue.length;
  }

  /** Resolves once the item is durable. Throws what its write threw. */
  add(item: Item): Promise<void> {
    return new Promise((resolve, reject) => {
      this.put(item, (error) => {
        if (error === undefined) resolve();
        else reject(error instanceof Error ? error : new Error('a write failed', { cause: error }));
      });
    });
  }

  /** As `add`, for whoever has so many that a promise each would show. `done` hears why, if it failed. */
  put(item: Item, done: (error?: unknown) => void): void {
    this.queue.push({ item, done });
    // Whoever comes in the same turn of the event loop goes along.
    if (this.queue.length === 1) setImmediate(() => void this.work());
  }

  private async work(): Promise<void> {
    if (this.writing === this.options.writers) return;
    this.writing += 1;
    while (this.queue.length > 0) await this.writeNext();
    this.writing -= 1;
  }

  private async writeNext(): Promise<void> {
    const batch = this.queue.slice(0, this.options.most);
    this.queue = this.queue.slice(batch.length);
    if (this.queue.length > 0) setImmediate(() => void this.work());
    const error = await this.options.write(batch.map(({ item }) => item)).then(
      () => undefined,
      (failure: unknown) => failure ?? new Error('a write failed'),
    );
    for (const { done } of batch) done(error);
  }
}
