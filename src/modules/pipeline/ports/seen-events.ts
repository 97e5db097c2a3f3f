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

/**
 * That none of the keys was noted before; or, once it was looked which of them were, that nobody notes the others at the
 * very same moment. Without hope, it is done so that nothing can come in between, which takes twice as long.
 */
export type Hope = 'all_new' | 'undisturbed' | 'none';

/** Known with the same content, or with another one. */
export type Note = 'new' | 'known' | 'different';

export abstract class SeenEvents {
  /**
   * Notes the keys for as long as their days are kept. Answers, in their order, as `AcceptedEvents.note` does. Hope
   * saves time, and throws `SeenAlready` when it was in vain.
   */
  abstract note(keys: readonly SeenKey[], hope: Hope): Promise<readonly Note[]>;
}
