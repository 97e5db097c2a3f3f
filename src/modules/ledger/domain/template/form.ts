/** What a form is made of: each check notes what is wrong, with its place, and goes on. */
import type { Fault } from '../../../../shared/errors.ts';
import { isObject } from '../../../../shared/shape.ts';
import { isText } from '../../../../shared/text.ts';

type Bag = Readonly<Record<string, unknown>>;
export type Check = (value: unknown, at: string) => void;

const WORD = /^[a-z][a-zA-Z0-9]{0,49}$/;
const MAX_FAULTS = 100;

export class Form {
  readonly faults: Fault[] = [];
  /** What may be named, and of which type it is. */
  protected readonly names = new Map<string, string>();

  /** Text whose braces hold names that are known. */
  protected filled(value: unknown, at: string): void {
    this.text(value, at, 300);
    for (const [, name = ''] of typeof value === 'string' ? value.matchAll(/\{([^}]*)\}/g) : [])
      if (!this.names.has(name)) this.fault(at, `names {${name}}, which is no parameter`);
  }

  protected name(name: string, type: string, at: string): void {
    if (!WORD.test(name)) this.fault(at, 'must be named by a word like feePercent');
    else if (this.names.has(name)) this.fault(at, `has the name of another: ${name}`);
    else this.names.set(name, type);
  }

  protected object(
    value: unknown,
    at: string,
    needed: readonly string[],
    allowed: readonly string[] = [],
  ): Bag | undefined {
    if (!isObject(value)) {
      this.fault(at, 'must be a JSON object');
      return undefined;
    }
    for (const name of needed) if (!(name in value)) this.fault(`${at}/${name}`, 'is missing');
    for (const name of Object.keys(value))
      if (!needed.includes(name) && !allowed.includes(name)) this.fault(`${at}/${name}`, 'is not a field we know');
    return value as Bag;
  }

  protected entries(value: unknown, at: string, check: (value: unknown, at: string, name: string) => void): void {
    if (!isObject(value)) this.fault(at, 'must be a JSON object');
    else for (const [name, member] of Object.entries(value)) check(member, `${at}/${name}`, name);
  }

  protected list(value: unknown, at: string, check: Check, least = 0, most = 100): void {
    if (!Array.isArray(value) || value.length < least || value.length > most)
      this.fault(at, `must be a list of ${least} to ${most}`);
    else
      value.forEach((item, index) => {
        check(item, `${at}/${index}`);
      });
  }

  protected text(value: unknown, at: string, max: number): void {
    if (!isText(value, 1, max)) this.fault(at, `must be text of 1 to ${max} characters`);
  }

  protected matches(value: unknown, at: string, pattern: RegExp, otherwise: string): void {
    if (typeof value !== 'string' || value.length > 100 || !pattern.test(value)) this.fault(at, otherwise);
  }

  protected oneOf(value: unknown, at: string, values: readonly string[]): void {
    if (typeof value !== 'string' || !values.includes(value)) this.fault(at, `must be one of ${values.join(', ')}`);
  }

  protected fault(pointer: string, detail: string): void {
    if (this.faults.length < MAX_FAULTS) this.faults.push({ pointer, code: 'ledger.malformed_template', detail });
  }
}
