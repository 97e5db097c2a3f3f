import { mustBeStaff } from '../../../../infrastructure/http/authenticate.ts';
import { PageQuery, pageOfShape, toPageRequest } from '../../../../infrastructure/http/paging.ts';
import { created, type Route, route } from '../../../../infrastructure/http/route.ts';
import {
  IsCurrency,
  IsIdOf,
  IsInstant,
  IsListOf,
  IsMoney,
  IsText,
  IsTextList,
  IsTimeZone,
  IsWebAddress,
  IsWhole,
} from '../../../../shared/fields.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { MoneyJson } from '../../../../shared/money.ts';
import type { CreateProgram } from '../../application/create-program.ts';
import { notFound } from '../../application/refusals.ts';
import { CLICK_PARAMETER, type Program } from '../../domain/program.ts';
import type { ProgramId } from '../../index.ts';
import type { PartnerReader } from '../../ports/partner-reader.ts';

class ProgramPath {
  @IsIdOf('prg') readonly programId!: ProgramId;
}

class ProgramFields {
  @IsText({ max: 200, example: 'Olist sellers' }) readonly name!: string;
  @IsCurrency({ description: 'What partners are paid in', example: 'BRL' }) readonly currency!: string;
  @IsTimeZone({ description: 'Periods and caps are cut in it', example: 'America/Sao_Paulo' })
  readonly timeZone!: string;
  @IsWebAddress({ description: 'Where a link leads that names no page', example: 'https://shop.example.com/' })
  readonly destination!: string;
  @IsTextList({ min: 1, max: 100, description: 'Hosts that links may lead to', example: ['shop.example.com'] })
  readonly allowedHosts!: readonly string[];
  @IsMoney({ description: 'Smaller balances wait for the next period' }) readonly minimumPayout!: MoneyJson;
}

const CLICK_PARAMETER_RULE = {
  max: 31,
  pattern: /^[a-z][a-z0-9_]{0,30}$/,
  description: 'Under which name in the query a page is told the click’s id; `click_id` unless you say otherwise',
  example: CLICK_PARAMETER,
} as const;

class ProgramRequest extends ProgramFields {
  @IsText({ ...CLICK_PARAMETER_RULE, optional: true }) readonly clickParameter?: string | undefined;
}

class ProgramView extends ProgramFields {
  @IsIdOf('prg') readonly id!: ProgramId;
  @IsText(CLICK_PARAMETER_RULE) readonly clickParameter!: string;
  @IsInstant() readonly createdAt!: Instant;
}

const programView = ({ programId, ...program }: Program): ProgramView => ({ id: programId, ...program });

class GroupView {
  @IsText({ max: 500 }) readonly name!: string;
  @IsWhole({ min: 0, max: Number.MAX_SAFE_INTEGER }) readonly partners!: number;
}

class GroupsView {
  @IsListOf(() => GroupView, { max: 10_000 }) readonly data!: readonly GroupView[];
}

const ProgramPage = pageOfShape(ProgramView);

export const programRoutes = (reader: PartnerReader, createProgram: CreateProgram): readonly Route[] => [
  route({
    method: 'post',
    path: '/v1/programs',
    operationId: 'createProgram',
    tag: 'partners',
    summary: 'Create a program',
    access: { scope: 'programs:write' },
    body: ProgramRequest,
    success: { 201: ProgramView },
    errors: [
      'partners.program_refused',
      'partners.destination_not_allowed',
      'partners.malformed_host',
      'money.currency_mismatch',
    ],
    handle: ({ actor, body }) => {
      mustBeStaff(actor);
      const { clickParameter = CLICK_PARAMETER, ...terms } = body;
      return createProgram.run({ ...terms, clickParameter });
    },
    respond: (program) => created(`/v1/programs/${program.programId}`, programView(program)),
  }),
  route({
    method: 'get',
    path: '/v1/programs',
    operationId: 'listPrograms',
    tag: 'partners',
    summary: 'Programs, oldest first',
    access: { scope: 'programs:read' },
    query: PageQuery,
    success: { 200: ProgramPage },
    handle: async ({ query }) => {
      const { data, nextCursor } = await reader.programPage(toPageRequest(query));
      return { data: data.map(programView), nextCursor };
    },
  }),
  route({
    method: 'get',
    path: '/v1/programs/{programId}',
    operationId: 'getProgram',
    tag: 'partners',
    summary: 'A program',
    access: { scope: 'programs:read' },
    params: ProgramPath,
    success: { 200: ProgramView },
    errors: ['partners.not_found'],
    handle: async ({ params }) => {
      const program = await reader.programWhole(params.programId);
      if (program === undefined) throw notFound('program', params.programId);
      return programView(program);
    },
  }),
  route({
    method: 'get',
    path: '/v1/programs/{programId}/groups',
    operationId: 'listGroups',
    tag: 'partners',
    summary: 'The groups of a program, with how many partners are in each',
    access: { scope: 'partners:read' },
    params: ProgramPath,
    success: { 200: GroupsView },
    handle: async ({ actor, params }) => {
      mustBeStaff(actor);
      return { data: await reader.groups(params.programId) };
    },
  }),
];
