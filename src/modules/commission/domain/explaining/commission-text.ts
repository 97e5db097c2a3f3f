/** All there is to say of one commission: why it is these cents, what became of it, and what it waits for. */
import { explanationText } from './explanation-text.ts';
import type { Outlook } from './outlook.ts';
import { outlookText } from './outlook-text.ts';
import { sinceLines } from './since-text.ts';
import type { Earned } from './why.ts';
import { momentsIn, zoneLines } from './words/moments.ts';
import { OUTLOOK_WORDS } from './words/outlook-words.ts';
import type { Language } from './words/words.ts';

export const commissionText = (earned: Earned, outlook: Outlook, language: Language, timeZone?: string): string =>
  [
    earned.explanation === undefined ? '' : explanationText(earned.explanation, language, timeZone),
    ...sinceLines(earned, language, timeZone).map((line) => `  ${line}\n`),
    ...paidLines(earned, language, timeZone).map((line) => `  ${line}\n`),
    outlookText(outlook, language, timeZone),
    ...zoneLines(timeZone, language).map((line) => `  ${line}\n`),
  ].join('');

/** What is paid waits for nothing. */
const paidLines = ({ commission }: Earned, language: Language, timeZone: string | undefined): readonly string[] =>
  commission.state === 'paid' && commission.paidAt !== undefined
    ? [OUTLOOK_WORDS[language].paid(momentsIn(timeZone)(commission.paidAt))]
    : [];
