import type { Blocker, Outlook } from './outlook.ts';
import { OUTLOOK_WORDS, type OutlookWords } from './words/outlook-words.ts';
import { type Moments, momentsIn } from './words/moments.ts';
import type { Language } from './words/words.ts';

/** What a commission waits for, and when it can be paid at the earliest, in sentences. Nothing of what never will be. */
export const outlookText = (
  { blockers, earliestPayableAt }: Outlook,
  language: Language,
  timeZone?: string,
): string => {
  const words = OUTLOOK_WORDS[language];
  const moments = momentsIn(timeZone);
  return [
    ...blockers.map((blocker) => `  ${blockerText(words, blocker, moments)}`),
    ...(earliestPayableAt === undefined ? [] : [`  ${words.earliest(moments(earliestPayableAt))}`]),
    '',
  ].join('\n');
};

const blockerText = (words: OutlookWords, { code, who, reasons, since, until }: Blocker, moments: Moments): string =>
  words.waits({
    what: words.blockers[code],
    who: words.actors[who],
    reasons,
    ...(since !== undefined && { since: moments(since) }),
    ...(until !== undefined && { until: moments(until) }),
  });
