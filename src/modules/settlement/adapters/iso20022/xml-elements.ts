/**
 * The elements of a document that is known to be well-formed and to have no document type. A general reader keeps more of
 * each than is ever asked for, and of a bank's month that was half of the work.
 *
 *     <a n="1">x<b>y</b></a>  →  { a: { '@n': '1', '#text': 'x', b: 'y' } }
 */

/** What a document holds: texts, and elements by name. One that may repeat is always a list. */
export type Content = string | Element | readonly Content[] | undefined;
export interface Element {
  readonly [name: string]: Content;
}

/** Nobody's payments are nested so deep. */
const MAX_DEPTH = 100;

interface Open {
  readonly name: string;
  /** None, where there is nothing but text: most elements are like that. */
  parts: Record<string, Content> | undefined;
  text: string;
}

const opened = (name: string): Open => ({ name, parts: undefined, text: '' });

/** What is passed over, what is text as it stands, and how each ends. */
const ASIDE = [
  { begin: '<!--', end: '-->', isText: false },
  { begin: '<![CDATA[', end: ']]>', isText: true },
  { begin: '<?', end: '?>', isText: false },
] as const;

/** By local names; throws an `Error` for what is nested too deep. */
export const elementsOf = (text: string, repeated: ReadonlySet<string>): Element => {
  const root = opened('');
  const path = [root];
  let at = 0;
  for (let tag = text.indexOf('<'); tag >= 0; tag = text.indexOf('<', at)) {
    const inner = path.at(-1) ?? root;
    if (tag > at) inner.text += decoded(text.slice(at, tag));
    const mark = text.charAt(tag + 1);
    const aside = mark === '!' || mark === '?' ? ASIDE.find(({ begin }) => text.startsWith(begin, tag)) : undefined;
    if (aside !== undefined) {
      const end = text.indexOf(aside.end, tag);
      if (aside.isText) inner.text += text.slice(tag + aside.begin.length, end);
      at = end + aside.end.length;
      continue;
    }
    const end = endOfTag(text, tag);
    at = end + 1;
    if (mark === '/') close(path, repeated);
    else open(path, text.slice(tag + 1, end), repeated);
  }
  return root.parts ?? {};
};

/** A `>` may stand in the value of an attribute. */
const endOfTag = (text: string, from: number): number => {
  const end = text.indexOf('>', from);
  const tag = text.slice(from, end);
  if (!tag.includes('=')) return end;
  let at = from;
  while (at < text.length && text.charAt(at) !== '>') {
    const character = text.charAt(at);
    at = (character === '"' || character === "'" ? text.indexOf(character, at + 1) : at) + 1;
  }
  return at;
};

const open = (path: Open[], tag: string, repeated: ReadonlySet<string>): void => {
  if (path.length > MAX_DEPTH) throw new Error('elements are nested too deep');
  const isEmpty = tag.endsWith('/');
  const hasMore = isEmpty || /\s/.test(tag);
  const [name = ''] = hasMore ? (/^[^\s/]+/.exec(tag) ?? []) : [tag];
  const element = opened(localOf(name));
  path.push(element);
  if (hasMore) addAttributes(element, tag.slice(name.length));
  if (isEmpty) close(path, repeated);
};

const ATTRIBUTE = /([^\s=]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;

const addAttributes = (element: Open, text: string): void => {
  for (const [, name = '', double, single = ''] of text.matchAll(ATTRIBUTE)) {
    if (name === 'xmlns' || name.startsWith('xmlns:')) continue;
    element.parts ??= {};
    element.parts[`@${localOf(name)}`] = decoded(double ?? single);
  }
};

const close = (path: Open[], repeated: ReadonlySet<string>): void => {
  const element = path.pop();
  const within = path.at(-1);
  if (element === undefined || within === undefined) return;
  const text = element.text.trim();
  if (element.parts !== undefined && text !== '') element.parts['#text'] = text;
  within.parts ??= {};
  put(within.parts, element.name, element.parts ?? text, repeated);
};

const put = (parts: Record<string, Content>, name: string, content: Content, repeated: ReadonlySet<string>): void => {
  if (name === '__proto__') return;
  const before = parts[name];
  if (Array.isArray(before)) (before as Content[]).push(content);
  else if (before === undefined) parts[name] = repeated.has(name) ? [content] : content;
  else parts[name] = [before, content];
};

const localOf = (name: string): string => name.slice(name.indexOf(':') + 1);

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const LAST_CODE_POINT = 0x10ffff;

const decoded = (text: string): string =>
  text.includes('&')
    ? text.replace(/&(?:#x([\da-f]+)|#(\d+)|(\w+));/gi, (whole, hex?: string, digits?: string, name = '') => {
        if (hex === undefined && digits === undefined) return NAMED[name as string] ?? whole;
        const code = hex === undefined ? Number(digits) : Number.parseInt(hex, 16);
        return code <= LAST_CODE_POINT ? String.fromCodePoint(code) : whole;
      })
    : text;
