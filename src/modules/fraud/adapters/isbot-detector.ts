import { isbotMatch } from 'isbot';
import { BotDetector } from '../ports/bot-detector.ts';

const MAX_SIGN = 200;

export class IsbotDetector extends BotDetector {
  signIn(userAgent: string): string | undefined {
    return isbotMatch(userAgent)?.slice(0, MAX_SIGN);
  }
}
