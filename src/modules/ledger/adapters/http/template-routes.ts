import { withoutClaim } from '../../../../infrastructure/http/claim.ts';
import { type Route, route } from '../../../../infrastructure/http/route.ts';
import {
  IsBag,
  IsBagList,
  IsIdList,
  IsIdOf,
  IsInstant,
  IsListOf,
  IsOneOf,
  IsText,
  IsWhole,
} from '../../../../shared/fields.ts';
import { instant } from '../../../../shared/instant.ts';
import type { JsonSchema } from '../../../../shared/shape.ts';
import type { PublishTemplate } from '../../application/publish-template.ts';
import type { Rehearsal, RunTemplate } from '../../application/run-template.ts';
import { type Difference, differences } from '../../domain/template/diff.ts';
import type { PublishedTemplate, RunRequest, TemplateBody } from '../../domain/template/template.ts';
import type { TransactionId } from '../../index.ts';
import type { TemplateReader } from '../../ports/template-reader.ts';
import { forStaff, found, READ, WRITE } from './answers.ts';
import { REFUSALS } from './transaction-routes.ts';

const VERSION = { min: 1, max: 1_000_000 } as const;
const ANY: JsonSchema = { type: 'object', additionalProperties: true };
const TEXTS: JsonSchema = {
  type: 'object',
  maxProperties: 100,
  additionalProperties: { type: 'string', maxLength: 100 },
};

class LedgerTemplatePath {
  @IsText({ max: 100 }) readonly name!: string;
}

class LedgerTemplateVersionPath extends LedgerTemplatePath {
  @IsText({ max: 7, pattern: /^[1-9]\d{0,6}$/ }) readonly version!: string;
}

class LedgerTemplateDiffQuery {
  @IsText({ max: 7, pattern: /^[1-9]\d{0,6}$/ }) readonly from!: string;
  @IsText({ max: 7, pattern: /^[1-9]\d{0,6}$/, optional: true, description: 'The last one, when absent' })
  readonly to?: string;
}

class PublishLedgerTemplateRequest {
  @IsBag({ schema: ANY, description: 'As docs/ledger.md says' }) readonly template!: TemplateBody;
}

export class RunLedgerTemplateRequest {
  @IsIdOf('txn', { description: 'Of the run and its first transaction; made by you, permanent' })
  readonly id!: TransactionId;
  @IsWhole({ ...VERSION, optional: true, description: 'The last one, when absent' }) readonly version?: number;
  @IsInstant({ description: 'When it counts' }) readonly effectiveAt!: string;
  @IsBag({ schema: TEXTS, description: 'By name, as text' }) readonly parameters!: RunRequest['parameters'];
}

class LedgerTemplateView {
  @IsText({ max: 100 }) readonly name!: string;
  @IsWhole(VERSION) readonly version!: number;
  @IsText({ max: 64, description: 'SHA-256 of the canonical JSON of the body' }) readonly digest!: string;
  @IsInstant() readonly publishedAt!: string;
  @IsBag({ schema: ANY }) readonly body!: TemplateBody;
}

class LedgerTemplatesView {
  @IsListOf(() => LedgerTemplateView, { max: 10_000, description: 'The last version of each, by name' })
  readonly templates!: readonly LedgerTemplateView[];
}

class LedgerTemplateDifferenceView {
  @IsText({ min: 0, max: 1_000, description: 'JSON pointer' }) readonly at!: string;
  @IsOneOf(['added', 'removed', 'changed']) readonly kind!: Difference['kind'];
  @IsText({ min: 0, max: 100_000, optional: true, description: 'As JSON' }) readonly before?: string;
  @IsText({ min: 0, max: 100_000, optional: true, description: 'As JSON' }) readonly after?: string;
}

class LedgerTemplateDiffView {
  @IsListOf(() => LedgerTemplateDifferenceView, { max: 10_000 })
  readonly differences!: readonly LedgerTemplateDifferenceView[];
}

class LedgerTemplateRunView {
  @IsIdOf('txn') readonly id!: string;
  @IsText({ max: 100 }) readonly name!: string;
  @IsWhole(VERSION) readonly version!: number;
  @IsOneOf(['posted', 'exists']) readonly verdict!: string;
  @IsIdList('txn', { max: 1_000 }) readonly transactions!: readonly string[];
}

class LedgerTemplateRehearsalView {
  @IsText({ max: 100 }) readonly name!: string;
  @IsWhole(VERSION) readonly version!: number;
  @IsBagList({ max: 100, items: ANY, description: 'What it opens, unless it is open' })
  readonly accounts!: Rehearsal['accounts'];
  @IsBagList({ max: 1_000, items: ANY, description: 'What it would post' })
  readonly transactions!: Rehearsal['transactions'];
}

