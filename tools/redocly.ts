/** The tool that judges the API's document, started as redocly.yaml sets it up and without calling home. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { projectRoot } from '../src/infrastructure/system/root.ts';

export interface Judged {
  readonly passed: boolean;
  readonly said: string;
}

const redocly = (
  ...args: readonly string[]
): { readonly passed: boolean; readonly out: string; readonly err: string } => {
  const root = projectRoot();
  const { status, stdout, stderr } = spawnSync(join(root, 'node_modules/.bin/redocly'), args, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1_024 * 1_024,
    env: { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' },
  });
  return { passed: status === 0, out: stdout, err: stderr };
};

export const lintApi = (file: string): Judged => {
  const { passed, out, err } = redocly('lint', file);
  return { passed, said: `${out}${err}` };
};

interface Change {
  readonly path: string;
  readonly kind: 'added' | 'removed' | 'modified';
  readonly impact: 'major' | 'minor' | 'patch';
  readonly verdicts: readonly { readonly message: string }[];
}

/** What would break somebody who was written against `released`, a line each. Throws when the tool cannot read them. */
export const breakingChanges = (released: string, current: string): readonly string[] => {
  const { out, err } = redocly('diff', released, current, '--format', 'json');
  if (!out.startsWith('{')) throw new Error(`redocly cannot compare ${released} with ${current}: ${err}`);
  const { changes } = JSON.parse(out) as { readonly changes: readonly Change[] };
  return changes.filter(breaks).map(({ path, verdicts }) => {
    const messages = verdicts.map(({ message }) => message);
    return `${readable(path)}: ${messages.join(' ') || 'was removed, and what is not known is refused.'}`;
  });
};

/** We refuse fields we do not know: whoever goes on sending one that is gone is broken, which the tool cannot tell. */
const breaks = ({ impact, kind, path }: Change): boolean =>
  impact === 'major' || (kind === 'removed' && /\/requestBody\/.*\/properties\/[^/]+$/.test(path));

/** `#/paths/~1v1~1links/post/…` is a JSON pointer: `/v1/links post …` */
const readable = (pointer: string): string =>
  pointer
    .replace(/^#\/(paths\/)?/, '')
    .replaceAll('/', ' ')
    .replaceAll('~1', '/')
    .replaceAll('~0', '~');
