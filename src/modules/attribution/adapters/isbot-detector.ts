import { isbot } from 'isbot';
import { BotDetector } from '../ports/bot-detector.ts';

/** Of each generation. */
const KEPT = 4_096;

/** A look through all patterns takes longer than the rest of a click's signals; verdicts on browsers seen lately are kept. */
export class IsbotDetector extends BotDetector {
  private young = new Map<string, boolean>();
  private old = new Map<string, boolean>();

  isBot(userAgent: string): boolean {
    const known = this.young.get(userAgent);
    if (known !== undefined) return known;
    const verdict = this.old.get(userAgent) ?? isbot(userAgent);
    if (this.young.size >= KEPT) {
      this.old = this.young;
      this.young = new Map();
    }
    this.young.set(userAgent, verdict);
    return verdict;
  }
}