const templateView = ({ name, version, digest, publishedAt, body }: PublishedTemplate): LedgerTemplateView => ({
  name,
  version,
  digest,
  publishedAt,
  body,
});

export const requestOf = ({ id, effectiveAt, parameters }: RunLedgerTemplateRequest): RunRequest => ({
  id,
  effectiveAt: instant(effectiveAt),
  parameters,
});

const UNKNOWN = 'ledger.template_not_found';
const RUN_ERRORS = [UNKNOWN, 'ledger.malformed_parameters', 'ledger.template_refused', ...REFUSALS];
const TEMPLATE = '/v1/ledger/templates/{name}';

export const templateRoutes = (
  publish: PublishTemplate,
  run: RunTemplate,
  reader: TemplateReader,
): readonly Route[] => [...templateWrites(publish, run), ...templateReads(reader)];

const templateWrites = (publish: PublishTemplate, run: RunTemplate): readonly Route[] => [
  route({
    method: 'post',
    path: '/v1/ledger/templates',
    operationId: 'publishLedgerTemplate',
    tag: 'ledger',
    summary: 'Publish a template: the next version of its name',
    description: 'The same content as the version in force is that version.',
    access: WRITE,
    body: PublishLedgerTemplateRequest,
    idempotency: 'optional',
    success: { 200: LedgerTemplateView },
    errors: ['ledger.malformed_template'],
    handle: forStaff(({ body, actor }) => publish.run(body.template, actor.subject)),
    respond: (template: PublishedTemplate) => ({ status: 200, body: templateView(template) }),
  }),
  route({
    method: 'post',
    path: `${TEMPLATE}/runs`,
    operationId: 'runLedgerTemplate',
    tag: 'ledger',
    summary: 'Open the accounts a template needs and post what it says, all or nothing',
    description:
      'Idempotent by its id, for ever: the same parameters are the same run, whatever the balances are by then.',
    access: WRITE,
    params: LedgerTemplatePath,
    body: RunLedgerTemplateRequest,
    idempotency: 'optional',
    success: { 200: LedgerTemplateRunView },
    errors: RUN_ERRORS,
    handle: forStaff(({ params: { name }, body }) => run.run({ name, version: body.version }, requestOf(body))),
  }),
  route({
    method: 'post',
    path: `${TEMPLATE}/rehearsals`,
    operationId: 'rehearseLedgerTemplate',
    tag: 'ledger',
    summary: 'What a run would open and post now; nothing is',
    access: WRITE,
    params: LedgerTemplatePath,
    body: RunLedgerTemplateRequest,
    idempotency: 'optional',
    success: { 200: LedgerTemplateRehearsalView },
    errors: RUN_ERRORS,
    handle: forStaff(({ params: { name }, body }) =>
      withoutClaim(() => run.rehearse({ name, version: body.version }, requestOf(body))),
    ),
  }),
];

const templateReads = (reader: TemplateReader): readonly Route[] => [
  route({
    method: 'get',
    path: '/v1/ledger/templates',
    operationId: 'listLedgerTemplates',
    tag: 'ledger',
    summary: 'The templates in force',
    access: READ,
    success: { 200: LedgerTemplatesView },
    handle: forStaff(async () => ({ templates: (await reader.all()).map(templateView) })),
  }),
  route({
    method: 'get',
    path: `${TEMPLATE}/versions/{version}`,
    operationId: 'getLedgerTemplate',
    tag: 'ledger',
    summary: 'A version of a template',
    access: READ,
    params: LedgerTemplateVersionPath,
    success: { 200: LedgerTemplateView },
    errors: [UNKNOWN],
    handle: forStaff(async ({ params: { name, version } }) =>
      templateView(found(await reader.find(name, Number(version)), UNKNOWN, `template ${name} ${version}`)),
    ),
  }),
  route({
    method: 'get',
    path: `${TEMPLATE}/diff`,
    operationId: 'diffLedgerTemplate',
    tag: 'ledger',
    summary: 'What a version says otherwise than another, place by place',
    access: READ,
    params: LedgerTemplatePath,
    query: LedgerTemplateDiffQuery,
    success: { 200: LedgerTemplateDiffView },
    errors: [UNKNOWN],
    handle: forStaff(async ({ params: { name }, query: { from, to } }) => {
      const before = found(await reader.find(name, Number(from)), UNKNOWN, `template ${name} ${from}`);
      const version = to === undefined ? undefined : Number(to);
      const after = found(await reader.find(name, version), UNKNOWN, `template ${name} ${to ?? ''}`);
      return { differences: differences(before.body, after.body) };
    }),
  }),
];
