import { mustBeStaff, visible } from '../../../../infrastructure/http/authenticate.ts';
import { LanguageQuery, languageOf } from '../../../../infrastructure/http/plain-text.ts';
import { type Answer, type Route, route } from '../../../../infrastructure/http/route.ts';
import type { Actor } from '../../../../shared/actor.ts';
import { AppError } from '../../../../shared/errors.ts';
import { IsIdOf, IsInstant, IsOneOf, IsText } from '../../../../shared/fields.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { PrintStatement } from '../../application/statements/print-statement.ts';
import type { ReceiveStatement } from '../../application/statements/receive-statement.ts';
import type { Language } from '../../domain/documents/language.ts';
import { mustBePartner } from '../../domain/statements/reception.ts';
import { numberOf, type Statement } from '../../domain/statements/statement.ts';
import type { StatementId } from '../../index.ts';
import type { DetailedStatement, StatementReader } from '../../ports/statement-reader.ts';
import { AsOfView, asOfView, type TwoClocks } from './knowledge-views.ts';
import { ReceptionView, receptionView, StatementDetailView, statementPieces } from './statement-views.ts';

const MOST_SINCE = 1_000;

const FORMATS = ['json', 'csv', 'pdf'] as const;
type Format = (typeof FORMATS)[number];

class StatementPath {
  @IsIdOf('stm') readonly statementId!: StatementId;
}

class DocumentQuery extends LanguageQuery {
  @IsOneOf(FORMATS, { optional: true, description: 'Else what Accept says, else json' }) readonly format?: Format;
}

class AsOfQuery {
  @IsInstant({ description: 'The moment whose knowledge is asked for' }) readonly recorded!: Instant;
}

class DisputeStatementRequest {
  @IsText({ max: 2_000, description: 'What is wrong with it' }) readonly reason!: string;
}

interface Asked {
  readonly method: string;
  readonly actor: Actor;
  readonly query: DocumentQuery;
  readonly header: (name: string) => string | undefined;
}

/** Finds, hands out and takes back one statement, for whoever may see it. */
export class StatementDesk {
  constructor(
    private readonly reader: StatementReader,
    private readonly print: PrintStatement,
    readonly receive: ReceiveStatement,
  ) {}

  /** Throws `settlement.statement_not_found`. */
  async found(actor: Actor, statementId: StatementId): Promise<DetailedStatement> {
    const detail = `there is no statement ${statementId}`;
    const absent = new AppError('not_found', 'settlement.statement_not_found', detail);
    return visible(actor, await this.reader.statement(statementId), ({ statement }) => statement.partnerId, absent);
  }

  /** As asked for; a partner that fetches it has it. */
  async fetched(statementId: StatementId, asked: Asked): Promise<Answer> {
    const { method, actor, query, header } = asked;
    const found = await this.found(actor, statementId);
    const { statement } = found;
    if (actor.partnerId !== undefined && method === 'GET') await this.receive.send(statement, actor.subject);
    const language = languageOf(asked);
    switch (query.format ?? acceptedOf(header('accept'))) {
      case 'pdf':
        return file(statement, 'pdf', language, await this.print.pdf(statement, language));
      case 'csv':
        return file(statement, 'csv', language, await this.print.csv(statement, language));
      case 'json':
        return { status: 200, headers: JSON_UTF_8, body: statementPieces(found, this.reader.lines(statement)) };
    }
  }

  async asOf(statement: Statement, recorded: Instant): Promise<TwoClocks> {
    const then = await this.reader.knowledge(statement, recorded);
    const now = await this.reader.knowledge(statement);
    return { recorded, then, now, since: await this.reader.recordedSince(statement, recorded, MOST_SINCE) };
  }
}

/** What can be done with one statement. */
export const oneStatementRoutes = (desk: StatementDesk): readonly Route[] => [
  ...documents(desk),
  route({
    method: 'get',
    path: '/v1/statements/{statementId}/as-of',
    operationId: 'getStatementAsOf',
    tag: 'settlement',
    summary: 'What was known of the period at a moment, what is known now, and the difference',
    description:
      'By the time things happened, whatever period they were counted in. The statement itself never changes.',
    access: { scope: 'settlement:read' },
    params: StatementPath,
    query: AsOfQuery,
    success: { 200: AsOfView },
    errors: ['settlement.statement_not_found'],
    handle: async ({ actor, params, query: { recorded } }) => {
      const { statement } = await desk.found(actor, params.statementId);
      return asOfView(await desk.asOf(statement, recorded));
    },
  }),
  route({
    method: 'post',
    path: '/v1/statements/{statementId}/send',
    operationId: 'sendStatement',
    tag: 'settlement',
    summary: 'Note that a statement went out to its partner',
    access: { scope: 'settlement:write' },
    params: StatementPath,
    idempotency: 'required',
    success: { 200: ReceptionView },
    errors: ['settlement.statement_not_found'],
    handle: async ({ actor, params }) => {
      mustBeStaff(actor);
      const { statement } = await desk.found(actor, params.statementId);
      return desk.receive.send(statement, actor.subject);
    },
    respond: (reception) => ({ status: 200, body: receptionView(reception) }),
  }),
  ...answers(desk),
];

