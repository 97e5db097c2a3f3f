/** An event of a type without a contract of its own. */
export interface SeenKey {
  /** The event's own. The same id on another day is another event. */
  readonly day: string;
  readonly source: string;
  readonly id: string;
  /** Of what came: the same id with another content is a mistake of the sender. */
  readonly digest: string;
}

/** Hope was in vain: the transaction is lost, and has to be done again without it. */
export class SeenAlready extends Error {}

export abstract class SeenEvents {
  /**
   * Notes the keys for as long as their days are kept. Answers, in their order, as `AcceptedEvents.note` does. In hope
   * that none was noted before it takes half the time, and throws `SeenAlready` when one was.
   */
  abstract note(
    keys: readonly SeenKey[],
    hope: 'none' | 'all_new',
  ): Promise<readonly ('new' | 'known' | 'different')[]>;
}
