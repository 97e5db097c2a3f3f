import type { Blocker, Outlook } from './outlook.ts';
import { OUTLOOK_WORDS, type OutlookWords } from './words/outlook-words.ts';
import type { Language } from './words/words.ts';

/** What a commission waits for, and when it can be paid at the earliest, in sentences. Nothing of what never will be. */
export const outlookText = ({ blockers, earliestPayableAt }: Outlook, language: Language): string => {
  const words = OUTLOOK_WORDS[language];
  return [
    ...blockers.map((blocker) => `  ${blockerText(words, blocker)}`),
    ...(earliestPayableAt === undefined ? [] : [`  ${words.earliest(earliestPayableAt)}`]),
    '',
  ].join('\n');
};

const blockerText = (words: OutlookWords, { code, who, reasons, since, until }: Blocker): string =>
  words.waits({
    what: words.blockers[code],
    who: words.actors[who],
    reasons,
    ...(since !== undefined && { since }),
    ...(until !== undefined && { until }),
  });
