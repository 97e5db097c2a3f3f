import { mustBeStaff } from '../../../../infrastructure/http/authenticate.ts';
import { PageQuery, pageOfShape, toPageRequest } from '../../../../infrastructure/http/paging.ts';
import { created, type Route, route } from '../../../../infrastructure/http/route.ts';
import { IsListOf, IsText, IsWhole } from '../../../../shared/fields.ts';
import type { CreateProgram } from '../../application/create-program.ts';
import { notFound } from '../../application/refusals.ts';
import { CLICK_PARAMETER } from '../../domain/program.ts';
import type { PartnerReader } from '../../ports/partner-reader.ts';
import { ProgramPath, ProgramRequest, ProgramView, programView } from './program-views.ts';

class GroupView {
  @IsText({ max: 500 }) readonly name!: string;
  @IsWhole({ min: 0, max: Number.MAX_SAFE_INTEGER }) readonly partners!: number;
}

class GroupsView {
  @IsListOf(() => GroupView, { max: 10_000 }) readonly data!: readonly GroupView[];
}

const ProgramPage = pageOfShape(ProgramView);

export const programRoutes = (reader: PartnerReader, createProgram: CreateProgram): readonly Route[] => [
  ...writes(createProgram),
  ...reads(reader),
];

const writes = (createProgram: CreateProgram): readonly Route[] => [
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
      'partners.program_exists',
      'partners.destination_not_allowed',
      'partners.malformed_host',
      'money.currency_mismatch',
    ],
    handle: ({ actor, body }) => {
      mustBeStaff(actor);
      const { id, clickParameter = CLICK_PARAMETER, ...terms } = body;
      return createProgram.run({ ...terms, clickParameter }, id);
    },
    respond: (program) => created(`/v1/programs/${program.programId}`, programView(program)),
  }),
];

const reads = (reader: PartnerReader): readonly Route[] => [
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
