import type { Reply, RunningApp } from './running-app.ts';

interface TokenReply {
  readonly access_token: string;
  readonly token_type: string;
  readonly expires_in: number;
  readonly scope: string;
  readonly error?: string;
}

export const basic = (clientId: string, clientSecret: string): string =>
  `Basic ${Buffer.from(`${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`).toString('base64')}`;

/** Asks for a token as a form, as most OAuth2 libraries do. */
export const askForToken = (
  app: RunningApp,
  parameters: Readonly<Record<string, string>>,
  authorization?: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Reply<TokenReply>> =>
  app.call<TokenReply>('POST', '/oauth2/token', {
    body: new URLSearchParams(parameters).toString(),
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      ...(authorization !== undefined && { authorization }),
      ...headers,
    },
  });
