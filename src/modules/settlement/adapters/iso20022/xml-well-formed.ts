interface Place {
  readonly line: number;
  readonly column: number;
}

/** What is wrong with a text that is to be XML, and where; without a place, it is nothing we accept at all. */
export interface XmlFault extends Partial<Place> {
  readonly detail: string;
  /** Where the text ends, when what is wrong is that there is no more of it. */
  readonly end?: Place;
}

/**
 * Whether a text is well-formed: elements are closed in their order, within one root, tags hold a name and attributes, the
 * declaration comes first, and there is no document type: no document of ours has one, and those who send some are up to
 * something. It looks from tag to tag; to look at each character was half of reading a bank's month.
 */
export const xmlFaultOf = (text: string): XmlFault | undefined => {
  try {
    new Scan(text).run();
    return undefined;
  } catch (error) {
    if (!(error instanceof Wrong)) throw error;
    const { at, isCutOff, message: detail } = error;
    return { ...(at !== undefined && placeOf(text, at)), detail, ...(isCutOff && { end: placeOf(text, text.length) }) };
  }
};

class Wrong extends Error {
  constructor(
    detail: string,
    readonly at?: number,
    readonly isCutOff = false,
  ) {
    super(detail);
  }
}

const placeOf = (text: string, at: number): Place => {
  const lines = text.slice(0, at).split('\n');
  return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
};

const NAME = /^[\p{L}_:][\p{L}\p{N}._:\u00b7-]*$/u;
const ATTRIBUTE = /\s+([^\s=<>"'/]+)\s*=\s*(?:"[^"<]*"|'[^'<]*')/y;
const TARGET = /[^\s?<>]*/y;
const QUOTE_OR_END = /["'>]/g;
const BARE_AMPERSAND = /&(?!#\d+;|#x[\da-f]+;|[\w.-]+;)/i;
/** Names are few, and a document may make up many. */
const MOST_NAMES = 1_000;
const BYTE_ORDER_MARK = '\ufeff';

class Scan {
  private readonly open: { readonly name: string; readonly at: number }[] = [];
  private readonly names = new Set<string>();
  private readonly hasAmpersands: boolean;
  private readonly start: number;
  private hasRoot = false;

  constructor(private readonly text: string) {
    this.hasAmpersands = text.includes('&');
    this.start = text.startsWith(BYTE_ORDER_MARK) ? 1 : 0;
  }

  run(): void {
    const { text, open } = this;
    let at = this.start;
    for (let tag = text.indexOf('<', at); tag >= 0; tag = text.indexOf('<', at)) {
      this.between(at, tag);
      at = this.tag(tag);
    }
    this.between(at, text.length);
    const unclosed = open.at(-1);
    if (unclosed !== undefined) throw new Wrong(`<${unclosed.name}> is not closed`, unclosed.at, true);
    if (!this.hasRoot) throw new Wrong('there is no element', 0);
  }

  private between(from: number, to: number): void {
    if (from === to || (this.open.length > 0 && !this.hasAmpersands)) return;
    const between = this.text.slice(from, to);
    if (this.open.length === 0 && between.trim() !== '') throw new Wrong('text outside of the root element', from);
    const bare = BARE_AMPERSAND.exec(between);
    if (bare !== null) throw new Wrong('an & that begins nothing', from + bare.index);
  }

  /** Where it goes on behind the tag. */
  private tag(at: number): number {
    switch (this.text.charAt(at + 1)) {
      case '!':
        return this.aside(at);
      case '?':
        return this.instruction(at);
      case '/':
        return this.closing(at);
      default:
        return this.opening(at);
    }
  }

  private aside(at: number): number {
    if (this.text.startsWith('<!--', at)) return this.ended(at + 4, '-->');
    if (this.open.length > 0 && this.text.startsWith('<![CDATA[', at)) return this.ended(at, ']]>');
    throw new Wrong('a document type or entities are not accepted');
  }

  private instruction(at: number): number {
    TARGET.lastIndex = at + 2;
    const [target = ''] = TARGET.exec(this.text) ?? [];
    if (!NAME.test(target)) throw new Wrong(`<?${target} has no valid name`, at);
    if (target.toLowerCase() === 'xml' && at !== this.start)
      throw new Wrong('<?xml may stand at the very beginning alone', at);
    return this.ended(at, '?>');
  }

  private ended(at: number, by: string): number {
    const end = this.text.indexOf(by, at);
    if (end < 0) throw new Wrong(`${by} is missing`, at, true);
    return end + by.length;
  }

  private closing(at: number): number {
    const end = this.ended(at, '>');
    const name = this.text.slice(at + 2, end - 1).trimEnd();
    const opened = this.open.pop();
    if (opened?.name === name) return end;
    throw new Wrong(
      opened === undefined ? `</${name}> closes nothing` : `<${opened.name}> is closed as </${name}>`,
      at,
    );
  }

  private opening(at: number): number {
    if (this.open.length === 0 && this.hasRoot) throw new Wrong('a second root element', at);
    this.hasRoot = true;
    const end = this.endOfTag(at);
    const isEmpty = this.text.charAt(end - 2) === '/';
    const inner = this.text.slice(at + 1, isEmpty ? end - 2 : end - 1);
    const name = this.nameIn(inner, at);
    if (!isEmpty) this.open.push({ name, at });
    return end;
  }

  /** A `>` may stand in the value of an attribute. */
  private endOfTag(at: number): number {
    let next = at;
    for (;;) {
      QUOTE_OR_END.lastIndex = next;
      const found = QUOTE_OR_END.exec(this.text);
      if (found === null) return this.ended(next, '>');
      const [mark] = found;
      if (mark === '>') return found.index + 1;
      next = this.ended(found.index + 1, mark);
    }
  }

  private nameIn(inner: string, at: number): string {
    if (this.names.has(inner)) return inner;
    const [name = ''] = /^[^\s]*/.exec(inner) ?? [];
    if (!NAME.test(name)) throw new Wrong(`<${name}> has no valid name`, at);
    if (name.length < inner.length) mustBeAttributes(inner.slice(name.length), name, at);
    else if (this.names.size < MOST_NAMES) this.names.add(name);
    return name;
  }
}

const mustBeAttributes = (text: string, name: string, at: number): void => {
  const seen = new Set<string>();
  let end = 0;
  ATTRIBUTE.lastIndex = 0;
  for (let found = ATTRIBUTE.exec(text); found !== null; found = ATTRIBUTE.exec(text)) {
    const [, attribute = ''] = found;
    if (!NAME.test(attribute)) throw new Wrong(`${attribute} of <${name}> is no valid name`, at);
    if (seen.has(attribute)) throw new Wrong(`<${name}> has ${attribute} twice`, at);
    seen.add(attribute);
    end = ATTRIBUTE.lastIndex;
  }
  if (text.slice(end).trim() !== '') throw new Wrong(`the attributes of <${name}> cannot be read`, at);
};
