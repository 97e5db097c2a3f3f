/**
 * A request as nearly all browsers send it, read from the bytes of one packet: GET, HTTP/1.1, a Host, no body, each header
 * once, nothing but visible ASCII. Whatever differs in the least is none of these, and node's own parser reads it: this
 * one is quick because it knows a single form, and safe because it takes nothing else.
 */
import type { FrontRequest } from './front.ts';

const FORM = /^GET \/[!-~]* HTTP\/1\.1\r\n(?:[A-Za-z0-9-]+: [!-~](?:[ -~]*[!-~])?\r\n)+\r\n$/;
const METHOD = 'GET '.length;
const VERSION = ' HTTP/1.1\r\n'.length;
const MOST_BYTES = 8_192;

/** They say where the message ends, or what becomes of the connection. */
const NOT_PLAIN = ['content-length', 'transfer-encoding', 'expect', 'upgrade', 'connection', 'te', 'trailer'];

/** Undefined for everything that has not just this form. */
export const plainRequest = (bytes: Buffer, remoteAddress: string | undefined): FrontRequest | undefined => {
  if (bytes.length > MOST_BYTES) return undefined;
  const text = bytes.toString('latin1');
  if (!FORM.test(text)) return undefined;
  const end = text.indexOf(' ', METHOD);
  const headers = headersIn(text, end + VERSION);
  if (headers?.has('host') !== true) return undefined;
  const header = (name: string): string | undefined => headers.get(name);
  return { method: 'GET', url: text.slice(METHOD, end), httpVersion: '1.1', remoteAddress, header };
};

/** Undefined when one comes twice, or is not plain. */
const headersIn = (text: string, from: number): ReadonlyMap<string, string> | undefined => {
  const headers = new Map<string, string>();
  let count = 0;
  for (let at = from; at < text.length - 2; count += 1) {
    const [colon, end] = [text.indexOf(':', at), text.indexOf('\r', at)];
    headers.set(text.slice(at, colon).toLowerCase(), text.slice(colon + 2, end));
    at = end + 2;
  }
  return headers.size === count && isPlain(headers) ? headers : undefined;
};

const isPlain = (headers: ReadonlyMap<string, string>): boolean => {
  for (const name of NOT_PLAIN)
    if (headers.has(name) && !(name === 'connection' && headers.get(name)?.toLowerCase() === 'keep-alive'))
      return false;
  return true;
};
