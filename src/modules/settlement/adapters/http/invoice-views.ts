import {
  IsFlag,
  IsIdOf,
  IsInstant,
  IsLine,
  IsLineList,
  IsListOf,
  IsMoney,
  IsMonth,
  IsNested,
  IsOneOf,
  IsText,
  IsWhole,
} from '../../../../shared/fields.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { MoneyJson } from '../../../../shared/money.ts';
import type { Language } from '../../domain/documents/language.ts';
import { type Invoice, invoiceLifecycle, invoiceNumber, SUPPLIES } from '../../domain/invoices/invoice.ts';
import { type BillingParty, VAT_SCHEMES, type VatProfile, type VatScheme } from '../../domain/invoices/vat.ts';
import type { Agreement } from '../../ports/invoices.ts';

export class BillingPartyView {
  @IsLine({ max: 140 }) readonly name!: string;
  @IsLineList({ min: 1, max: 4, description: 'Lines of the postal address, without the country' })
  readonly address!: readonly string[];
  @IsText({ min: 2, max: 2, pattern: /^[A-Z]{2}$/, description: 'ISO 3166-1' }) readonly country!: string;
  @IsText({ max: 20, pattern: /^[A-Z0-9+*]+$/, optional: true, example: 'DE123456789' }) readonly vatId?: string;
}

export class VatProfileView extends BillingPartyView {
  @IsOneOf(VAT_SCHEMES) readonly scheme!: VatScheme;
  @IsText({
    max: 6,
    pattern: /^\d{1,2}(\.\d{1,3})?$/,
    optional: true,
    description: 'Percent, where it is not the standard rate of the country',
  })
  readonly rate?: string;
  @IsLine({ max: 200, optional: true, description: 'The rule that exempts it' }) readonly exemptBy?: string;
  @IsOneOf(['en', 'zh'], { description: 'What its invoices are written in' }) readonly language!: Language;
}

export const partyView = ({ name, address, country, vatId }: BillingParty): BillingPartyView =>
  ({ name, address, country, vatId }) as BillingPartyView;

export const vatProfileView = (profile: VatProfile): VatProfileView => {
  const { name, address, country, vatId, scheme, rate, exemptBy, language } = profile;
  return { name, address, country, vatId, scheme, rate, exemptBy, language } as VatProfileView;
};

export class AgreementRequest {
  @IsFlag({ description: 'Whether the program may write the invoices of the partner' }) readonly agrees!: boolean;
}

export class AgreementView {
  @IsIdOf('prg') readonly programId!: string;
  @IsIdOf('par') readonly partnerId!: string;
  @IsInstant() readonly agreedAt!: Instant;
  @IsInstant({ optional: true, description: 'When it was taken back' }) readonly endedAt?: Instant;
}

export const agreementView = ({ programId, partnerId, agreedAt, endedAt }: Agreement): AgreementView =>
  ({ programId, partnerId, agreedAt, endedAt }) as AgreementView;

class SuppliedView {
  @IsOneOf(SUPPLIES) readonly what!: string;
  @IsWhole({ min: 1, max: 100_000_000 }) readonly count!: number;
  @IsMoney({ negative: true }) readonly net!: MoneyJson;
}

class VatLineView {
  @IsText({ max: 10, description: 'Percent' }) readonly rate!: string;
  @IsMoney({ negative: true }) readonly net!: MoneyJson;
  @IsMoney({ negative: true }) readonly vat!: MoneyJson;
}

export class InvoiceView {
  @IsIdOf('inv') readonly id!: string;
  @IsText({ max: 50, optional: true, description: 'Of the series of the partner, which has no gaps; a draft has none' })
  readonly number?: string;
  @IsOneOf(['invoice', 'credit_note']) readonly kind!: string;
  @IsOneOf(Object.keys(invoiceLifecycle)) readonly state!: string;
  @IsIdOf('prg') readonly programId!: string;
  @IsIdOf('par') readonly partnerId!: string;
  @IsIdOf('stm') readonly statementId!: string;
  @IsText({ max: 50, description: 'The number of the statement' }) readonly statement!: string;
  @IsMonth() readonly period!: string;
  @IsNested(() => BillingPartyView) readonly supplier!: BillingPartyView;
  @IsNested(() => BillingPartyView) readonly buyer!: BillingPartyView;
  @IsListOf(() => SuppliedView, { max: SUPPLIES.length }) readonly lines!: readonly SuppliedView[];
  @IsOneOf(VAT_SCHEMES) readonly scheme!: string;
  @IsMoney({ negative: true }) readonly net!: MoneyJson;
  @IsListOf(() => VatLineView, { max: 10 }) readonly vat!: readonly VatLineView[];
  @IsMoney({ negative: true }) readonly gross!: MoneyJson;
  @IsText({ max: 50, description: 'How VAT was rounded' }) readonly rounding!: string;
  @IsText({ max: 50, optional: true, description: 'The invoice that a credit note is about' })
  readonly refersTo?: string;
  @IsOneOf(['en', 'zh']) readonly language!: string;
  @IsInstant({ optional: true }) readonly issuedAt?: Instant;
  @IsText({ max: 64, optional: true, description: 'SHA-256 of the canonical JSON of number, day and content' })
  readonly digest?: string;
  @IsInstant({ optional: true }) readonly answeredAt?: Instant;
  @IsText({ max: 2_000, optional: true, description: 'Why it is disputed, or was voided' }) readonly reason?: string;
}

export const invoiceView = ({
  id,
  state,
  content,
  number,
  issuedAt,
  digest,
  answeredAt,
  reason,
}: Invoice): InvoiceView => {
  const { kind, programId, partnerId, statementId, statement, period, scheme, rounding, refersTo, language } = content;
  const about = { kind, state, programId, partnerId, statementId, statement, period, scheme, rounding, language };
  return {
    id,
    ...(number !== undefined && { number: invoiceNumber(number) }),
    ...about,
    ...{ supplier: partyView(content.supplier), buyer: partyView(content.buyer) },
    lines: content.lines.map(({ what, count, net }) => ({ what, count, net: net.toJSON() })),
    net: content.net.toJSON(),
    vat: content.vat.map(({ rate, net, vat }) => ({ rate, net: net.toJSON(), vat: vat.toJSON() })),
    gross: content.gross.toJSON(),
    ...{ refersTo, issuedAt, digest, answeredAt, reason },
  } as InvoiceView;
};
