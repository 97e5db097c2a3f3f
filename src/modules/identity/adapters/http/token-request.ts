/** Reading a token request as RFC 6749 has it: sections 2.3.1 (who asks), 4.4.2 (for what), 5.2 (what is wrong). */
import type { Credentials } from '../../application/issue-token.ts';

export interface OAuthRefusal {
  readonly status: 400 | 401 | 429;
  readonly error: 'invalid_request' | 'invalid_client' | 'invalid_scope' | 'unsupported_grant_type';
  readonly description: string;
  readonly retryAfterSeconds?: number;
}

export interface TokenCall {
  readonly credentials: Credentials;
  readonly scope?: string | undefined;
}

/** The parameters: of a form as text, or of a JSON body as fields. */
export interface TokenParameters {
  readonly form?: string | undefined;
  readonly grant_type?: string | undefined;
  readonly client_id?: string | undefined;
  readonly client_secret?: string | undefined;
  readonly scope?: string | undefined;
}

const refusal = (error: OAuthRefusal['error'], description: string): OAuthRefusal => ({
  status: error === 'invalid_client' ? 401 : 400,
  error,
  description,
});

export const UNKNOWN_CLIENT = refusal('invalid_client', 'the client is unknown, or the secret is not its own');
export const SCOPE_NOT_GRANTED = refusal('invalid_scope', 'the client was not granted a scope it asks for');
export const waiting = (seconds: number): OAuthRefusal => ({
  status: 429,
  error: 'invalid_client',
  description: 'too many wrong secrets for this client; wait, and check the secret',
  retryAfterSeconds: seconds,
});

const NAMES = ['grant_type', 'client_id', 'client_secret', 'scope'] as const;

export const readTokenCall = (
  authorization: string | undefined,
  { form, ...fields }: TokenParameters,
): TokenCall | OAuthRefusal => {
  const parameters = form === undefined ? fields : fromForm(form);
  if (parameters === undefined) return refusal('invalid_request', 'a parameter is given more than once');
  const { grant_type: grantType, scope } = parameters;
  if (!grantType) return refusal('invalid_request', 'grant_type is missing');
  if (grantType !== 'client_credentials')
    return refusal('unsupported_grant_type', 'only client_credentials is supported');
  const credentials = credentialsOf(authorization, parameters);
  return 'error' in credentials ? credentials : { credentials, scope };
};

/** Undefined when something is said twice. Parameters we do not know are ignored, and so are empty ones. */
const fromForm = (form: string): Omit<TokenParameters, 'form'> | undefined => {
  const given = new URLSearchParams(form);
  if (NAMES.some((name) => given.getAll(name).length > 1)) return undefined;
  return Object.fromEntries(NAMES.flatMap((name) => (given.get(name) ? [[name, given.get(name)]] : [])));
};

const credentialsOf = (
  authorization: string | undefined,
  { client_id: clientId, client_secret: clientSecret }: TokenParameters,
): Credentials | OAuthRefusal => {
  if (authorization === undefined) {
    if (!clientId || !clientSecret) return refusal('invalid_client', 'send client_id and client_secret, or HTTP Basic');
    return { clientId, clientSecret };
  }
  if (clientSecret) return refusal('invalid_request', 'the client shows its secret in two ways; choose one');
  const basic = fromBasic(authorization);
  if (basic === undefined) return refusal('invalid_client', 'the Authorization header is not HTTP Basic');
  if (clientId && clientId !== basic.clientId) return refusal('invalid_request', 'two clients are named');
  return basic;
};

/** Both parts are form-encoded before they are joined (section 2.3.1). */
const fromBasic = (authorization: string): Credentials | undefined => {
  const [, encoded] = /^Basic +([\w+/-]+=*)$/i.exec(authorization) ?? [];
  if (encoded === undefined) return undefined;
  const decoded = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = decoded.indexOf(':');
  if (colon < 1) return undefined;
  try {
    const [clientId, clientSecret] = [decoded.slice(0, colon), decoded.slice(colon + 1)].map(formDecoded);
    return clientId && clientSecret ? { clientId, clientSecret } : undefined;
  } catch {
    return undefined; // a stray percent sign
  }
};

const formDecoded = (text: string): string => decodeURIComponent(text.replaceAll('+', ' '));
