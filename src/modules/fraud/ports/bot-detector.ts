/** Knows machines by how they introduce themselves. */
export abstract class BotDetector {
  /** The part of the user agent that gives it away; undefined for what may be a person. */
  abstract signIn(userAgent: string): string | undefined;
}
