import type { Month } from '../../../../shared/calendar.ts';
import { digest } from '../../../../shared/digest.ts';
import { AppError } from '../../../../shared/errors.ts';
import { derivedId, type Id } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import { type ActionOf, type Lifecycle, moved } from '../../../../shared/lifecycle.ts';
import { Money } from '../../../../shared/money.ts';
import type { InvoiceId, StatementId } from '../../index.ts';
import type { Language } from '../documents/language.ts';
import { numberOf, type Statement } from '../statements/statement.ts';
import {
  type BillingParty,
  rateOn,
  VAT_ROUNDING,
  type VatLine,
  vatLine,
  type VatProfile,
  type VatScheme,
} from './vat.ts';

/**
 *   draft ──issue──▶ issued ──accept──▶ accepted
 *                      │ ╲                 ▲  │
 *                      │  dispute──▶ disputed │
 *                      ▼                ▼     ▼
 *                    voided ◀───────── void ──┘
 *
 * From `issued` on nothing on it changes. It is taken back by a credit note, and then a new one may be drafted.
 */
export const invoiceLifecycle = {
  draft: { issue: 'issued' },
  issued: { accept: 'accepted', dispute: 'disputed', void: 'voided' },
  accepted: { void: 'voided' },
  disputed: { accept: 'accepted', void: 'voided' },
  voided: {},
} as const satisfies Lifecycle;

export type InvoiceState = keyof typeof invoiceLifecycle;
export type InvoiceAction = ActionOf<typeof invoiceLifecycle>;

/** What a partner supplied in a period; what was taken back is negative. */
export const SUPPLIES = ['lock', 'adjust_up', 'adjust_down', 'claw_back'] as const;
export type Supply = (typeof SUPPLIES)[number];

export interface Supplied {
  readonly what: Supply;
  readonly count: number;
  readonly net: Money;
}

/** What stands on it. */
export interface InvoiceContent {
  readonly kind: 'invoice' | 'credit_note';
  readonly programId: Id<'prg'>;
  readonly partnerId: Id<'par'>;
  readonly statementId: StatementId;
  readonly statement: string;
  readonly period: Month;
  readonly supplier: BillingParty;
  readonly buyer: BillingParty;
  readonly lines: readonly Supplied[];
  readonly scheme: VatScheme;
  readonly exemptBy?: string | undefined;
  readonly net: Money;
  readonly vat: readonly VatLine[];
  readonly gross: Money;
  readonly rounding: string;
  /** The number of the invoice that a credit note is about. */
  readonly refersTo?: string | undefined;
  readonly language: Language;
}

export interface Invoice {
  readonly id: InvoiceId;
  readonly state: InvoiceState;
  readonly content: InvoiceContent;
  readonly draftedAt: Instant;
  /** Of the partner's series, from the first; a draft has none. */
  readonly number?: number | undefined;
  readonly issuedAt?: Instant | undefined;
  /** SHA-256 of the canonical JSON of number, day and content. */
  readonly digest?: string | undefined;
  readonly answeredAt?: Instant | undefined;
  /** Why it is disputed, or was voided. */
  readonly reason?: string | undefined;
}

/** `SB-000042`: self-billed, and the running number of the partner, which has no gaps. */
export const invoiceNumber = (number: number): string => `SB-${String(number).padStart(6, '0')}`;

export interface Drafting {
  readonly statement: Statement;
  readonly supplied: readonly Supplied[];
  readonly supplier: VatProfile;
  readonly buyer: BillingParty;
  /** Of the supply: the last of the period. */
  readonly day: string;
  /** The invoice issued last, for a credit note to refer to. */
  readonly last?: Pick<Invoice, 'number'> | undefined;
}

/**
 * Of what was supplied in the period of a statement: not of what was paid, held or reserved. A negative sum is a credit
 * note. Throws `settlement.nothing_to_invoice`, `settlement.buyer_without_vat_id`.
 */
export const contentOf = ({ statement, supplied, supplier, buyer, day, last }: Drafting): InvoiceContent => {
  const { programId, partnerId, id: statementId, period, opening } = statement;
  const lines = supplied.filter(({ count }) => count > 0);
  const net = Money.sum(
    opening.currency,
    lines.map((line) => line.net),
  );
  if (net.isZero) {
    const detail = `statement ${numberOf(statement)} brings nothing to invoice`;
    throw new AppError('refused', 'settlement.nothing_to_invoice', detail);
  }
  mustBeChargeable(supplier, buyer);
  const vat = [vatLine(net, rateOn(supplier, day))];
  const { scheme, exemptBy, language } = supplier;
  const credits = net.isNegative && last?.number !== undefined;
  return {
    kind: net.isNegative ? 'credit_note' : 'invoice',
    ...{ programId, partnerId, statementId, statement: numberOf(statement), period },
    ...{ supplier: partyOf(supplier), buyer: partyOf(buyer), lines, scheme, net, vat },
    ...(exemptBy !== undefined && { exemptBy }),
    gross: vat.reduce((sum, line) => sum.plus(line.vat), net),
    rounding: VAT_ROUNDING,
    ...(credits && { refersTo: invoiceNumber(last.number) }),
    language,
  };
};

/** Takes back all of it: every amount the other way round. */
export const creditOf = ({ content, number }: Invoice): InvoiceContent => ({
  ...content,
  kind: content.kind === 'invoice' ? 'credit_note' : 'invoice',
  lines: content.lines.map((line) => ({ ...line, net: line.net.negated() })),
  net: content.net.negated(),
  vat: content.vat.map(({ rate, net, vat }) => ({ rate, net: net.negated(), vat: vat.negated() })),
  gross: content.gross.negated(),
  ...(number !== undefined && { refersTo: invoiceNumber(number) }),
});

const mustBeChargeable = ({ scheme }: VatProfile, { vatId }: BillingParty): void => {
  if (scheme !== 'reverse_charge' || vatId !== undefined) return;
  throw new AppError(
    'refused',
    'settlement.buyer_without_vat_id',
    'a reverse charge needs the VAT id of the program; set it in its billing profile',
  );
};

/** Whom it is from and to, and no more of the profile. */
const partyOf = ({ name, address, country, vatId }: BillingParty): BillingParty => ({
  ...{ name, address: [...address], country },
  ...(vatId !== undefined && { vatId }),
});

/** The nth of a statement: the one before was voided. */
export const invoiceIdOf = (statementId: StatementId, nth: number): InvoiceId =>
  derivedId('inv', statementId, String(nth));

export const creditIdOf = (invoiceId: InvoiceId): InvoiceId => derivedId('inv', invoiceId, 'void');

/** From now on nothing on it changes. Throws `settlement.illegal_move`. */
export const issued = (invoice: Invoice, number: number, issuedAt: Instant): Invoice => {
  const state = moveInvoice(invoice.state, 'issue');
  const hash = digest({ number: invoiceNumber(number), issuedAt, content: invoice.content });
  return { ...invoice, state, number, issuedAt, digest: hash };
};

/** Throws `settlement.illegal_move`. */
export const moveInvoice = (state: InvoiceState, action: InvoiceAction): InvoiceState =>
  moved('settlement', invoiceLifecycle, state, action);
