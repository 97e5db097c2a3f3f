import { isShallow, MAX_LEVELS } from '../../../../infrastructure/http/input.ts';
import type { AppError } from '../../../../shared/errors.ts';
import { refusal } from '../../../../shared/parse.ts';
import { Unreadable } from '../../application/judge-events.ts';

export const NDJSON = 'application/x-ndjson';
export const MAX_EVENTS = 1_000;
/** With blank ones, which are no events and still have to be passed over. */
const MAX_LINES = 10 * MAX_EVENTS;

/**
 * One event a line (https://github.com/ndjson/ndjson-spec). A line that is no JSON stands at its place and is refused
 * there: it must not cost the batch. Lines end with LF or CRLF; the last may go without. A blank line is no event.
 * Lines are counted before any is read, for millions fit into a body. Throws `input.invalid`.
 */
export const readLines = (text: string): readonly unknown[] => linesIn(text).map(readLine);

const linesIn = (text: string): readonly string[] => {
  const lines: string[] = [];
  for (let from = 0, nth = 1; from < text.length; nth += 1) {
    if (nth > MAX_LINES) throw tooMany(`lines, with blank ones at most ${MAX_LINES}`);
    const end = text.indexOf('\n', from);
    const line = text.slice(from, end === -1 ? text.length : end);
    if (line.trim() !== '') lines.push(line);
    if (lines.length > MAX_EVENTS) throw tooMany('events');
    if (end === -1) break;
    from = end + 1;
  }
  return lines;
};

const tooMany = (what: string): AppError =>
  refusal([{ pointer: '/events', code: 'input.invalid', detail: `must be 1 to ${MAX_EVENTS} ${what}` }]);

const readLine = (line: string): unknown => {
  try {
    const value: unknown = JSON.parse(line);
    // Two levels fewer than a body may have: in JSON, the event would stand in a list in an object.
    return isShallow(value, MAX_LEVELS - 2) ? value : new Unreadable(`has more than ${MAX_LEVELS - 2} levels`);
  } catch {
    return new Unreadable('is not JSON; each line is one event'); // the verdict says it
  }
};
