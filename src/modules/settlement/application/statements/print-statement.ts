import type { PartnersPort } from '../../../partners/index.ts';
import type { Language } from '../../domain/documents/language.ts';
import { type StatementNames, statementSheet, whatOf } from '../../domain/statements/statement-sheet.ts';
import { numberOf, type Statement, type StatementLine } from '../../domain/statements/statement.ts';
import type { Papers, TableRow, Tables } from '../../ports/papers.ts';
import type { StatementReader } from '../../ports/statement-reader.ts';

/** A statement for people: on paper, or as a table. Names are as they are today; all else is as it was closed. */
export class PrintStatement {
  constructor(
    private readonly reader: Pick<StatementReader, 'lines'>,
    private readonly partners: PartnersPort,
    private readonly papers: Papers,
    private readonly tables: Tables,
  ) {}

  async pdf(statement: Statement, language: Language): Promise<AsyncIterable<Uint8Array>> {
    const names = await this.names(statement);
    return this.papers.pdf(statementSheet(statement, this.reader.lines(statement), names, language));
  }

  async csv(statement: Statement, language: Language): Promise<AsyncIterable<string>> {
    const names = await this.names(statement);
    return this.tables.csv(TITLES, tableOf(statement, this.reader.lines(statement), names, language));
  }

  private async names({ programId, partnerId }: Statement): Promise<StatementNames> {
    const [program, [partner]] = await Promise.all([
      this.partners.program(programId),
      this.partners.partners([partnerId]),
    ]);
    return {
      program: program?.name ?? programId,
      partner: partner?.name ?? partnerId,
      timeZone: program?.timeZone ?? 'UTC',
    };
  }
}

const TITLES = [
  ...['kind', 'number', 'program', 'partner', 'period', 'what', 'amount', 'currency', 'effective_at', 'occurred_at'],
  ...['transaction_id', 'commission_id', 'payout_id', 'adjustment_id', 'subject'],
];

/** The opening, the lines, the closing: the first and the lines sum to the last. */
async function* tableOf(
  statement: Statement,
  lines: AsyncIterable<readonly StatementLine[]>,
  names: StatementNames,
  language: Language,
): AsyncGenerator<readonly TableRow[]> {
  const about = [numberOf(statement), { text: names.program }, { text: names.partner }, statement.period];
  const balance = (kind: 'opening' | 'closing'): TableRow => {
    const money = statement[kind];
    return [kind, ...about, '', money.decimal, money.currency, ...Array<string>(7).fill('')];
  };
  yield [balance('opening')];
  for await (const page of lines) {
    yield page.map((line): TableRow => {
      const { amount, effectiveAt, occurredAt, transactionId, commissionId, payoutId, adjustmentId, subject } = line;
      const what = whatOf(line, names.timeZone, language);
      const ids = [transactionId, commissionId ?? '', payoutId ?? '', adjustmentId ?? '', { text: subject ?? '' }];
      return ['line', ...about, what, amount.decimal, amount.currency, effectiveAt, occurredAt, ...ids];
    });
  }
  yield [balance('closing')];
}
