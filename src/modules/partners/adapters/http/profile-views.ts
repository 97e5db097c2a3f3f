import { IsIdOf, IsInstant, IsNested, IsOneOf, IsText, IsWhole } from '../../../../shared/fields.ts';
import type { Instant } from '../../../../shared/instant.ts';
import { lastFour, type StoredProfile } from '../../domain/payout-profile.ts';
import type { PartnerId } from '../../index.ts';

class AccountRequest {
  @IsOneOf(['iban', 'domestic']) readonly scheme!: 'iban' | 'domestic';
  @IsText({ max: 60, description: 'Spaces do not matter', example: 'BR18 0036 0305 0000 1000 9795 493C 1' })
  readonly number!: string;
}

class BankRequest {
  @IsOneOf(['bic', 'domestic']) readonly scheme!: 'bic' | 'domestic';
  @IsText({ max: 40, example: 'BRASBRRJXXX' }) readonly code!: string;
}

export class PayoutProfileRequest {
  @IsText({ max: 140, description: 'Whose account it is, as the bank knows them' }) readonly holder!: string;
  @IsNested(() => AccountRequest) readonly account!: AccountRequest;
  @IsNested(() => BankRequest) readonly bank!: BankRequest;
  @IsText({ max: 35, description: "The holder's town; banks insist on it", example: 'São Paulo' })
  readonly town!: string;
  @IsText({ min: 2, max: 2, description: 'ISO 3166-1, two letters', example: 'BR' }) readonly country!: string;
}

class MaskedAccountView {
  @IsOneOf(['iban', 'domestic']) readonly scheme!: string;
  @IsText({ max: 4, description: 'The end of the number; the rest is shown to nobody' }) readonly lastFour!: string;
}

class BankView {
  @IsOneOf(['bic', 'domestic']) readonly scheme!: string;
  @IsText({ max: 40 }) readonly code!: string;
}

export class PayoutProfileView {
  @IsIdOf('par') readonly partnerId!: PartnerId;
  @IsText({ max: 140 }) readonly holder!: string;
  @IsNested(() => MaskedAccountView) readonly account!: MaskedAccountView;
  @IsNested(() => BankView) readonly bank!: BankView;
  @IsText({ max: 35 }) readonly town!: string;
  @IsText({ max: 2 }) readonly country!: string;
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
  version,
  changedAt,
});
