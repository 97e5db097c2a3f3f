import {
  IsDay,
  IsFlag,
  IsIdOf,
  IsInstant,
  IsLine,
  IsNested,
  IsOneOf,
  IsText,
  IsWhole,
} from '../../../../shared/fields.ts';
import type { Instant } from '../../../../shared/instant.ts';
import { lastFour } from '../../domain/payout-profile.ts';
import type { StoredTaxProfile } from '../../domain/tax-profile.ts';
import type { PartnerId, TaxForm } from '../../index.ts';

const FORMS = ['w9', 'w8ben', 'w8bene', 'self_certified'] satisfies readonly TaxForm[];
const ENTITIES = ['person', 'company'];

class TaxAddress {
  @IsLine({ max: 140, optional: true }) readonly street?: string;
  @IsLine({ max: 35 }) readonly town!: string;
  @IsLine({ max: 16, optional: true }) readonly postcode?: string;
  @IsText({ min: 2, max: 2, description: 'ISO 3166-1, two letters' }) readonly country!: string;
}

class TaxProfileBase {
  @IsOneOf(FORMS, { description: 'Which form was signed; `self_certified` outside the United States' })
  readonly form!: TaxForm;
  @IsLine({ max: 140 }) readonly legalName!: string;
  @IsOneOf(ENTITIES) readonly entity!: 'person' | 'company';
  @IsText({ min: 2, max: 2, description: 'Of tax residence, ISO 3166-1', example: 'DE' }) readonly country!: string;
  @IsNested(() => TaxAddress) readonly address!: TaxAddress;
  @IsDay({ description: 'The day of the signature' }) readonly signedOn!: string;
  @IsText({ max: 8, optional: true, description: 'Claimed under a treaty with a W-8, in percent', example: '15' })
  readonly treatyPercent?: string;
  @IsFlag({ optional: true, description: 'The tax office has told us to withhold' })
  readonly backupWithholding?: boolean;
}

export class TaxProfileRequest extends TaxProfileBase {
  @IsText({ max: 30, optional: true, description: 'TIN; spaces and dashes do not matter', example: '12-3456789' })
  readonly taxId?: string;
  @IsDay({ optional: true, description: 'Of a person; the European Union asks for it' }) readonly birthDate?: string;
}

export class TaxProfileView extends TaxProfileBase {
  @IsIdOf('par') readonly partnerId!: PartnerId;
  @IsText({ max: 4, optional: true, description: 'The end of the TIN; the rest is shown to nobody' })
  readonly taxIdLastFour?: string;
  @IsWhole({ min: 1, max: 999_999_999, description: 'Also the ETag' }) readonly version!: number;
  @IsInstant() readonly changedAt!: Instant;
}

export const taxProfileView = ({ profile, version, changedAt }: StoredTaxProfile): TaxProfileView => {
  const { taxId, birthDate: _, ...shown } = profile;
  return {
    ...shown,
    ...(taxId !== undefined && { taxIdLastFour: lastFour(taxId) }),
    version,
    changedAt,
  } as TaxProfileView;
};
