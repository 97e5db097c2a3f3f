import { isSaying, mapped } from '../mapped.ts';

/** Whatever ends a line, moves the cursor, or turns the direction of reading. */
const UNSEEN = /[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** What others wrote, as JSON writes it within quotes: it cannot pass for a line of ours. */
export const oneLine = (text: string): string => quoting(JSON.stringify(text).slice(1, -1));

/** A sentence of ours in which others are quoted: on one line too, its quotes as they are. */
export const quoting = (text: string): string =>
  text.replace(UNSEEN, (found) => {
    const written = JSON.stringify(found).slice(1, -1);
    return written === found ? `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}` : written;
  });

/** Every text of it on one line; what is quoted in a clause keeps its quotes. */
export const allOnOneLine = <Value>(value: Value): Value =>
  mapped(value, (text, name) => (isSaying(name) ? quoting(text) : oneLine(text)));
