import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Signpost } from '../../ports/link-directory.ts';

/** The links as they were, one in a line: for a start while the database is away. */
export class SignpostFile {
  private lastWritten = '';

  constructor(private readonly path: string) {}

  /** Nothing, when there is no such file or it is not ours to read. */
  async read(): Promise<readonly Signpost[]> {
    try {
      const lines = (await readFile(this.path, 'utf8')).split('\n').filter((line) => line !== '');
      return lines.map((line) => JSON.parse(line) as Signpost);
    } catch {
      return []; // a copy for worse days, no more
    }
  }

  /** Whole or not at all. */
  async write(signposts: readonly Signpost[]): Promise<void> {
    const text = signposts.map((signpost) => `${JSON.stringify(signpost)}\n`).join('');
    if (text === this.lastWritten) return;
    await mkdir(dirname(this.path), { recursive: true });
    await writeFile(`${this.path}.new`, text, { mode: 0o600 });
    await rename(`${this.path}.new`, this.path);
    this.lastWritten = text;
  }
}
