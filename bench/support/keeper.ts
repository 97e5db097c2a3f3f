import { closeSync, openSync, writeSync } from 'node:fs';
import type { Answer } from './http-answer.ts';

const AT_ONCE = 2_000;
const ENDS = '&\r"';

/** Keeps what stands behind a mark in answers, line by line in a file. */
export class Keeper {
  private lines: string[] = [];
  private readonly file: number;

  constructor(
    private readonly mark: string,
    path: string,
  ) {
    this.file = openSync(path, 'a');
  }

  /** False when the mark is not there. */
  keep({ head, body }: Answer): boolean {
    const text = head.includes(this.mark) ? head : body;
    const found = text.indexOf(this.mark);
    if (found === -1) return false;
    const from = found + this.mark.length;
    let to = from;
    while (to < text.length && !ENDS.includes(text.charAt(to))) to += 1;
    this.lines.push(text.slice(from, to));
    if (this.lines.length === AT_ONCE) this.flush();
    return true;
  }

  close(): void {
    this.flush();
    closeSync(this.file);
  }

  private flush(): void {
    if (this.lines.length > 0) writeSync(this.file, `${this.lines.join('\n')}\n`);
    this.lines = [];
  }
}
