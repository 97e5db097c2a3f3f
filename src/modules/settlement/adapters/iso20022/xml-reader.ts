import { AppError, type Fault } from '../../../../shared/errors.ts';
import { type Content, type Element, elementsOf } from './xml-elements.ts';
import { type XmlFault, xmlFaultOf } from './xml-well-formed.ts';

const MAX_FAULTS = 100;
const MAX_DETAIL = 300;

/**
 * Reads a document of that namespace as far as it is well-formed; `repeated` names the elements that may come several
 * times. Throws with the code given: another namespace, a document type, a line and what is wrong with it.
 */
export const readXml = (text: string, namespace: string, repeated: readonly string[], code: string): XmlNode => {
  mustBeDocument(text, namespace, code);
  return new XmlNode(parsed(new Set(repeated), text, code), '', new Faults(code));
};

/** Throws with the code given. */
const mustBeDocument = (text: string, namespace: string, code: string): void => {
  const fault = xmlFaultOf(text);
  if (fault !== undefined) throw refused(code, placed(fault));
  if (!text.includes(namespace)) throw refused(code, `must be a document of ${namespace}`);
};

const placed = ({ line, column, detail, end }: XmlFault): string => {
  if (line === undefined) return detail;
  const cut =
    end === undefined ? '' : `; the document is cut off at line ${end.line}, column ${end.column}: send all of it`;
  return `line ${line}, column ${column}: ${shortened(detail)}${cut}`;
};

/** What could not be read is repeated, and may be all of the document. */
const shortened = (detail: string): string =>
  detail.length <= MAX_DETAIL ? detail : `${detail.slice(0, MAX_DETAIL)}…`;

const refused = (code: string, detail: string): AppError =>
  new AppError('invalid', code, detail, { faults: [{ pointer: '', code, detail }] });

const parsed = (repeated: ReadonlySet<string>, text: string, code: string): Element => {
  try {
    return elementsOf(text, repeated);
  } catch (cause) {
    throw refused(code, shortened(cause instanceof Error ? cause.message : String(cause))); // nested too deep
  }
};

/** An element that comes a hundred thousand times, below one that comes a few times. */
export interface Streamed {
  readonly name: string;
  readonly within: string;
  /** The path of those it is in. */
  readonly path: string;
}

export interface StreamedXml {
  /** All but what is streamed. */
  readonly root: XmlNode;
  /** One after the other, each forgotten when the next is taken; `nth` is the one they are in. */
  readonly pieces: (nth: number) => Iterable<XmlNode>;
}

/**
 * The same of a long document: of what comes so often, there is only ever one in memory. Each knows its line. Throws
 * as `readXml` does.
 */
export const streamXml = (
  text: string,
  namespace: string,
  repeated: readonly string[],
  code: string,
  streamed: Streamed,
): StreamedXml => {
  mustBeDocument(text, namespace, code);
  const faults = new Faults(code);
  const lists = new Set(repeated);
  const { rest, cuts } = cutOut(text, streamed);
  const pieces = function* (nth: number): Iterable<XmlNode> {
    for (const [index, { from, to, line }] of (cuts[nth] ?? []).entries()) {
      const element = parsed(lists, text.slice(from, to), code)[streamed.name];
      const content = Array.isArray(element) ? (element as readonly Content[])[0] : element;
      yield new XmlNode(content, `${streamed.path}/${nth}/${streamed.name}/${index}`, faults, line);
    }
  };
  return { root: new XmlNode(parsed(lists, rest, code), '', faults), pieces };
};

interface Cut {
  readonly from: number;
  readonly to: number;
  readonly line: number;
}

