import { confinedTo, mustBeStaff, visible } from '../../../../infrastructure/http/authenticate.ts';
import { PageQuery, pageOfShape, toPageRequest } from '../../../../infrastructure/http/paging.ts';
import { LanguageQuery } from '../../../../infrastructure/http/plain-text.ts';
import { type Answer, created, type Route, route } from '../../../../infrastructure/http/route.ts';
import type { Actor } from '../../../../shared/actor.ts';
import { AppError } from '../../../../shared/errors.ts';
import { IsIdOf, IsMonth, IsOneOf, IsText } from '../../../../shared/fields.ts';
import type { Id } from '../../../../shared/ids.ts';
import type { WriteInvoices } from '../../application/invoices/write-invoices.ts';
import { type Invoice, invoiceLifecycle, invoiceNumber, type InvoiceState } from '../../domain/invoices/invoice.ts';
import { invoiceSheet } from '../../domain/invoices/invoice-sheet.ts';
import { mustBePartner } from '../../domain/statements/reception.ts';
import type { InvoiceId, StatementId } from '../../index.ts';
import type { InvoiceReader } from '../../ports/invoices.ts';
import type { Papers } from '../../ports/papers.ts';
import { InvoiceView, invoiceView } from './invoice-views.ts';
import type { StatementDesk } from './one-statement-routes.ts';

class InvoicedStatementPath {
  @IsIdOf('stm') readonly statementId!: StatementId;
}

class InvoicePath {
  @IsIdOf('inv') readonly invoiceId!: InvoiceId;
}

class InvoiceQuery extends PageQuery {
  @IsIdOf('prg', { optional: true }) readonly programId?: Id<'prg'>;
  @IsIdOf('par', { optional: true }) readonly partnerId?: Id<'par'>;
  @IsMonth({ optional: true }) readonly period?: `${number}-${number}`;
  @IsOneOf(Object.keys(invoiceLifecycle), { optional: true }) readonly state?: InvoiceState;
}

class InvoiceReasonRequest {
  @IsText({ max: 2_000 }) readonly reason!: string;
}

const InvoicePage = pageOfShape(InvoiceView);

/** Finds invoices for whoever may see them: drafts are ours alone. */
export class InvoiceDesk {
  constructor(
    private readonly reader: InvoiceReader,
    private readonly papers: Papers,
    readonly write: WriteInvoices,
  ) {}

  /** Throws `settlement.invoice_not_found`. */
  async found(actor: Actor, id: InvoiceId): Promise<Invoice> {
    const absent = new AppError('not_found', 'settlement.invoice_not_found', `there is no invoice ${id}`);
    const invoice = await this.reader.invoice(id);
    const isHidden = actor.partnerId !== undefined && invoice?.state === 'draft';
    return visible(actor, isHidden ? undefined : invoice, ({ content }) => content.partnerId, absent);
  }

  async page(actor: Actor, query: InvoiceQuery) {
    const { programId, period, state } = query;
    const filter = { programId, period, state, partnerId: confinedTo(actor, query.partnerId) };
    const { data, nextCursor } = await this.reader.invoices(toPageRequest(query), filter);
    const shown = actor.partnerId === undefined ? data : data.filter((invoice) => invoice.state !== 'draft');
    return { data: shown.map(invoiceView), nextCursor };
  }

  async printed(actor: Actor, id: InvoiceId, { language }: LanguageQuery): Promise<Answer> {
    const invoice = await this.found(actor, id);
    const name = invoice.number === undefined ? 'draft' : invoiceNumber(invoice.number);
    return {
      status: 200,
      headers: {
        'Content-Type': 'application/pdf',
        'Content-Language': language ?? invoice.content.language,
        'Content-Disposition': `attachment; filename="invoice-${name}.pdf"`,
      },
      body: this.papers.pdf(invoiceSheet(invoice, language)),
    };
  }
}

/** Invoices that the program writes in the name of its partners. */
export const invoiceRoutes = (desk: InvoiceDesk, statements: StatementDesk): readonly Route[] => [
  ...draftRoutes(desk, statements),
  ...staffRoutes(desk),
  ...readRoutes(desk),
  ...answerRoutes(desk),
];

const draftRoutes = (desk: InvoiceDesk, statements: StatementDesk): readonly Route[] => [
  route({
    method: 'post',
    path: '/v1/statements/{statementId}/invoice',
    operationId: 'draftInvoice',
    tag: 'settlement',
    summary: 'Draft the invoice of a statement, or a credit note where more was taken back than earned',
    description: 'A draft is made anew; what is issued stays as it is, until it is voided.',
    access: { scope: 'settlement:write' },
    params: InvoicedStatementPath,
    idempotency: 'required',
    success: { 201: InvoiceView },
    errors: [
      'settlement.statement_not_found',
      'settlement.not_agreed',
      'settlement.no_billing_profile',
      'settlement.nothing_to_invoice',
      'settlement.buyer_without_vat_id',
    ],
    handle: async ({ actor, params }) => {
      mustBeStaff(actor);
      const { statement } = await statements.found(actor, params.statementId);
      return desk.write.draft(statement);
    },
    respond: (invoice) => created(`/v1/invoices/${invoice.id}`, invoiceView(invoice)),
  }),
];

