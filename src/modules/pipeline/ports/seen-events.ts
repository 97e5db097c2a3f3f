/** An event of a type without a contract of its own. */
export interface SeenKey {
  /** The event's own. The same id on another day is another event. */
  readonly day: string;
  readonly source: string;
  readonly id: string;
  /** What came: the same id with another content is a mistake of the sender. */
  readonly content: string;
}

export abstract class SeenEvents {
  /** Notes the keys for as long as their days are kept. Answers, in their order, as `AcceptedEvents.note` does. */
  abstract note(keys: readonly SeenKey[]): Promise<readonly ('new' | 'known' | 'different')[]>;
}
