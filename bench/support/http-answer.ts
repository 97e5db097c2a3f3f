/**
 * Just enough of HTTP/1.1 to read the answers to requests that are sent one at a time: status, header block, and where
 * the body ends. Costs about a microsecond where a whole parser costs several.
 */
export interface Answer {
  readonly status: number;
  /** Status line and headers, without the empty line. */
  readonly head: string;
  readonly body: string;
  /** Whether the server ends the connection with it. */
  readonly isLast: boolean;
}

const END_OF_HEAD = '\r\n\r\n';
const LENGTH = /\r\ncontent-length: *(\d+)/i;
const CHUNKED = /\r\ntransfer-encoding: *chunked/i;
const CLOSE = /\r\nconnection: *close/i;

const hasNoBody = (status: number): boolean => status === 204 || status === 304;

/** Undefined while some of it is still to come. `text` is Latin-1: a character a byte. */
export const readAnswer = (text: string): Answer | undefined => {
  const end = text.indexOf(END_OF_HEAD);
  if (end === -1) return undefined;
  const head = text.slice(0, end);
  const status = Number(head.slice(9, 12));
  const body = hasNoBody(status) ? '' : bodyOf(head, text, end + END_OF_HEAD.length);
  return body === undefined ? undefined : { status, head, body, isLast: CLOSE.test(head) };
};

const bodyOf = (head: string, text: string, from: number): string | undefined => {
  const length = LENGTH.exec(head);
  if (length !== null) {
    const to = from + Number(length[1]);
    return text.length < to ? undefined : text.slice(from, to);
  }
  if (CHUNKED.test(head)) return unchunked(text, from);
  throw new Error(`an answer without a length cannot be read on a connection that stays: ${head}`);
};

const unchunked = (text: string, start: number): string | undefined => {
  let body = '';
  for (let from = start; ;) {
    const line = text.indexOf('\r\n', from);
    if (line === -1) return undefined;
    const size = Number.parseInt(text.slice(from, line), 16);
    const next = line + 2 + size + 2;
    if (text.length < next) return undefined;
    if (size === 0) return body;
    body += text.slice(line + 2, line + 2 + size);
    from = next;
  }
};
