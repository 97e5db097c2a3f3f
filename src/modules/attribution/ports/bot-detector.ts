/** Knows machines by how they introduce themselves. */
export abstract class BotDetector {
  abstract isBot(userAgent: string): boolean;
}
