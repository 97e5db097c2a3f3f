import { mustBeStaff } from '../../../../infrastructure/http/authenticate.ts';
import { PageQuery, pageOfShape, toPageRequest } from '../../../../infrastructure/http/paging.ts';
import { type Route, route } from '../../../../infrastructure/http/route.ts';
import { AppError } from '../../../../shared/errors.ts';
import { IsIdList, IsIdOf, IsInstant, IsNested, IsOneOf, IsText } from '../../../../shared/fields.ts';
import type { Id } from '../../../../shared/ids.ts';
import { instant, type Instant } from '../../../../shared/instant.ts';
import type { SetBankAccount } from '../../application/rails/bank-accounts.ts';
import type { ImportBankStatement } from '../../application/reconciliation/import-bank-statement.ts';
import type { SimulateBank } from '../../application/rails/simulate-bank.ts';
import type { BatchId, PayoutId } from '../../index.ts';
import type { BankAccount } from '../../ports/bank-stores.ts';
import type { PayoutReader } from '../../ports/payout-reader.ts';
import type { StatementReader } from '../../ports/statement-reader.ts';
import { breakView, ImportedStatementView, importedView, ReconciliationBreakView } from './payout-views.ts';

const MAX_STATEMENT = 50_000_000;
const MAX_NAMED = 100_000;

class ProgramOfAccountPath {
  @IsIdOf('prg') readonly programId!: Id<'prg'>;
}

class AccountNumberView {
  @IsOneOf(['iban', 'domestic']) readonly scheme!: 'iban' | 'domestic';
  @IsText({ max: 34, pattern: /^[A-Za-z0-9-]+$/, example: 'DE89370400440532013000' }) readonly number!: string;
}

class BankCodeView {
  @IsOneOf(['bic', 'domestic']) readonly scheme!: 'bic' | 'domestic';
  @IsText({ max: 35, pattern: /^[A-Za-z0-9-]+$/, example: 'COBADEFFXXX' }) readonly code!: string;
}

class BankAccountView {
  @IsText({ max: 140 }) readonly holder!: string;
  @IsNested(() => AccountNumberView) readonly account!: AccountNumberView;
  @IsNested(() => BankCodeView) readonly bank!: BankCodeView;
  @IsText({ max: 35 }) readonly town!: string;
  @IsText({ min: 2, max: 2, pattern: /^[A-Z]{2}$/, description: 'ISO 3166-1' }) readonly country!: string;
}

class BankStatementRequest {
  @IsText({ max: MAX_STATEMENT, description: 'A camt.053.001.08 document; it may be the whole body as well' })
  readonly xml!: string;
}

class SimulatedBankRequest {
  @IsIdOf('bat') readonly batchId!: BatchId;
  @IsInstant({ optional: true, description: 'Now, unless told' }) readonly bookedAt?: string;
  @IsIdList('pay', { max: MAX_NAMED, optional: true, description: 'Payouts the bank refuses to make' })
  readonly reject?: readonly PayoutId[];
  @IsIdList('pay', { max: MAX_NAMED, optional: true, description: 'Payouts that come back, now or after they settled' })
  readonly return?: readonly PayoutId[];
}

const BreakPage = pageOfShape(ReconciliationBreakView);

