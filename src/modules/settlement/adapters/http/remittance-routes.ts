import { mustBeStaff } from '../../../../infrastructure/http/authenticate.ts';
import { PageQuery, pageOfShape, toPageRequest } from '../../../../infrastructure/http/paging.ts';
import { type Route, route } from '../../../../infrastructure/http/route.ts';
import { IsIdOf, IsInstant, IsListOf, IsMoney, IsOneOf, IsText } from '../../../../shared/fields.ts';
import type { Id } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import { Money, type MoneyJson } from '../../../../shared/money.ts';
import type { AskRemittance, DecideRemittance } from '../../application/tax/remit-tax.ts';
import type { ShowWithheld } from '../../application/tax/show-withheld.ts';
import type { ProposalAction } from '../../domain/proposals/proposal.ts';
import { type Remittance, type RemittanceId, remittanceLifecycle } from '../../domain/tax/remittance.ts';
import type { RemittanceReader } from '../../ports/remittances.ts';
import { decisionRoute } from './decision-route.ts';

class ProgramOfTaxPath {
  @IsIdOf('prg') readonly programId!: Id<'prg'>;
}

class RemittancePath {
  @IsIdOf('rmt') readonly remittanceId!: RemittanceId;
}

class RemittanceRequest {
  @IsText({ max: 20, pattern: /^[A-Z]{2,20}$/, description: 'For which tax office it was withheld: `US`' })
  readonly jurisdiction!: string;
  @IsMoney({ description: 'No more than is withheld and not paid yet' }) readonly amount!: MoneyJson;
  @IsText({ max: 100, description: 'The office’s own word for the payment' }) readonly reference!: string;
}

class RemittanceView {
  @IsIdOf('rmt') readonly id!: string;
  @IsIdOf('prg') readonly programId!: Id<'prg'>;
  @IsText({ max: 20 }) readonly jurisdiction!: string;
  @IsMoney() readonly amount!: MoneyJson;
  @IsText({ max: 100 }) readonly reference!: string;
  @IsOneOf(Object.keys(remittanceLifecycle)) readonly state!: string;
  @IsText({ max: 300 }) readonly askedBy!: string;
  @IsInstant() readonly askedAt!: Instant;
  @IsText({ max: 300, optional: true }) readonly decidedBy?: string;
  @IsInstant({ optional: true }) readonly decidedAt?: Instant;
}

const remittanceView = ({ amount, ...remittance }: Remittance): RemittanceView =>
  ({ ...remittance, amount: amount.toJSON() }) as RemittanceView;

class WithheldView {
  @IsText({ max: 20 }) readonly jurisdiction!: string;
  @IsMoney({ description: 'Less what was given back with payouts that came back' }) readonly withheld!: MoneyJson;
  @IsMoney() readonly remitted!: MoneyJson;
  @IsMoney({ negative: true, description: 'Withheld and not paid yet; negative: paid, and given back since' })
  readonly open!: MoneyJson;
}

class AllWithheldView {
  @IsListOf(() => WithheldView, { max: 300, description: 'By tax office' }) readonly data!: readonly WithheldView[];
}

const RemittancePage = pageOfShape(RemittanceView);

export interface RemittanceUseCases {
  readonly show: ShowWithheld;
  readonly ask: AskRemittance;
  readonly decide: DecideRemittance;
  /** Tells whoever posts bookings that there are some. */
  readonly ring: () => void;
}

export const remittanceRoutes = (reader: RemittanceReader, cases: RemittanceUseCases): readonly Route[] => [
  ...looks(reader, cases),
  asks(cases),
  decision(cases, 'approve', 'Agree that what was withheld is paid to its tax office; it is booked'),
  decision(cases, 'refuse', 'Say that it is not paid; whoever has asked may as well'),
];

const looks = (reader: RemittanceReader, { show }: RemittanceUseCases): readonly Route[] => [
  route({
    method: 'get',
    path: '/v1/programs/{programId}/tax/withheld',
    operationId: 'getWithheldTax',
    tag: 'settlement',
    summary: 'What is withheld for each tax office, and what of it was paid there',
    access: { scope: 'settlement:read' },
    params: ProgramOfTaxPath,
    success: { 200: AllWithheldView },
    errors: ['settlement.unknown_program'],
    handle: async ({ actor, params }) => {
      mustBeStaff(actor);
      const { totals, currency } = await show.run(params.programId);
      const money = (minor: bigint): MoneyJson => Money.of(minor, currency).toJSON();
      return {
        data: totals.map(({ jurisdiction, withheld, remitted }) => ({
          jurisdiction,
          withheld: money(withheld),
          remitted: money(remitted),
          open: money(withheld - remitted),
        })),
      };
    },
  }),
  route({
    method: 'get',
    path: '/v1/programs/{programId}/tax/remittances',
    operationId: 'listTaxRemittances',
    tag: 'settlement',
    summary: 'What was to be paid to tax offices, by the time it was asked for',
    access: { scope: 'settlement:read' },
    params: ProgramOfTaxPath,
    query: PageQuery,
    success: { 200: RemittancePage },
    handle: async ({ actor, params, query }) => {
      mustBeStaff(actor);
      const { data, nextCursor } = await reader.remittances(params.programId, toPageRequest(query));
      return { data: data.map(remittanceView), nextCursor };
    },
  }),
];

const asks = ({ ask }: RemittanceUseCases): Route =>
  route({
    method: 'post',
    path: '/v1/programs/{programId}/tax/remittances',
    operationId: 'askTaxRemittance',
    tag: 'settlement',
    summary: 'Ask for what was withheld to be paid to its tax office; somebody else agrees',
    access: { scope: 'settlement:write' },
    params: ProgramOfTaxPath,
    body: RemittanceRequest,
    idempotency: 'required',
    success: { 201: RemittanceView },
    errors: ['settlement.unknown_program', 'settlement.nothing_to_remit', 'money.currency_mismatch'],
    handle: ({ actor, params, body: { amount, ...body } }) => {
      mustBeStaff(actor);
      return ask.run({ programId: params.programId, ...body, amount: Money.fromJson(amount), by: actor.subject });
    },
    respond: (remittance) => ({ status: 201, body: remittanceView(remittance) }),
  });

const decision = ({ decide, ring }: RemittanceUseCases, action: ProposalAction, summary: string): Route =>
  decisionRoute({
    path: `/v1/tax/remittances/{remittanceId}/${action}`,
    operationId: `${action}TaxRemittance`,
    summary,
    access: { scope: 'settlement:write' },
    params: RemittancePath,
    errors: [
      'settlement.remittance_not_found',
      'settlement.four_eyes',
      'settlement.illegal_move',
      'settlement.nothing_to_remit',
    ],
    view: RemittanceView,
    shown: remittanceView,
    decide: ({ remittanceId }, by) => decide.run(remittanceId, action, by),
    ring,
  });