const FORMS = { 200: [StatementDetailView, { mediaType: 'text/csv' }, { mediaType: 'application/pdf' }] };

const documents = (desk: StatementDesk): readonly Route[] => [
  route({
    method: 'get',
    path: '/v1/statements/{statementId}',
    operationId: 'getStatement',
    tag: 'settlement',
    summary: 'A statement with its lines, and what became of the balance',
    description: 'As JSON, or as `Accept` says: `application/pdf` or `text/csv`. A partner that fetches it has it.',
    access: { scope: 'settlement:read' },
    params: StatementPath,
    query: LanguageQuery,
    success: FORMS,
    errors: ['settlement.statement_not_found'],
    handle: ({ params, ...asked }) => desk.fetched(params.statementId, asked),
    respond: (answer) => answer,
  }),
  route({
    method: 'get',
    path: '/v1/statements/{statementId}/document',
    operationId: 'getStatementDocument',
    tag: 'settlement',
    summary: 'A statement as a file: JSON, CSV or PDF, in English or Chinese',
    access: { scope: 'settlement:read' },
    params: StatementPath,
    query: DocumentQuery,
    success: FORMS,
    errors: ['settlement.statement_not_found'],
    handle: ({ params, ...asked }) => desk.fetched(params.statementId, asked),
    respond: (answer) => answer,
  }),
];

const answers = (desk: StatementDesk): readonly Route[] => [
  route({
    method: 'post',
    path: '/v1/statements/{statementId}/acknowledge',
    operationId: 'acknowledgeStatement',
    tag: 'settlement',
    summary: 'Agree with a statement, as its partner',
    access: { scope: 'documents:answer' },
    params: StatementPath,
    idempotency: 'required',
    success: { 200: ReceptionView },
    errors: ['settlement.statement_not_found', 'settlement.illegal_move', 'settlement.partner_only'],
    handle: async ({ actor, params }) => {
      mustBePartner(actor.partnerId);
      const { statement } = await desk.found(actor, params.statementId);
      return desk.receive.answer(statement, { answer: 'acknowledge', by: actor.subject });
    },
    respond: (reception) => ({ status: 200, body: receptionView(reception) }),
  }),
  route({
    method: 'post',
    path: '/v1/statements/{statementId}/dispute',
    operationId: 'disputeStatement',
    tag: 'settlement',
    summary: 'Say, as its partner, that a statement is wrong',
    access: { scope: 'documents:answer' },
    params: StatementPath,
    body: DisputeStatementRequest,
    idempotency: 'required',
    success: { 200: ReceptionView },
    errors: ['settlement.statement_not_found', 'settlement.illegal_move', 'settlement.partner_only'],
    handle: async ({ actor, params, body: { reason } }) => {
      mustBePartner(actor.partnerId);
      const { statement } = await desk.found(actor, params.statementId);
      return desk.receive.answer(statement, { answer: 'dispute', by: actor.subject, reason });
    },
    respond: (reception) => ({ status: 200, body: receptionView(reception) }),
  }),
];

const JSON_UTF_8 = { 'Content-Type': 'application/json; charset=utf-8' };
const MEDIA_TYPES = { pdf: 'application/pdf', csv: 'text/csv; charset=utf-8' } as const;

const acceptedOf = (accept = ''): Format => {
  if (accept.startsWith('application/pdf')) return 'pdf';
  return accept.startsWith('text/csv') ? 'csv' : 'json';
};

const file = (
  statement: Statement,
  format: keyof typeof MEDIA_TYPES,
  language: Language,
  body: AsyncIterable<string | Uint8Array>,
): Answer => ({
  status: 200,
  headers: {
    'Content-Type': MEDIA_TYPES[format],
    'Content-Language': language,
    'Content-Disposition': `attachment; filename="statement-${numberOf(statement).replace('/', '-')}.${format}"`,
  },
  body,
});