/** Comments and the like may hold what looks like an element. The text is well-formed. */
const cutOut = (text: string, { name, within }: Streamed): { rest: string; cuts: readonly (readonly Cut[])[] } => {
  const marks = new RegExp(
    `<!--[\\s\\S]*?-->|<!\\[CDATA\\[[\\s\\S]*?\\]\\]>|<\\?[\\s\\S]*?\\?>|<(/?)(?:[\\w.-]+:)?(${name}|${within})(?=[\\s/>])[^>]*>`,
    'g',
  );
  const cuts: Cut[][] = [];
  const rest: string[] = [];
  const lineAt = lineCounter(text);
  let [kept, from] = [0, -1];
  for (let mark = marks.exec(text); mark !== null; mark = marks.exec(text)) {
    const [tag, closing, element] = mark;
    const opens = closing === '' && from < 0;
    if (element === within && opens) cuts.push([]);
    if (element !== name) continue;
    if (opens) from = mark.index;
    if (closing === '' && !tag.endsWith('/>')) continue;
    rest.push(text.slice(kept, from));
    kept = marks.lastIndex;
    cuts.at(-1)?.push({ from, to: kept, line: lineAt(from) });
    from = -1;
  }
  return { rest: [...rest, text.slice(kept)].join(''), cuts };
};

/** Asked for places one behind the other. */
const lineCounter = (text: string): ((at: number) => number) => {
  let [line, next] = [1, text.indexOf('\n')];
  return (at) => {
    for (; next >= 0 && next < at; next = text.indexOf('\n', next + 1)) line += 1;
    return line;
  };
};

class Faults {
  private readonly found: Fault[] = [];

  constructor(private readonly code: string) {}

  add(pointer: string, detail: string): void {
    if (this.found.length < MAX_FAULTS) this.found.push({ pointer, code: this.code, detail: shortened(detail) });
  }

  throwIfAny(): void {
    if (this.found.length === 0) return;
    const detail = shortened(this.found.map((fault) => `${fault.pointer} ${fault.detail}`).join('; '));
    throw new AppError('invalid', this.code, detail, { faults: this.found });
  }
}

/** An element, and where it stands. What is missing or wrong is noted with its place; `mustBeWhole` throws all of it. */
export class XmlNode {
  constructor(
    private readonly content: Content,
    /** Its part of the path: all of it is only asked for where something is wrong. */
    private readonly step: string,
    private readonly faults: Faults,
    /** Where it begins, if that is known. */
    private readonly line?: number,
    private readonly above?: XmlNode,
  ) {}

  /** The element below, by names; missing ones are empty. */
  at(...names: readonly string[]): XmlNode {
    return names.reduce<XmlNode>((node, name) => node.below(node.child(name), name), this);
  }

  /** Each of the elements of that name; none is a fault only to those who ask for one. */
  all(name: string): XmlNode[] {
    const found = this.child(name);
    if (!Array.isArray(found)) return [];
    return (found as readonly Content[]).map((content, index) => this.below(content, `${name}/${index}`));
  }

  get isThere(): boolean {
    return this.content !== undefined;
  }

  get textIfAny(): string | undefined {
    const { content } = this;
    if (typeof content === 'string') return content.trim() || undefined;
    const text = isElement(content) ? content['#text'] : undefined;
    return typeof text === 'string' ? text.trim() || undefined : undefined;
  }

  /** The text, which must be there. */
  get text(): string {
    const text = this.textIfAny;
    if (text === undefined) this.fault('is missing');
    return text ?? '';
  }

  attribute(name: string): string {
    const value = isElement(this.content) ? this.content[`@${name}`] : undefined;
    if (typeof value === 'string') return value;
    this.below(undefined, `@${name}`).fault('is missing');
    return '';
  }

  /** What `reading` makes of the text; what it throws is a fault of this place. */
  read<Value>(reading: (text: string) => Value, otherwise: Value): Value {
    const { text } = this;
    if (text === '') return otherwise;
    try {
      return reading(text);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      this.fault(error.message);
      return otherwise;
    }
  }

  fault(detail: string): void {
    this.faults.add(this.path, this.line === undefined ? detail : `line ${this.line}: ${detail}`);
  }

  mustBeWhole(): void {
    this.faults.throwIfAny();
  }

  private get path(): string {
    return this.above === undefined ? this.step : `${this.above.path}/${this.step}`;
  }

  private below(content: Content, step: string): XmlNode {
    return new XmlNode(content, step, this.faults, this.line, this);
  }

  private child(name: string): Content {
    return isElement(this.content) ? this.content[name] : undefined;
  }
}

const isElement = (content: Content): content is Element => typeof content === 'object' && !Array.isArray(content);
