/** The OpenAPI 3.1 document, written from the route table: what is served is what is described. */
import { type JsonSchema, schemaOf, type Shape } from '../../shared/shape.ts';
import { Problem } from './problem.ts';
import type { Route, Success } from './route.ts';

export interface ApiInfo {
  readonly version: string;
  readonly serverUrl: string;
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly scopes: Readonly<Record<string, string>>;
}

const METHODS_WITH_KEY = new Set(['post', 'patch', 'put', 'delete']);

/** What every route may answer besides its success. */
const COMMON_ERRORS: Readonly<Record<number, string>> = {
  400: 'Not valid: `errors` points to each field',
  429: 'Too many requests',
  500: 'A fault of ours',
  503: 'Not now; see `Retry-After`',
};
const GUARDED_ERRORS: Readonly<Record<number, string>> = {
  401: 'No valid access token',
  403: 'The token may not do this',
  404: 'There is no such thing, or it is not yours',
};
const BODY_ERRORS: Readonly<Record<number, string>> = { 413: 'Body too large', 415: 'Media type not read here' };
const WRITE_ERRORS: Readonly<Record<number, string>> = {
  409: 'In conflict with the current state',
  422: 'Understood, and refused',
};

const PRECONDITION_ERRORS: Readonly<Record<number, string>> = {
  412: 'Changed since you saw it',
  428: 'Say which version you change',
};

const OWN_ERRORS = { 403: 'Not allowed', 422: 'Understood, and refused' } as const;

export const describeApi = (routes: readonly Route[], { version, serverUrl, tags, scopes }: ApiInfo): JsonSchema => {
  const shapes = new Map<string, Shape>();
  const refTo = (shape: Shape): JsonSchema => {
    if (!shapes.has(shape.name)) {
      shapes.set(shape.name, shape);
      schemaOf(shape, refTo); // meets the shapes within
    }
    if (shapes.get(shape.name) !== shape) throw new Error(`two shapes are called ${shape.name}`);
    return { $ref: `#/components/schemas/${shape.name}` };
  };
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes.toSorted((a, b) => (a.path < b.path ? -1 : 1))) {
    paths[route.path] = { ...paths[route.path], [route.method]: operation(route, refTo) };
  }
  refTo(Problem);
  return {
    openapi: '3.1.0',
    info: {
      title: 'Tributary',
      version,
      description:
        'An affiliate platform of settlement grade. Errors are problems (RFC 9457); lists are cursor pages; money is minor units.',
      license: { name: 'Proprietary', identifier: 'LicenseRef-Proprietary' },
    },
    servers: [{ url: serverUrl }],
    tags,
    paths,
    components: {
      schemas: Object.fromEntries(
        [...shapes].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([name, shape]) => [name, schemaOf(shape, refTo)]),
      ),
      securitySchemes: {
        oauth2: { type: 'oauth2', flows: { clientCredentials: { tokenUrl: '/oauth2/token', scopes } } },
      },
    },
  };
};

type RefTo = (shape: Shape) => JsonSchema;

const operation = (route: Route, refTo: RefTo): JsonSchema => ({
  operationId: route.operationId,
  tags: [route.tag],
  summary: route.summary,
  ...(route.description !== undefined && { description: route.description }),
  security: route.access === 'public' ? [] : [{ oauth2: [route.access.scope] }],
  parameters: [
    ...parameters('path', route.params, refTo),
    ...parameters('query', route.query, refTo),
    ...(METHODS_WITH_KEY.has(route.method) && route.access !== 'public'
      ? [keyParameter(route.idempotency === 'required')]
      : []),
    ...(isVersionedWrite(route) ? PRECONDITIONS : []),
  ],
  ...(route.body && { requestBody: { required: true, content: requestContent(route, route.body, refTo) } }),
  responses: merged(problems(route), successes(route, refTo)),
  ...(route.errors && { 'x-error-codes': [...route.errors] }),
});

const isVersionedWrite = ({ versioned, method }: Route): boolean => versioned === true && method !== 'get';

const PRECONDITIONS: readonly JsonSchema[] = [
  {
    name: 'If-Match',
    in: 'header',
    required: false,
    description: 'The `ETag` of the version you change',
    schema: { type: 'string', maxLength: 20 },
  },
  {
    name: 'If-None-Match',
    in: 'header',
    required: false,
    description: '`*`: there is nothing yet, and this is the first',
    schema: { type: 'string', enum: ['*'] },
  },
];

const keyParameter = (required: boolean): JsonSchema => ({
  name: 'Idempotency-Key',
  in: 'header',
  required,
  description: 'The same key, the same effect, the same answer.',
  schema: { type: 'string', minLength: 1, maxLength: 257 },
});

const parameters = (where: 'path' | 'query', shape: Shape | undefined, refTo: RefTo): JsonSchema[] => {
  if (shape === undefined) return [];
  const { properties, required } = schemaOf(shape, refTo) as {
    properties: Readonly<Record<string, JsonSchema>>;
    required: readonly string[];
  };
  return Object.entries(properties).map(([name, { description, ...schema }]) => ({
    name,
    in: where,
    required: where === 'path' || required.includes(name),
    ...(description !== undefined && { description }),
    schema,
  }));
};

const requestContent = (route: Route, body: Shape, refTo: RefTo): JsonSchema => ({
  'application/json': { schema: refTo(body) },
  ...Object.fromEntries((route.textBody?.mediaTypes ?? []).map((type) => [type, { schema: { type: 'string' } }])),
});

interface Response {
  readonly description: string;
  readonly content?: JsonSchema;
}

const successes = (route: Route, refTo: RefTo): Readonly<Record<string, Response>> =>
  Object.fromEntries(
    Object.entries(route.success).map(([status, success]) => [
      status,
      { description: route.summary, ...content(success, refTo) },
    ]),
  );

/** Where a route answers an error in words of its own (OAuth2 does), a problem remains possible beside them. */
const merged = (
  problems: Readonly<Record<string, Response>>,
  successes: Readonly<Record<string, Response>>,
): Readonly<Record<string, Response>> => ({
  ...problems,
  ...Object.fromEntries(
    Object.entries(successes).map(([status, answer]) => {
      const problem = problems[status];
      return [status, problem ? { ...answer, content: { ...answer.content, ...problem.content } } : answer];
    }),
  ),
});

const content = (success: Success, refTo: RefTo): { readonly content?: JsonSchema } => {
  if (success === 'empty') return {};
  const forms = [success]
    .flat()
    .map((form) =>
      typeof form === 'function'
        ? (['application/json', { schema: refTo(form) }] as const)
        : ([form.mediaType, { schema: { type: 'string' } }] as const),
    );
  return { content: Object.fromEntries(forms) };
};

const problems = (route: Route): Readonly<Record<string, Response>> => {
  const possible = {
    ...COMMON_ERRORS,
    ...(route.access !== 'public' && GUARDED_ERRORS),
    ...(route.params && { 404: 'Not found' }),
    ...(route.body && BODY_ERRORS),
    ...(route.method !== 'get' && WRITE_ERRORS),
    ...(isVersionedWrite(route) && PRECONDITION_ERRORS),
    ...Object.fromEntries((route.problems ?? []).map((status) => [status, OWN_ERRORS[status]])),
  };
  const schema = { $ref: '#/components/schemas/Problem' };
  return Object.fromEntries(
    Object.entries(possible).map(([status, description]) => [
      status,
      { description, content: { 'application/problem+json': { schema } } },
    ]),
  );
};
