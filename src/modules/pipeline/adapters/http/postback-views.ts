import { IsCurrency, IsIdOf, IsInstant, IsOneOf, IsText } from '../../../../shared/fields.ts';
import type { Id } from '../../../../shared/ids.ts';
import { POSTBACK_STATUSES, type PostbackStatus } from '../../domain/postback.ts';

/** The parameters are signed line by line, so that no value may hold one of its own. */
const LINE = /^[^\r\n]*$/;
const NOTE = { min: 0, max: 200, pattern: LINE, optional: true } as const;

export class PostbackPath {
  @IsIdOf('prg') readonly programId!: Id<'prg'>;
}

/** What is free text may be empty, for templates leave holes: it counts as left out, and is signed as it stands. */
export class PostbackParameters {
  @IsText({
    max: 10,
    pattern: /^\d{10}$/,
    says: 'must be seconds since 1970, in ten digits',
    description: 'When it was signed: seconds since 1970; good for 5 minutes',
  })
  readonly ts!: string;
  @IsText({
    max: 64,
    pattern: /^[0-9a-f]{64}$/,
    says: 'must be 64 digits of hex in small letters',
    description: 'HMAC-SHA256, in hex, of all other parameters',
  })
  readonly sig!: string;
  @IsText({ max: 150, pattern: LINE, description: 'What the shop calls the order' }) readonly order_ref!: string;
  @IsText({ ...NOTE, max: 150, description: 'What the sender calls the conversion; else `order_ref` names it' })
  readonly transaction_id?: string;
  @IsOneOf(POSTBACK_STATUSES, { optional: true, description: 'placed, if left out' }) readonly status?: PostbackStatus;
  @IsText({ ...NOTE, description: 'As the landing page got it, signed or the id alone' }) readonly click_id?: string;
  @IsText({
    max: 20,
    pattern: /^\d{1,15}(\.\d{1,3})?$/,
    says: 'must be an amount like 129.90',
    optional: true,
    description: 'In major units: 129.90',
  })
  readonly amount?: string;
  @IsCurrency({ optional: true }) readonly currency?: string;
  @IsText({ ...NOTE, max: 100 }) readonly coupon?: string;
  @IsText(NOTE) readonly customer_ref?: string;
  @IsText({ ...NOTE, description: 'Of what was ordered; terms may look at it' }) readonly category?: string;
  @IsText({ ...NOTE, description: 'The article, likewise' }) readonly sku?: string;
  @IsInstant({ optional: true, description: 'When it happened; else when it was first told' }) readonly time?: string;
  @IsText({ ...NOTE, description: 'May be sent back; the click has its own' }) readonly sub1?: string;
  @IsText(NOTE) readonly sub2?: string;
  @IsText(NOTE) readonly sub3?: string;
  @IsText(NOTE) readonly sub4?: string;
  @IsText(NOTE) readonly sub5?: string;
  @IsOneOf(['text', 'gif'], { optional: true, description: 'What a good answer is: a word, or a pixel' })
  readonly format?: 'text' | 'gif';
}

export class PostbackForm {
  @IsText({ min: 0, max: 8_000, optional: true, description: 'The parameters as application/x-www-form-urlencoded' })
  readonly form?: string;
}

export class PostbackVerdictView {
  @IsOneOf(['accepted', 'duplicate']) readonly verdict!: string;
}

export class PostbackSecretView {
  @IsText({ max: 100, description: 'Shown this once; the one before is good for another day' })
  readonly secret!: string;
}