/** `ring` tells whoever posts bookings that there are some. */
export const bankRoutes = (
  readers: { readonly statements: StatementReader; readonly payouts: PayoutReader },
  setBankAccount: SetBankAccount,
  importBankStatement: ImportBankStatement,
  ring: () => void,
): readonly Route[] => [
  route({
    method: 'put',
    path: '/v1/programs/{programId}/bank-account',
    operationId: 'setBankAccount',
    tag: 'settlement',
    summary: 'Say which account the program pays from',
    access: { scope: 'settlement:write' },
    params: ProgramOfAccountPath,
    body: BankAccountView,
    success: { 200: BankAccountView },
    errors: ['settlement.unknown_program', 'settlement.malformed_bank_account', 'settlement.bank_account_taken'],
    handle: ({ actor, params, body }) => {
      mustBeStaff(actor);
      const { holder, account, bank, town, country } = body;
      return setBankAccount.run({ programId: params.programId, holder, account, bank, town, country });
    },
    respond: (account) => ({ status: 200, body: accountView(account) }),
  }),
  route({
    method: 'get',
    path: '/v1/programs/{programId}/bank-account',
    operationId: 'getBankAccount',
    tag: 'settlement',
    summary: 'Which account the program pays from',
    access: { scope: 'settlement:write' },
    params: ProgramOfAccountPath,
    success: { 200: BankAccountView },
    errors: ['settlement.bank_account_not_found'],
    handle: async ({ actor, params }) => {
      mustBeStaff(actor);
      const account = await readers.statements.bankAccount(params.programId);
      if (account === undefined) {
        throw new AppError('not_found', 'settlement.bank_account_not_found', 'the program has named no account yet');
      }
      return accountView(account);
    },
  }),
  route({
    method: 'post',
    path: '/v1/bank-statements',
    operationId: 'importBankStatement',
    tag: 'settlement',
    summary: 'Import a bank statement: payouts settle, fail, come back',
    description:
      'All of it or nothing. The same statement again changes nothing and gets the same answer. Lines that do not fit ' +
      'move no money; they are listed as breaks.',
    access: { scope: 'settlement:write' },
    body: BankStatementRequest,
    textBody: { mediaTypes: ['application/xml', 'text/xml'], field: 'xml' },
    idempotency: 'required',
    success: { 200: ImportedStatementView },
    errors: [
      'settlement.malformed_bank_statement',
      'settlement.unknown_bank_account',
      'settlement.bank_statement_differs',
      'settlement.bank_statement_unbalanced',
      'settlement.bank_statement_gap',
    ],
    handle: async ({ actor, body }) => {
      mustBeStaff(actor);
      const imported = await importBankStatement.run(body.xml);
      ring();
      return imported;
    },
    respond: (imported) => ({ status: 200, body: importedView(imported) }),
  }),
  route({
    method: 'get',
    path: '/v1/reconciliation/breaks',
    operationId: 'listReconciliationBreaks',
    tag: 'settlement',
    summary: 'What a bank says and we cannot explain',
    access: { scope: 'settlement:read' },
    query: PageQuery,
    success: { 200: BreakPage },
    handle: async ({ actor, query }) => {
      mustBeStaff(actor);
      const { data, nextCursor } = await readers.payouts.breaks(toPageRequest(query));
      return { data: data.map(breakView), nextCursor };
    },
  }),
];

/** For sandboxes alone. */
export const simulatedBankRoutes = (simulateBank: SimulateBank): readonly Route[] => [
  route({
    method: 'post',
    path: '/v1/sandbox/bank/statements',
    operationId: 'simulateBank',
    tag: 'sandbox',
    summary: 'Play the bank: take the payment file of a batch and answer with an account statement',
    access: { scope: 'sandbox' },
    body: SimulatedBankRequest,
    success: { 200: { mediaType: 'application/xml' } },
    errors: ['settlement.batch_not_found', 'settlement.no_file', 'settlement.unknown_payout'],
    handle: ({ actor, body }) => {
      mustBeStaff(actor);
      return simulateBank.run({
        batchId: body.batchId,
        bookedAt: toInstant(body.bookedAt),
        reject: body.reject ?? [],
        return: body.return ?? [],
      });
    },
    respond: (xml) => ({ status: 200, headers: { 'Content-Type': 'application/xml' }, body: xml }),
  }),
];

const toInstant = (text: string | undefined): Instant | undefined => (text === undefined ? undefined : instant(text));

const accountView = ({ holder, account, bank, town, country }: BankAccount): BankAccountView => ({
  holder,
  account,
  bank,
  town,
  country,
});