const staffRoutes = (desk: InvoiceDesk): readonly Route[] => [
  route({
    method: 'post',
    path: '/v1/invoices/{invoiceId}/issue',
    operationId: 'issueInvoice',
    tag: 'settlement',
    summary: 'Issue an invoice: from now on nothing on it changes',
    access: { scope: 'settlement:write' },
    params: InvoicePath,
    idempotency: 'required',
    success: { 200: InvoiceView },
    errors: ['settlement.invoice_not_found', 'settlement.illegal_move', 'settlement.not_agreed'],
    handle: ({ actor, params }) => {
      mustBeStaff(actor);
      return desk.write.issue(params.invoiceId);
    },
    respond: (invoice) => ({ status: 200, body: invoiceView(invoice) }),
  }),
  route({
    method: 'post',
    path: '/v1/invoices/{invoiceId}/void',
    operationId: 'voidInvoice',
    tag: 'settlement',
    summary: 'Take back an invoice by a credit note, which it answers',
    access: { scope: 'settlement:write' },
    params: InvoicePath,
    body: InvoiceReasonRequest,
    idempotency: 'required',
    success: { 201: InvoiceView },
    errors: ['settlement.invoice_not_found', 'settlement.illegal_move'],
    handle: ({ actor, params, body }) => {
      mustBeStaff(actor);
      return desk.write.void(params.invoiceId, body.reason);
    },
    respond: (invoice) => created(`/v1/invoices/${invoice.id}`, invoiceView(invoice)),
  }),
];

const readRoutes = (desk: InvoiceDesk): readonly Route[] => [
  route({
    method: 'get',
    path: '/v1/invoices',
    operationId: 'listInvoices',
    tag: 'settlement',
    summary: 'Invoices and credit notes, earliest period first',
    access: { scope: 'settlement:read' },
    query: InvoiceQuery,
    success: { 200: InvoicePage },
    handle: ({ actor, query }) => desk.page(actor, query),
  }),
  route({
    method: 'get',
    path: '/v1/invoices/{invoiceId}',
    operationId: 'getInvoice',
    tag: 'settlement',
    summary: 'An invoice or a credit note',
    access: { scope: 'settlement:read' },
    params: InvoicePath,
    success: { 200: InvoiceView },
    errors: ['settlement.invoice_not_found'],
    handle: async ({ actor, params }) => invoiceView(await desk.found(actor, params.invoiceId)),
  }),
  route({
    method: 'get',
    path: '/v1/invoices/{invoiceId}/document',
    operationId: 'getInvoiceDocument',
    tag: 'settlement',
    summary: 'An invoice as PDF, in its own language unless another is asked for',
    access: { scope: 'settlement:read' },
    params: InvoicePath,
    query: LanguageQuery,
    success: { 200: { mediaType: 'application/pdf' } },
    errors: ['settlement.invoice_not_found'],
    handle: ({ actor, params, query }) => desk.printed(actor, params.invoiceId, query),
    respond: (answer) => answer,
  }),
];

const answerRoutes = (desk: InvoiceDesk): readonly Route[] => [
  route({
    method: 'post',
    path: '/v1/invoices/{invoiceId}/accept',
    operationId: 'acceptInvoice',
    tag: 'settlement',
    summary: 'Accept an invoice, as its partner',
    access: { scope: 'documents:answer' },
    params: InvoicePath,
    idempotency: 'required',
    success: { 200: InvoiceView },
    errors: ['settlement.invoice_not_found', 'settlement.illegal_move', 'settlement.partner_only'],
    handle: async ({ actor, params: { invoiceId } }) => {
      mustBePartner(actor.partnerId);
      await desk.found(actor, invoiceId);
      return desk.write.answer(invoiceId, 'accept');
    },
    respond: (invoice) => ({ status: 200, body: invoiceView(invoice) }),
  }),
  route({
    method: 'post',
    path: '/v1/invoices/{invoiceId}/dispute',
    operationId: 'disputeInvoice',
    tag: 'settlement',
    summary: 'Say, as its partner, that an invoice is wrong',
    access: { scope: 'documents:answer' },
    params: InvoicePath,
    body: InvoiceReasonRequest,
    idempotency: 'required',
    success: { 200: InvoiceView },
    errors: ['settlement.invoice_not_found', 'settlement.illegal_move', 'settlement.partner_only'],
    handle: async ({ actor, params: { invoiceId }, body: { reason } }) => {
      mustBePartner(actor.partnerId);
      await desk.found(actor, invoiceId);
      return desk.write.answer(invoiceId, 'dispute', reason);
    },
    respond: (invoice) => ({ status: 200, body: invoiceView(invoice) }),
  }),
];
