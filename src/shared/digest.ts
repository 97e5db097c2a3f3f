import { createHash, hash } from 'node:crypto';
import { canonicalJson } from './canonical-json.ts';

/** SHA-256, in hex, of a text. */
export const digestOfText = (text: string): string => hash('sha256', text);

/** SHA-256, in hex, of a text that comes in pieces. */
export class RunningDigest {
  private readonly hash = createHash('sha256');

  add(text: string): this {
    this.hash.update(text);
    return this;
  }

  hex(): string {
    return this.hash.digest('hex');
  }
}

/** SHA-256, in hex, of a value's canonical JSON. */
export const digest = (value: unknown): string => createHash('sha256').update(canonicalJson(value)).digest('hex');
