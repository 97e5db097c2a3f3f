/** How commands come to a program that runs somewhere: over HTTP, as a client like any other. */
import { AppError } from '../shared/errors.ts';
import { ApiClient, type Credentials } from './demo/client.ts';
import { localClients } from './local/clients.ts';
import { environment } from './with-app.ts';

/** `CLIENT_ID` and `CLIENT_SECRET`, or the admin whom `tributary run` has made. */
export const credentialsFor = (): Credentials => {
  const { CLIENT_ID: clientId, CLIENT_SECRET: clientSecret } = environment();
  const found = clientId && clientSecret ? { clientId, clientSecret } : localClients().admin;
  if (found === undefined)
    throw new AppError(
      'not_found',
      'local.not_seeded',
      'as whom? Start the program first (make run), or set CLIENT_ID and CLIENT_SECRET',
    );
  return found;
};

/** The one on this machine. */
export const localUrl = (): string => `http://localhost:${environment()['PORT'] ?? '3000'}`;

export const reach = async (url = localUrl(), credentials = credentialsFor()): Promise<ApiClient> => {
  const client = ApiClient.on(url, credentials);
  try {
    return await client.signIn();
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    const why = `nobody answers at ${url}; start the program first (make run), or say --url`;
    throw new AppError('unavailable', 'traffic.no_program', why, { cause });
  }
};

/** What runs there, for as long as the work takes. */
export const withProgram = async <Result>(
  url: string | undefined,
  work: (client: ApiClient) => Promise<Result>,
): Promise<Result> => {
  const client = await reach(url);
  try {
    return await work(client);
  } finally {
    await client.close();
  }
};
