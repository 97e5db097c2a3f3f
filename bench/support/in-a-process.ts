/** What is measured runs in a process of its own, with the memory settings that the program has. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { projectRoot } from '../../src/infrastructure/system/root.ts';

/** Longer than the longest run that is any good takes. */
const PATIENCE_MS = 600_000;

/** What a script of `bench/support` writes, as JSON, when it is run with those words. */
export const saidBy = <Answer>(script: string, words: readonly string[]): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const path = join(projectRoot(), 'bench/support', script);
    const child = spawn(process.execPath, ['--max-semi-space-size=32', '--import', 'tsx', path, ...words], {
      stdio: ['ignore', 'pipe', 'inherit'],
      timeout: PATIENCE_MS,
    });
    let said = '';
    child.stdout.on('data', (piece: Buffer) => (said += piece.toString()));
    child.once('close', (code) => {
      if (code === 0) resolve(JSON.parse(said) as Answer);
      else reject(new Error(`${script} ended with ${String(code)}`));
    });
  });
