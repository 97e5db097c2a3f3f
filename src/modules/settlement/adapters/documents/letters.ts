/** Which letters a text is printed with: those every reader of PDF has, or ones that come along. */
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { unpacked } from './woff.ts';

const find = createRequire(import.meta.url).resolve;

/** Of this process: there are few, and reading them anew for each document would cost more than the document. */
const read = new Map<string, Buffer>();

const fileOf = (family: 'noto-sans' | 'noto-sans-sc', subset: string): Buffer => {
  const path = find(`@fontsource/${family}/files/${family}-${subset}-400-normal.woff`);
  const known = read.get(path) ?? unpacked(readFileSync(path));
  read.set(path, known);
  return known;
};

export const LATIN = 'Helvetica';
export const STRONG = 'Helvetica-Bold';

/** By name: Noto Sans, each set of letters in a file of its own. */
export const EMBEDDED: Readonly<Record<string, () => Buffer>> = {
  Han: () => fileOf('noto-sans-sc', 'chinese-simplified'),
  Latin: () => fileOf('noto-sans', 'latin'),
  LatinExtended: () => fileOf('noto-sans', 'latin-ext'),
  Vietnamese: () => fileOf('noto-sans', 'vietnamese'),
  Greek: () => fileOf('noto-sans', 'greek'),
  Cyrillic: () => fileOf('noto-sans', 'cyrillic'),
};

export interface Run {
  readonly font: string;
  readonly text: string;
}

/** Pieces that one font has the letters for. A text with letters beyond Western Europe is in one face altogether. */
export const runsOf = (text: string, latin = LATIN): readonly Run[] => {
  const composed = text.normalize('NFC');
  const plain = BEYOND.test(composed) ? 'Latin' : latin;
  const runs: { font: string; text: string }[] = [];
  for (const letter of composed) {
    const font = fontOf(letter, plain);
    const last = runs.at(-1);
    if (last?.font === font) last.text += letter;
    else runs.push({ font, text: letter });
  }
  return runs;
};

/** Latin letters that the fonts of every reader lack. */
const BEYOND = /[\u0100-\u024f\u1e00-\u1eff]/;

const BLOCKS: readonly (readonly [from: number, to: number, font: string])[] = [
  [0x100, 0x24f, 'LatinExtended'],
  [0x370, 0x3ff, 'Greek'],
  [0x400, 0x52f, 'Cyrillic'],
  [0x1e00, 0x1e9f, 'LatinExtended'],
  [0x1ea0, 0x1eff, 'Vietnamese'],
];

const fontOf = (letter: string, plain: string): string => {
  const code = letter.codePointAt(0) ?? 0;
  if (code < 0x80 || (code >= 0xa0 && code <= 0xff)) return plain;
  return BLOCKS.find(([from, to]) => code >= from && code <= to)?.[2] ?? 'Han';
};
