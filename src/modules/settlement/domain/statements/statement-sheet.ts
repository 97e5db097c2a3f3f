import { dayOf } from '../../../../shared/calendar.ts';
import type { Purpose } from '../books/purpose.ts';
import type { Language } from '../documents/language.ts';
import type { Row, Sheet } from '../documents/sheet.ts';
import { numberOf, type Statement, type StatementLine } from './statement.ts';
import { STATEMENT_WORDS } from './statement-words.ts';

/** What a statement names by id, by name. */
export interface StatementNames {
  readonly program: string;
  readonly partner: string;
  /** Days are cut in it. */
  readonly timeZone: string;
}

type Pages = AsyncIterable<readonly StatementLine[]>;

export const statementSheet = (
  statement: Statement,
  lines: Pages,
  { program, partner, timeZone }: StatementNames,
  language: Language,
): Sheet => {
  const words = STATEMENT_WORDS[language];
  const { opening, closing, period, closedAt, digest, sealed } = statement;
  const number = numberOf(statement);
  return {
    language,
    title: words.title,
    head: [
      [words.number, number],
      [words.period, period],
      [words.program, program],
      [words.closed, closedAt],
      [words.partner, partner],
      [words.opening, opening.toString()],
    ],
    columns: [
      { title: words.date, share: 13, align: 'left' },
      { title: words.what, share: 36, align: 'left' },
      { title: words.reference, share: 31, align: 'left' },
      { title: words.amount, share: 20, align: 'right' },
    ],
    rowCount: statement.lineCount,
    rows: rowsOf(lines, (line) => rowOf(line, timeZone, language)),
    sums: [
      [words.opening, opening.toString()],
      [words.entries(statement.lineCount), closing.minus(opening).toString()],
      [words.closing, closing.toString()],
    ],
    notes: [
      `${words.digest}: ${digest}`,
      ...(sealed === undefined ? [] : [`${words.sealed(sealed.number)}: ${sealed.head}`]),
    ],
    footer: (page, pages) => `${words.title} ${number} · ${partner} · ${words.page(page, pages)}`,
    madeAt: closedAt,
  };
};

async function* rowsOf(pages: Pages, toRow: (line: StatementLine) => Row): AsyncGenerator<readonly Row[]> {
  for await (const page of pages) yield page.map(toRow);
}

const rowOf = (line: StatementLine, timeZone: string, language: Language): Row => [
  dayOf(line.effectiveAt, timeZone),
  whatOf(line, timeZone, language),
  referenceOf(line),
  line.amount.decimal,
];

/** What happened; if it belongs to an earlier period, when. */
export const whatOf = (
  { purpose, effectiveAt, occurredAt }: StatementLine,
  timeZone: string,
  language: Language,
): string => {
  const words = STATEMENT_WORDS[language];
  const purposes: Readonly<Partial<Record<Purpose, string>>> = words.purposes;
  const what = purposes[purpose] ?? purpose;
  return occurredAt === effectiveAt ? what : words.late(what, dayOf(occurredAt, timeZone));
};

const referenceOf = ({ commissionId, payoutId, adjustmentId, subject, transactionId }: StatementLine): string =>
  adjustmentId ?? commissionId ?? payoutId ?? subject ?? transactionId;
