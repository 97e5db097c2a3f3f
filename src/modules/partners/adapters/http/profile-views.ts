import {
  IsCurrency,
  IsIdOf,
  IsInstant,
  IsLine,
  IsNested,
  IsOneOf,
  IsText,
  IsWhole,
} from '../../../../shared/fields.ts';
import type { Instant } from '../../../../shared/instant.ts';
import { lastFour, type StoredProfile } from '../../domain/payout-profile.ts';
import { maskedWallet } from '../../domain/payout-method.ts';
import type { PartnerId, PayoutMethod } from '../../index.ts';

const METHODS = ['bank', 'ach', 'wallet'] satisfies readonly PayoutMethod[];

class AccountRequest {
  @IsOneOf(['iban', 'domestic']) readonly scheme!: 'iban' | 'domestic';
  @IsText({ max: 60, description: 'Spaces do not matter', example: 'BR18 0036 0305 0000 1000 9795 493C 1' })
  readonly number!: string;
}

class BankRequest {
  @IsOneOf(['bic', 'domestic']) readonly scheme!: 'bic' | 'domestic';
  @IsText({ max: 40, example: 'BRASBRRJXXX' }) readonly code!: string;
}

class AchRequest {
  @IsOneOf(['checking', 'savings']) readonly accountType!: 'checking' | 'savings';
  @IsOneOf(['person', 'company']) readonly payee!: 'person' | 'company';
}

class WalletRequest {
  @IsLine({ max: 255, description: 'As its provider knows it, often an e-mail address' }) readonly id!: string;
}

export class PayoutProfileRequest {
  @IsLine({ max: 140, description: 'Whose account it is, as the bank knows them' }) readonly holder!: string;
  @IsNested(() => AccountRequest) readonly account!: AccountRequest;
  @IsNested(() => BankRequest) readonly bank!: BankRequest;
  @IsLine({ max: 35, description: "The holder's town; banks insist on it", example: 'São Paulo' })
  readonly town!: string;
  @IsText({ min: 2, max: 2, description: 'ISO 3166-1, two letters', example: 'BR' }) readonly country!: string;
  @IsOneOf(METHODS, { optional: true, description: '`bank`, unless told; `ach` takes a routing number as the bank' })
  readonly method?: PayoutMethod;
  @IsNested(() => AchRequest, { optional: true, description: "A person's checking account, unless told" })
  readonly ach?: AchRequest;
  @IsNested(() => WalletRequest, { optional: true, description: 'For the method `wallet`' })
  readonly wallet?: WalletRequest;
  @IsCurrency({ optional: true, description: 'To be paid in; that of the program, unless told' })
  readonly currency?: string;
}

class MaskedAccountView {
  @IsOneOf(['iban', 'domestic']) readonly scheme!: string;
  @IsText({ max: 4, description: 'The end of the number; the rest is shown to nobody' }) readonly lastFour!: string;
}

class BankView {
  @IsOneOf(['bic', 'domestic']) readonly scheme!: string;
  @IsText({ max: 40 }) readonly code!: string;
}

class MaskedWalletView {
  @IsText({ max: 255, description: 'Its beginning and its domain, or its end' }) readonly masked!: string;
}

export class PayoutProfileView {
  @IsIdOf('par') readonly partnerId!: PartnerId;
  @IsText({ max: 140 }) readonly holder!: string;
  @IsNested(() => MaskedAccountView) readonly account!: MaskedAccountView;
  @IsNested(() => BankView) readonly bank!: BankView;
  @IsText({ max: 35 }) readonly town!: string;
  @IsText({ max: 2 }) readonly country!: string;
  @IsOneOf(METHODS, { optional: true }) readonly method?: PayoutMethod;
  @IsNested(() => AchRequest, { optional: true }) readonly ach?: AchRequest;
  @IsNested(() => MaskedWalletView, { optional: true }) readonly wallet?: MaskedWalletView;
  @IsCurrency({ optional: true }) readonly currency?: string;
  @IsWhole({ min: 1, max: 999_999_999, description: 'Also the ETag' }) readonly version!: number;
  @IsInstant() readonly changedAt!: Instant;
}

export const payoutProfileView = ({ profile, version, changedAt }: StoredProfile): PayoutProfileView => ({
  partnerId: profile.partnerId,
  holder: profile.holder,
  account: { scheme: profile.account.scheme, lastFour: lastFour(profile.account.number) },
  bank: profile.bank,
  town: profile.town,
  country: profile.country,
  method: profile.method ?? 'bank',
  ...(profile.ach !== undefined && { ach: profile.ach }),
  ...(profile.wallet !== undefined && { wallet: { masked: maskedWallet(profile.wallet.id) } }),
  ...(profile.currency !== undefined && { currency: profile.currency }),
  version,
  changedAt,
});
