import { setImmediate } from 'node:timers/promises';
import type PDFDocument from 'pdfkit';
import type { Row, Sheet } from '../../domain/documents/sheet.ts';
import type { Papers } from '../../ports/papers.ts';
import { EMBEDDED } from './letters.ts';
import { drawFooter, drawHead, drawNotes, drawRow, drawSums, drawTitles, PAGE, roomOf } from './pdf-layout.ts';

/** A4, as many pages as it takes; each goes out when it is full. */
export class PdfPapers implements Papers {
  async *pdf(sheet: Sheet): AsyncGenerator<Uint8Array> {
    // Eight megabytes that most processes never need.
    const { default: Document } = await import('pdfkit');
    const paper = new Paper(Document, sheet);
    for await (const rows of sheet.rows) {
      for (const row of rows) paper.add(row);
      yield* paper.taken();
    }
    paper.end();
    yield* paper.rest();
  }
}

class Paper {
  private readonly doc: PDFKit.PDFDocument;
  private readonly pages: number;
  private page = 0;
  private room = 0;
  private y = 0;

  constructor(
    Document: typeof PDFDocument,
    private readonly sheet: Sheet,
  ) {
    this.doc = new Document({
      ...{ size: 'A4', margin: 0, autoFirstPage: false, bufferPages: false, lang: sheet.language },
      info: { Title: sheet.title, Producer: 'Tributary', Creator: 'Tributary', CreationDate: new Date(sheet.madeAt) },
    });
    for (const [name, file] of Object.entries(EMBEDDED)) this.doc.registerFont(name, file());
    this.pages = roomOf(sheet).pages;
    this.turn();
  }

  add(row: Row): void {
    if (this.room === 0) this.turn();
    this.y = drawRow(this.doc, this.sheet.columns, row, this.y);
    this.room -= 1;
  }

  end(): void {
    if (this.room < roomOf(this.sheet).ending) this.turn();
    this.y = drawSums(this.doc, this.sheet.sums, this.y);
    drawNotes(this.doc, this.sheet.notes, this.y);
    this.doc.end();
  }

  /** What is on paper so far. */
  async *taken(): AsyncGenerator<Uint8Array> {
    await setImmediate(); // pdfkit finishes a page when it is left alone
    for (let piece = this.read(); piece !== null; piece = this.read()) yield piece;
  }

  async *rest(): AsyncGenerator<Uint8Array> {
    for await (const piece of this.doc) yield piece as Uint8Array;
  }

  private read(): Uint8Array | null {
    return this.doc.read() as Uint8Array | null;
  }

  private turn(): void {
    this.doc.addPage();
    this.page += 1;
    const { first, other } = roomOf(this.sheet);
    this.room = this.page === 1 ? first : other;
    this.y = this.page === 1 ? drawHead(this.doc, this.sheet) : PAGE.top;
    this.y = drawTitles(this.doc, this.sheet.columns, this.y);
    drawFooter(this.doc, this.sheet.footer(this.page, this.pages));
  }
}
