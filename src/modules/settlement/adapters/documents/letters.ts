/** Which letters a text is printed with: those every reader of PDF has, or ones that come along. */
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { unpacked } from './woff.ts';

const find = createRequire(import.meta.url).resolve;

const fileOfSubset = (subset: string): string =>
  find(`@fontsource/noto-sans-sc/files/noto-sans-sc-${subset}-400-normal.woff`);

/** Of this process: there are two, and reading them anew for each document would cost more than the document. */
const read = new Map<string, Buffer>();

const fileOf = (subset: string): Buffer => {
  const known = read.get(subset) ?? unpacked(readFileSync(fileOfSubset(subset)));
  read.set(subset, known);
  return known;
};

export const LATIN = 'Helvetica';
export const STRONG = 'Helvetica-Bold';

/** By name: Noto Sans SC, each set of letters in a file of its own. */
export const EMBEDDED: Readonly<Record<string, () => Buffer>> = {
  Han: () => fileOf('chinese-simplified'),
  Cyrillic: () => fileOf('cyrillic'),
};

export interface Run {
  readonly font: string;
  readonly text: string;
}

/** Pieces that one font has the letters for. Accents that none has are left out. */
export const runsOf = (text: string, latin = LATIN): readonly Run[] => {
  const runs: { font: string; text: string }[] = [];
  for (const letter of printable(text)) {
    const font = fontOf(letter, latin);
    const last = runs.at(-1);
    if (last?.font === font) last.text += letter;
    else runs.push({ font, text: letter });
  }
  return runs;
};

const fontOf = (letter: string, latin: string): string => {
  const code = letter.codePointAt(0) ?? 0;
  if (code < 0x80 || (code >= 0xa0 && code <= 0xff)) return latin;
  return code >= 0x400 && code < 0x530 ? 'Cyrillic' : 'Han';
};

/** Latin letters with accents beyond Western Europe lose them: the fonts have no such letters. */
const printable = (text: string): string =>
  text.replace(/[\u0100-\u024f\u1e00-\u1eff]/g, (letter) => letter.normalize('NFD').replace(/\p{M}/gu, ''));
