import { mustBeStaff } from '../../../../infrastructure/http/authenticate.ts';
import { type Route, route } from '../../../../infrastructure/http/route.ts';
import { AppError } from '../../../../shared/errors.ts';
import {
  IsCurrency,
  IsIdList,
  IsIdOf,
  IsInstant,
  IsLine,
  IsNested,
  IsOneOf,
  IsText,
} from '../../../../shared/fields.ts';
import type { Id } from '../../../../shared/ids.ts';
import { instant, type Instant } from '../../../../shared/instant.ts';
import type { SetBankAccount } from '../../application/rails/bank-accounts.ts';
import type { SimulateBank } from '../../application/rails/simulate-bank.ts';
import type { SettingChange } from '../../domain/settings/change.ts';
import type { BatchId, PayoutId } from '../../index.ts';
import type { BankAccount } from '../../ports/bank-stores.ts';
import type { SettingChangeReader } from '../../ports/setting-changes.ts';
import type { StatementReader } from '../../ports/statement-reader.ts';
import { changedAnswer, SettingChangeView, settingChangeView } from './setting-change-views.ts';

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

class BankAccountRequest {
  @IsLine({ max: 140 }) readonly holder!: string;
  @IsNested(() => AccountNumberView) readonly account!: AccountNumberView;
  @IsNested(() => BankCodeView) readonly bank!: BankCodeView;
  @IsLine({ max: 35 }) readonly town!: string;
  @IsText({ min: 2, max: 2, pattern: /^[A-Z]{2}$/, description: 'ISO 3166-1' }) readonly country!: string;
  @IsCurrency({ optional: true, description: 'The other currency that is paid from here; absent: that of the books' })
  readonly currency?: string;
}

class BankAccountView extends BankAccountRequest {
  @IsNested(() => SettingChangeView, { optional: true, description: 'What waits for a second person' })
  readonly pending?: SettingChangeView;
}

class SimulatedBankRequest {
  @IsIdOf('bat') readonly batchId!: BatchId;
  @IsInstant({ optional: true, description: 'Now, unless told' }) readonly bookedAt?: string;
  @IsIdList('pay', { max: MAX_NAMED, optional: true, description: 'Payouts the bank refuses to make' })
  readonly reject?: readonly PayoutId[];
  @IsIdList('pay', { max: MAX_NAMED, optional: true, description: 'Payouts that come back, now or after they settled' })
  readonly return?: readonly PayoutId[];
}

/** Which account a program pays from. */
export const bankRoutes = (
  statements: StatementReader,
  changes: SettingChangeReader,
  setBankAccount: SetBankAccount,
): readonly Route[] => [
  route({
    method: 'put',
    path: '/v1/programs/{programId}/bank-account',
    operationId: 'setBankAccount',
    tag: 'settlement',
    summary: 'Say which account the program pays from',
    access: { scope: 'settlement:write' },
    params: ProgramOfAccountPath,
    description:
      'The first account for a currency counts at once. Another one is answered with 202, and waits for somebody else: ' +
      '`POST /v1/setting-changes/{changeId}/approve`.',
    body: BankAccountRequest,
    success: { 200: BankAccountView, 202: SettingChangeView },
    errors: [
      'settlement.unknown_program',
      'settlement.malformed_bank_account',
      'settlement.bank_account_taken',
      'settlement.change_pending',
    ],
    handle: ({ actor, params, body }) => {
      mustBeStaff(actor);
      return setBankAccount.run(params.programId, body, actor.subject);
    },
    respond: (changed) => changedAnswer(changed, (account) => ({ status: 200, body: accountView(account) })),
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
      const { programId } = params;
      const account = await statements.bankAccount(programId);
      if (account === undefined) {
        throw new AppError('not_found', 'settlement.bank_account_not_found', 'the program has named no account yet');
      }
      return accountView(account, await changes.pending({ setting: 'bank_account', programId }));
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

const accountView = (
  { holder, account, bank, town, country, paysIn }: BankAccount,
  pending?: SettingChange,
): BankAccountView => ({
  ...{ holder, account, bank, town, country },
  ...(paysIn !== undefined && { currency: paysIn }),
  ...(pending && { pending: settingChangeView(pending) }),
});
