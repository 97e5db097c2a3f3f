import { isShallow, MAX_LEVELS } from '../../../../infrastructure/http/input.ts';
import { Unreadable } from '../../application/judge-events.ts';

export const NDJSON = 'application/x-ndjson';

/**
 * One event a line (https://github.com/ndjson/ndjson-spec). A line that is no JSON stands at its place and is refused
 * there: it must not cost the batch. Lines end with LF or CRLF; the last may go without. A blank line is no event.
 */
export const readLines = (text: string): readonly unknown[] =>
  text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map(readLine);

const readLine = (line: string): unknown => {
  try {
    const value: unknown = JSON.parse(line);
    // Two levels fewer than a body may have: in JSON, the event would stand in a list in an object.
    return isShallow(value, MAX_LEVELS - 2) ? value : new Unreadable(`has more than ${MAX_LEVELS - 2} levels`);
  } catch {
    return new Unreadable('is not JSON; each line is one event'); // the verdict says it
  }
};
