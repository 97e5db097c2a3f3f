import { mustBeStaff } from '../../../../infrastructure/http/authenticate.ts';
import { withoutClaim } from '../../../../infrastructure/http/claim.ts';
import { type Route, route } from '../../../../infrastructure/http/route.ts';
import { IsIdOf, IsMoney, IsNested, IsOneOf, IsText, IsWhole } from '../../../../shared/fields.ts';
import type { Id } from '../../../../shared/ids.ts';
import { Money, type MoneyJson } from '../../../../shared/money.ts';
import type { ImportBankStatement } from '../../application/reconciliation/import-bank-statement.ts';
import type { ImportCsv } from '../../application/reconciliation/import-csv.ts';
import {
  CSV_FIELDS,
  type CsvField,
  type CsvLayout,
  DATE_FORMATS,
  SIGNS,
} from '../../domain/reconciliation/csv-layout.ts';
import { ImportedStatementView, importedView } from './reconciliation-views.ts';

const MAX_STATEMENT = 50_000_000;

class BankStatementRequest {
  @IsText({ max: MAX_STATEMENT, description: 'A camt.053.001.08 document; it may be the whole body as well' })
  readonly xml!: string;
}

class ProgramOfCsvPath {
  @IsIdOf('prg') readonly programId!: Id<'prg'>;
}

class CsvStatementRequest {
  @IsText({ max: 35, description: "The bank's id of the statement, or a name of yours" }) readonly statementId!: string;
  @IsWhole({ min: 0, max: 1_000_000_000, optional: true, description: 'Its number, where the bank counts' })
  readonly sequence?: number;
  @IsMoney({ negative: true }) readonly opening!: MoneyJson;
  @IsMoney({ negative: true }) readonly closing!: MoneyJson;
  @IsText({ max: MAX_STATEMENT, description: 'The file, with its header' }) readonly csv!: string;
}

/** A column of the bank for each of ours; what the bank does not write is left out. */
class CsvColumnsView implements Partial<Record<CsvField, string>> {
  [field: string]: string | undefined;
}
for (const field of CSV_FIELDS) {
  IsText({ max: 100, optional: true, description: 'What the bank calls it' })(CsvColumnsView.prototype, field);
}

class CsvLayoutView {
  @IsOneOf([',', ';', '\t', '|']) readonly delimiter!: CsvLayout['delimiter'];
  @IsOneOf(DATE_FORMATS) readonly dateFormat!: CsvLayout['dateFormat'];
  @IsOneOf(['.', ',']) readonly decimalMark!: CsvLayout['decimalMark'];
  @IsOneOf(SIGNS) readonly sign!: CsvLayout['sign'];
  @IsNested(() => CsvColumnsView) readonly columns!: CsvColumnsView;
}

const REFUSALS = [
  'settlement.malformed_bank_statement',
  'settlement.bank_statement_differs',
  'settlement.bank_statement_unbalanced',
  'settlement.bank_statement_gap',
];

/** `ring` tells whoever posts, and whoever looks at what nothing explained. */
export const importRoutes = (
  importBankStatement: ImportBankStatement,
  importCsv: ImportCsv,
  ring: () => void,
): readonly Route[] => [camtRoute(importBankStatement, ring), csvRoute(importCsv, ring), ...layoutRoutes(importCsv)];

const camtRoute = (importBankStatement: ImportBankStatement, ring: () => void): Route =>
  route({
    method: 'post',
    path: '/v1/bank-statements',
    operationId: 'importBankStatement',
    tag: 'settlement',
    summary: 'Import a bank statement: payouts settle, fail, come back',
    description:
      'All of it or nothing, also of several statements in one file. The same statement again changes nothing and gets ' +
      'the same answer. Lines that do not fit stand in suspense and are listed as breaks.',
    access: { scope: 'settlement:write' },
    body: BankStatementRequest,
    textBody: { mediaTypes: ['application/xml', 'text/xml'], field: 'xml' },
    idempotency: 'required',
    success: { 200: ImportedStatementView },
    errors: [...REFUSALS, 'settlement.unknown_bank_account'],
    handle: async ({ actor, body }) => {
      mustBeStaff(actor);
      const imported = await withoutClaim(() => importBankStatement.run(body.xml));
      ring();
      return imported;
    },
    respond: (imported) => ({ status: 200, body: importedView(imported) }),
  });

const csvRoute = (importCsv: ImportCsv, ring: () => void): Route =>
  route({
    method: 'post',
    path: '/v1/programs/{programId}/bank-statements/csv',
    operationId: 'importCsvBankStatement',
    tag: 'settlement',
    summary: 'Import a bank statement that comes as CSV',
    description: 'Read by the layout of the account, or by ours. Afterwards it is as if it had come as camt.053.',
    access: { scope: 'settlement:write' },
    params: ProgramOfCsvPath,
    body: CsvStatementRequest,
    idempotency: 'required',
    success: { 200: ImportedStatementView },
    errors: [...REFUSALS, 'settlement.bank_account_not_found'],
    handle: async ({ actor, params, body }) => {
      mustBeStaff(actor);
      const { statementId, sequence, csv } = body;
      const [opening, closing] = [Money.fromJson(body.opening), Money.fromJson(body.closing)];
      const statement = { statementId, sequence, opening, closing, csv };
      const imported = await withoutClaim(() => importCsv.run(params.programId, statement));
      ring();
      return [imported];
    },
    respond: (imported) => ({ status: 200, body: importedView(imported) }),
  });

const layoutRoutes = (importCsv: ImportCsv): readonly Route[] => [
  route({
    method: 'put',
    path: '/v1/programs/{programId}/csv-layout',
    operationId: 'setCsvLayout',
    tag: 'settlement',
    summary: "Say how the bank of the program's account writes CSV",
    access: { scope: 'settlement:write' },
    params: ProgramOfCsvPath,
    body: CsvLayoutView,
    success: { 200: CsvLayoutView },
    errors: ['settlement.malformed_csv_layout', 'settlement.bank_account_not_found'],
    handle: ({ actor, params, body }) => {
      mustBeStaff(actor);
      const { delimiter, dateFormat, decimalMark, sign, columns } = body;
      const layout = { delimiter, dateFormat, decimalMark, sign };
      return importCsv.setLayout(params.programId, {
        ...layout,
        columns: Object.fromEntries(Object.entries(columns)),
      });
    },
    respond: (layout) => ({ status: 200, body: layoutView(layout) }),
  }),
  route({
    method: 'get',
    path: '/v1/programs/{programId}/csv-layout',
    operationId: 'getCsvLayout',
    tag: 'settlement',
    summary: "How the CSV files of the program's account are read",
    access: { scope: 'settlement:write' },
    params: ProgramOfCsvPath,
    success: { 200: CsvLayoutView },
    errors: ['settlement.bank_account_not_found'],
    handle: async ({ actor, params }) => {
      mustBeStaff(actor);
      return layoutView(await importCsv.layout(params.programId));
    },
  }),
];

const layoutView = ({ columns, ...layout }: CsvLayout): CsvLayoutView => ({
  ...layout,
  columns: Object.fromEntries(Object.entries(columns)),
});
