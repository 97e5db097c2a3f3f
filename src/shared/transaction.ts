/**
 * All or nothing, within one module: the stores it may touch together, and the outbox that tells of it.
 * `run` inside `run` is a bug and throws.
 */
export abstract class Transaction<Stores> {
  abstract run<Result>(work: (stores: Stores) => Promise<Result>): Promise<Result>;

  /**
   * What has to be known before the work itself is begun: read together, and nothing written. Unlike what `run` gives, it is
   * nobody's answer.
   */
  look<Result>(work: (stores: Stores) => Promise<Result>): Promise<Result> {
    return this.run(work);
  }

  /**
   * Work that follows messages. `fresh` are those of `messageIds` this consumer has not done before, in the order
   * given; they count as done if, and only if, the work commits. Delivered three times, done once.
   */
  abstract once<MessageId extends string>(
    consumer: string,
    messageIds: readonly MessageId[],
    work: (stores: Stores, fresh: ReadonlySet<MessageId>) => Promise<void>,
  ): Promise<void>;
}
