/** Where things stand on a page. Rows are of one height, so that how many pages there are is known before the first. */
import type { Column, Labelled, Row, Sheet } from '../../domain/documents/sheet.ts';
import { type Run, runsOf, STRONG } from './letters.ts';

type Doc = PDFKit.PDFDocument;

/** Points, of A4. */
export const PAGE = { left: 48, right: 547, top: 48, bottom: 770, foot: 790 } as const;
const WIDTH = PAGE.right - PAGE.left;
const [TITLE, LINE, ROW, TITLES, SUM, NOTE] = [30, 14, 13, 18, 16, 11];
const GAP = 6;

const headHeight = ({ head }: Sheet): number => TITLE + Math.ceil(head.length / 2) * LINE + 2 * GAP;
const endHeight = ({ sums, notes }: Sheet): number => 2 * GAP + sums.length * SUM + 2 * GAP + notes.length * NOTE;

export interface Room {
  /** How many rows the first page and each other one take. */
  readonly first: number;
  readonly other: number;
  /** How many rows' room the end of the document takes. */
  readonly ending: number;
  readonly pages: number;
}

export const roomOf = (sheet: Sheet): Room => {
  const other = Math.floor((PAGE.bottom - PAGE.top - TITLES) / ROW);
  const first = Math.floor((PAGE.bottom - PAGE.top - TITLES - headHeight(sheet)) / ROW);
  const ending = Math.ceil(endHeight(sheet) / ROW);
  const full = sheet.rowCount <= first ? 1 : 1 + Math.ceil((sheet.rowCount - first) / other);
  const left = full === 1 ? first - sheet.rowCount : first + (full - 1) * other - sheet.rowCount;
  return { first, other, ending, pages: left < ending ? full + 1 : full };
};

export const drawHead = (doc: Doc, { title, head }: Sheet): number => {
  write(doc, runsOf(title, STRONG), { x: PAGE.left, y: PAGE.top, size: 17, width: WIDTH });
  const top = PAGE.top + TITLE;
  for (const [index, [label, value]] of head.entries()) {
    const x = PAGE.left + (index % 2) * (WIDTH / 2);
    const y = top + Math.floor(index / 2) * LINE;
    write(doc, runsOf(label), { x, y, size: 8, width: 80, color: '#555555' });
    write(doc, runsOf(value), { x: x + 84, y, size: 9, width: WIDTH / 2 - 90 });
  }
  return top + Math.ceil(head.length / 2) * LINE + 2 * GAP;
};

export const drawTitles = (doc: Doc, columns: readonly Column[], y: number): number => {
  drawCells(doc, columns, { cells: columns.map(({ title }) => title), y, latin: STRONG });
  rule(doc, y + TITLES - GAP);
  return y + TITLES;
};

export const drawRow = (doc: Doc, columns: readonly Column[], cells: Row, y: number): number => {
  drawCells(doc, columns, { cells, y });
  return y + ROW;
};

export const drawSums = (doc: Doc, sums: readonly Labelled[], from: number): number => {
  rule(doc, from + GAP);
  let y = from + 2 * GAP;
  for (const [label, value] of sums) {
    write(doc, runsOf(label), { x: PAGE.left + WIDTH * 0.4, y, size: 9, width: WIDTH * 0.35 });
    write(doc, runsOf(value, STRONG), { x: PAGE.left + WIDTH * 0.7, y, size: 9, width: WIDTH * 0.3, isRight: true });
    y += SUM;
  }
  return y;
};

export const drawNotes = (doc: Doc, notes: readonly string[], from: number): void => {
  for (const [index, note] of notes.entries()) {
    write(doc, runsOf(note), {
      x: PAGE.left,
      y: from + 2 * GAP + index * NOTE,
      size: 7,
      width: WIDTH,
      color: '#555555',
    });
  }
};

export const drawFooter = (doc: Doc, text: string): void => {
  write(doc, runsOf(text), { x: PAGE.left, y: PAGE.foot, size: 7, width: WIDTH, color: '#555555' });
};

interface Cells {
  readonly cells: Row;
  readonly y: number;
  readonly latin?: string;
}

const drawCells = (doc: Doc, columns: readonly Column[], { cells, y, latin }: Cells): void => {
  const whole = columns.reduce((sum, { share }) => sum + share, 0);
  let x: number = PAGE.left;
  for (const [index, { share, align }] of columns.entries()) {
    const width = (WIDTH * share) / whole;
    write(doc, runsOf(cells[index] ?? '', latin), { x, y, size: 7.5, width: width - GAP, isRight: align === 'right' });
    x += width;
  }
};

const rule = (doc: Doc, y: number): void => {
  doc.moveTo(PAGE.left, y).lineTo(PAGE.right, y).lineWidth(0.5).strokeColor('#999999').stroke();
};

interface Place {
  readonly x: number;
  readonly y: number;
  readonly size: number;
  readonly width: number;
  readonly isRight?: boolean;
  readonly color?: string;
}

/** Given, pdfkit keeps no cache of every word it ever saw. */
const UNCACHED = {
  features: [] as PDFKit.Mixins.OpenTypeFeatures[],
  lineBreak: false,
  baseline: 'alphabetic',
} as const;

/** On one line; what does not fit ends in dots. */
const write = (doc: Doc, runs: readonly Run[], { x, y, size, width, isRight, color = '#000000' }: Place): void => {
  doc.fontSize(size).fillColor(color);
  const fitting = fitted(doc, runs, width);
  const taken = fitting.reduce((sum, run) => sum + widthOf(doc, run), 0);
  let at = isRight === true ? x + width - taken : x;
  for (const run of fitting) {
    doc.font(run.font).text(run.text, at, y + size, UNCACHED);
    at += widthOf(doc, run);
  }
};

const widthOf = (doc: Doc, { font, text }: Run): number => doc.font(font).widthOfString(text, UNCACHED);

const fitted = (doc: Doc, runs: readonly Run[], width: number): readonly Run[] => {
  let left = width;
  const kept: Run[] = [];
  for (const run of runs) {
    const taken = widthOf(doc, run);
    if (taken > left) return [...kept, { font: run.font, text: cutTo(doc, run, left) }];
    kept.push(run);
    left -= taken;
  }
  return kept;
};

const cutTo = (doc: Doc, { font, text }: Run, width: number): string => {
  const letters = Array.from(text);
  while (letters.length > 0 && widthOf(doc, { font, text: `${letters.join('')}...` }) > width) letters.pop();
  return `${letters.join('')}...`;
};
