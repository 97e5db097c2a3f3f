import type { Outcome } from '../domain/delivery.ts';
import type { PostbackMethod } from '../domain/postback.ts';

export interface Letter {
  readonly url: string;
  /** One, or two while a rotation is under way: each signs. */
  readonly secrets: readonly string[];
  /** The same at every attempt, so that a receiver can tell a repetition. */
  readonly id: string;
  readonly body: string;
  /** How to call an address that was filled with what happened; absent: a signed webhook. */
  readonly postback?: PostbackMethod | undefined;
  /** Absent for a ping, which is no event. */
  readonly sequence?: number | undefined;
}

/** Carries a letter to its endpoint, and says what came of it. Never throws, never takes longer than its patience. */
export abstract class Sender {
  abstract send(letter: Letter): Promise<Outcome>;
}
