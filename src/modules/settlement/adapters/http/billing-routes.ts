import { mustBeStaff, mustSee } from '../../../../infrastructure/http/authenticate.ts';
import { type Route, route } from '../../../../infrastructure/http/route.ts';
import { AppError } from '../../../../shared/errors.ts';
import { IsIdOf } from '../../../../shared/fields.ts';
import type { Id } from '../../../../shared/ids.ts';
import type { Billing } from '../../application/invoices/billing.ts';
import { mustBePartner } from '../../domain/statements/reception.ts';
import type { InvoiceReader } from '../../ports/invoices.ts';
import {
  AgreementRequest,
  AgreementView,
  agreementView,
  BillingPartyView,
  partyView,
  VatProfileView,
  vatProfileView,
} from './invoice-views.ts';

class BuyerPath {
  @IsIdOf('prg') readonly programId!: Id<'prg'>;
}

class SupplierPath {
  @IsIdOf('par') readonly partnerId!: Id<'par'>;
}

class AgreementPath extends BuyerPath {
  @IsIdOf('par') readonly partnerId!: Id<'par'>;
}

/** Who stands on invoices, and whether they may be written. */
export const billingRoutes = (reader: InvoiceReader, billing: Billing): readonly Route[] => [
  ...buyerRoutes(reader, billing),
  ...supplierRoutes(reader, billing),
  ...agreementRoutes(reader, billing),
];

const buyerRoutes = (reader: InvoiceReader, billing: Billing): readonly Route[] => [
  route({
    method: 'put',
    path: '/v1/programs/{programId}/billing-profile',
    operationId: 'setBillingProfile',
    tag: 'settlement',
    summary: 'Say who buys, on the invoices of the program',
    access: { scope: 'settlement:write' },
    params: BuyerPath,
    body: BillingPartyView,
    success: { 200: BillingPartyView },
    errors: ['settlement.unknown_program', 'settlement.malformed_billing_profile'],
    handle: ({ actor, params, body }) => {
      mustBeStaff(actor);
      return billing.setBuyer(params.programId, partyView(body));
    },
    respond: (buyer) => ({ status: 200, body: partyView(buyer) }),
  }),
  route({
    method: 'get',
    path: '/v1/programs/{programId}/billing-profile',
    operationId: 'getBillingProfile',
    tag: 'settlement',
    summary: 'Who buys, on the invoices of the program',
    access: { scope: 'settlement:read' },
    params: BuyerPath,
    success: { 200: BillingPartyView },
    errors: ['settlement.billing_profile_not_found'],
    handle: async ({ actor, params }) => {
      mustBeStaff(actor);
      return partyView(mustBeThere(await reader.buyer(params.programId)));
    },
  }),
];

const supplierRoutes = (reader: InvoiceReader, billing: Billing): readonly Route[] => [
  route({
    method: 'put',
    path: '/v1/partners/{partnerId}/vat-profile',
    operationId: 'setVatProfile',
    tag: 'settlement',
    summary: 'Say, as the partner, who supplies and how it is taxed',
    access: { scope: 'documents:answer' },
    params: SupplierPath,
    body: VatProfileView,
    success: { 200: VatProfileView },
    errors: ['settlement.partner_only', 'settlement.malformed_billing_profile'],
    handle: ({ actor, params, body }) => {
      mustBePartner(actor.partnerId);
      mustSee(actor, params.partnerId);
      return billing.setSupplier(params.partnerId, vatProfileView(body));
    },
    respond: (supplier) => ({ status: 200, body: vatProfileView(supplier) }),
  }),
  route({
    method: 'get',
    path: '/v1/partners/{partnerId}/vat-profile',
    operationId: 'getVatProfile',
    tag: 'settlement',
    summary: 'Who supplies, and how it is taxed',
    access: { scope: 'settlement:read' },
    params: SupplierPath,
    success: { 200: VatProfileView },
    errors: ['settlement.billing_profile_not_found'],
    handle: async ({ actor, params }) => {
      mustSee(actor, params.partnerId);
      return vatProfileView(mustBeThere(await reader.supplier(params.partnerId)));
    },
  }),
];

const agreementRoutes = (reader: InvoiceReader, billing: Billing): readonly Route[] => [
  route({
    method: 'put',
    path: '/v1/programs/{programId}/self-billing/{partnerId}',
    operationId: 'agreeToSelfBilling',
    tag: 'settlement',
    summary: 'Agree, as the partner, that the program writes your invoices, or take it back',
    access: { scope: 'documents:answer' },
    params: AgreementPath,
    body: AgreementRequest,
    success: { 200: AgreementView },
    errors: ['settlement.partner_only', 'settlement.unknown_program'],
    handle: ({ actor, params: { programId, partnerId }, body: { agrees } }) => {
      mustBePartner(actor.partnerId);
      mustSee(actor, partnerId);
      return billing.agree({ programId, partnerId }, actor.subject, agrees);
    },
    respond: (agreement) => ({ status: 200, body: agreementView(agreement) }),
  }),
  route({
    method: 'get',
    path: '/v1/programs/{programId}/self-billing/{partnerId}',
    operationId: 'getSelfBilling',
    tag: 'settlement',
    summary: 'Whether and when a partner agreed that the program writes its invoices',
    access: { scope: 'settlement:read' },
    params: AgreementPath,
    success: { 200: AgreementView },
    errors: ['settlement.billing_profile_not_found'],
    handle: async ({ actor, params: { programId, partnerId } }) => {
      mustSee(actor, partnerId);
      return agreementView(mustBeThere(await reader.agreement(programId, partnerId)));
    },
  }),
];

const mustBeThere = <Found>(found: Found | undefined): Found => {
  if (found !== undefined) return found;
  throw new AppError('not_found', 'settlement.billing_profile_not_found', 'nothing was said of this yet');
};
