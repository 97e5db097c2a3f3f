/** Where the figures are shown: each command has a block of its own in docs/benchmarks.md, and writes no other. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../src/infrastructure/system/root.ts';

const END = '<!-- end of measured -->';

/** The page with the block of the command replaced. Throws when the page has none. */
export const withBlock = (page: string, command: string, text: string): string => {
  const begin = `<!-- measured: ${command} writes this -->\n`;
  const from = page.indexOf(begin);
  const to = page.indexOf(END, from);
  if (from === -1 || to === -1) throw new Error(`the page has no block that ${command} writes`);
  return `${page.slice(0, from)}${begin}\n${text}\n${page.slice(to)}`;
};

export const showInDocs = (command: string, text: string): void => {
  const path = join(projectRoot(), 'docs/benchmarks.md');
  writeFileSync(path, withBlock(readFileSync(path, 'utf8'), command, text));
};
