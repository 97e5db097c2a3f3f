import { type Answer, type Route, route } from '../../../../infrastructure/http/route.ts';
import { unreachable } from '../../../../shared/errors.ts';
import { IsText } from '../../../../shared/fields.ts';
import type { IssueToken, TokenAnswer } from '../../application/issue-token.ts';
import type { KeyRing } from '../../application/key-ring.ts';
import {
  type OAuthRefusal,
  readTokenCall,
  SCOPE_NOT_GRANTED,
  type TokenParameters,
  UNKNOWN_CLIENT,
  waiting,
} from './token-request.ts';
import {
  AuthorizationServerView,
  KeySetView,
  keySetView,
  ProtectedResourceView,
  TokenErrorView,
  TokenView,
} from './views.ts';

class TokenRequest implements TokenParameters {
  @IsText({ min: 0, max: 10_000, optional: true, description: 'A form arrives here; not for JSON' })
  readonly form?: string;
  @IsText({ min: 0, max: 100, optional: true, example: 'client_credentials' }) readonly grant_type?: string;
  @IsText({ min: 0, max: 200, optional: true }) readonly client_id?: string;
  @IsText({ min: 0, max: 200, optional: true }) readonly client_secret?: string;
  @IsText({ min: 0, max: 5_000, optional: true, description: 'Some of the scopes granted; all without it' })
  readonly scope?: string;
}

/** What the documents of discovery say. */
export interface DiscoveryParts {
  readonly issuer: string;
  /** Where we are reached, when it is configured; else where the caller reached us. */
  readonly publicUrl?: string | undefined;
  readonly foreignIssuer?: string | undefined;
  readonly scopes: readonly string[];
}

const NO_STORE = { 'Cache-Control': 'no-store', Pragma: 'no-cache' };
/** Far less than the days for which a key is published before it signs. */
const MINUTES = { 'Cache-Control': 'public, max-age=300' };

export const oauthRoutes = (issueToken: IssueToken, keyRing: KeyRing, discovery: DiscoveryParts): readonly Route[] => [
  route({
    method: 'post',
    path: '/oauth2/token',
    operationId: 'issueToken',
    tag: 'identity',
    summary: 'Get an access token',
    description:
      'The client credentials grant of RFC 6749, as a form or as JSON; HTTP Basic or the secret in the body. Errors of ' +
      'the grant are those of RFC 6749, section 5.2.',
    access: 'public',
    body: TokenRequest,
    textBody: { mediaTypes: ['application/x-www-form-urlencoded'], field: 'form' },
    success: { 200: TokenView, 400: TokenErrorView, 401: TokenErrorView, 429: TokenErrorView },
    handle: async ({ body, header }): Promise<TokenAnswer | OAuthRefusal> => {
      const call = readTokenCall(header('authorization'), body);
      return 'error' in call ? call : issueToken.run(call.credentials, call.scope);
    },
    respond: (value) => ('error' in value ? refusedWith(value) : answerTo(value)),
  }),
  route({
    method: 'get',
    path: '/.well-known/jwks.json',
    operationId: 'jsonWebKeySet',
    tag: 'identity',
    summary: 'The keys that access tokens are verified with',
    access: 'public',
    success: { 200: KeySetView },
    handle: () => keyRing.published(),
    respond: (keys) => ({ status: 200, headers: MINUTES, body: keySetView(keys) }),
  }),
  route({
    method: 'get',
    path: '/.well-known/oauth-authorization-server',
    operationId: 'authorizationServerMetadata',
    tag: 'identity',
    summary: 'Where tokens come from (RFC 8414)',
    access: 'public',
    success: { 200: AuthorizationServerView },
    handle: ({ header }) => Promise.resolve(authorizationServer(discovery, baseOf(discovery, header('host')))),
    respond: (body) => ({ status: 200, headers: MINUTES, body }),
  }),
  route({
    method: 'get',
    path: '/.well-known/oauth-protected-resource',
    operationId: 'protectedResourceMetadata',
    tag: 'identity',
    summary: 'Whose tokens are accepted here (RFC 9728)',
    access: 'public',
    success: { 200: ProtectedResourceView },
    handle: ({ header }) => Promise.resolve(protectedResource(discovery, baseOf(discovery, header('host')))),
    respond: (body) => ({ status: 200, headers: MINUTES, body }),
  }),
];

const answerTo = (answer: TokenAnswer): Answer => {
  switch (answer.kind) {
    case 'issued':
      return {
        status: 200,
        headers: NO_STORE,
        body: {
          access_token: answer.accessToken,
          token_type: 'Bearer',
          expires_in: answer.expiresInSeconds,
          scope: answer.scopes.join(' '),
        },
      };
    case 'unknown_client':
      return refusedWith(UNKNOWN_CLIENT);
    case 'scope_not_granted':
      return refusedWith(SCOPE_NOT_GRANTED);
    case 'wait':
      return refusedWith(waiting(answer.seconds));
    default:
      return unreachable(answer);
  }
};

const refusedWith = ({ status, error, description, retryAfterSeconds }: OAuthRefusal): Answer => ({
  status,
  headers: {
    ...NO_STORE,
    ...(status === 401 && { 'WWW-Authenticate': 'Basic realm="tributary", charset="UTF-8"' }),
    ...(retryAfterSeconds !== undefined && { 'Retry-After': String(retryAfterSeconds) }),
  },
  body: { error, error_description: description },
});

const baseOf = ({ issuer, publicUrl }: DiscoveryParts, host: string | undefined): string =>
  publicUrl ?? (host !== undefined && /^[\w.-]+(:\d{1,5})?$/.test(host) ? `http://${host}` : issuer);

const authorizationServer = ({ issuer, scopes }: DiscoveryParts, base: string): AuthorizationServerView => ({
  issuer,
  token_endpoint: `${base}/oauth2/token`,
  jwks_uri: `${base}/.well-known/jwks.json`,
  scopes_supported: scopes,
  response_types_supported: [],
  grant_types_supported: ['client_credentials'],
  token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
});

const protectedResource = ({ issuer, foreignIssuer, scopes }: DiscoveryParts, base: string): ProtectedResourceView => ({
  resource: base,
  resource_name: 'Tributary',
  authorization_servers: [issuer, ...(foreignIssuer === undefined ? [] : [foreignIssuer])],
  scopes_supported: scopes,
  bearer_methods_supported: ['header'],
});
