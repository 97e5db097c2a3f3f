import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { AppError, type Fault } from '../../../../shared/errors.ts';

/** What a document holds: texts, and elements by name. One that may repeat is always a list. */
type Content = string | Element | readonly Content[] | undefined;
interface Element {
  readonly [name: string]: Content;
}

const MAX_FAULTS = 100;

/** No document of ours has a type or entities of its own; those who send some are up to something. */
const FORBIDDEN = /<!(DOCTYPE|ENTITY)/i;

/**
 * Reads a document of that namespace as far as it is well-formed; `repeated` names the elements that may come several
 * times. Throws with the code given: another namespace, a document type, a line and what is wrong with it.
 */
export const readXml = (text: string, namespace: string, repeated: readonly string[], code: string): XmlNode => {
  const fail = (detail: string): AppError =>
    new AppError('invalid', code, detail, { faults: [{ pointer: '', code, detail }] });
  if (FORBIDDEN.test(text)) throw fail('a document type or entities are not accepted');
  const checked = XMLValidator.validate(text);
  if (checked !== true) throw fail(`line ${checked.err.line}: ${checked.err.msg}`);
  if (!text.includes(namespace)) throw fail(`must be a document of ${namespace}`);
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: '@',
    removeNSPrefix: true,
    parseTagValue: false,
    parseAttributeValue: false,
    ignoreDeclaration: true,
    ignorePiTags: true,
    isArray: (name) => repeated.includes(name),
  });
  try {
    return new XmlNode(parser.parse(text) as Element, '', new Faults(code));
  } catch (cause) {
    throw fail(cause instanceof Error ? cause.message : String(cause)); // nested too deep, and the like
  }
};

class Faults {
  private readonly found: Fault[] = [];

  constructor(private readonly code: string) {}

  add(pointer: string, detail: string): void {
    if (this.found.length < MAX_FAULTS) this.found.push({ pointer, code: this.code, detail });
  }

  throwIfAny(): void {
    if (this.found.length === 0) return;
    const detail = this.found.map((fault) => `${fault.pointer} ${fault.detail}`).join('; ');
    throw new AppError('invalid', this.code, detail, { faults: this.found });
  }
}

/** An element, and where it stands. What is missing or wrong is noted with its place; `mustBeWhole` throws all of it. */
export class XmlNode {
  constructor(
    private readonly content: Content,
    readonly path: string,
    private readonly faults: Faults,
  ) {}

  /** The element below, by names; missing ones are empty. */
  at(...names: readonly string[]): XmlNode {
    return names.reduce<XmlNode>(
      (node, name) => new XmlNode(node.child(name), `${node.path}/${name}`, this.faults),
      this,
    );
  }

  /** Each of the elements of that name; none is a fault only to those who ask for one. */
  all(name: string): XmlNode[] {
    const found = this.child(name);
    if (!Array.isArray(found)) return [];
    return (found as readonly Content[]).map(
      (content, index) => new XmlNode(content, `${this.path}/${name}/${index}`, this.faults),
    );
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
    new XmlNode(undefined, `${this.path}/@${name}`, this.faults).fault('is missing');
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
    this.faults.add(this.path, detail);
  }

  mustBeWhole(): void {
    this.faults.throwIfAny();
  }

  private child(name: string): Content {
    return isElement(this.content) ? this.content[name] : undefined;
  }
}

const isElement = (content: Content): content is Element => typeof content === 'object' && !Array.isArray(content);
