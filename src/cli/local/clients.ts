/** Who may use what `tributary run` runs. Their names and secrets are kept in the data folder, for the sandbox they open. */
import type { ClientCredentials, ClientId, IdentityPort, NewClient } from '../../modules/identity/index.ts';
import { AppError } from '../../shared/errors.ts';
import { keep, readKept } from './environment.ts';

export const ROLES = ['admin', 'partner', 'desk'] as const;
export type LocalRole = (typeof ROLES)[number];

/** `desk` prepares what `admin` approves: nobody approves their own payouts. */
export type LocalClients = Readonly<Partial<Record<LocalRole, ClientCredentials>>>;

const CLIENTS = 'clients.json';
export const DAY_SECONDS = 86_400;

export const localClients = (): LocalClients => readKept<LocalClients>(CLIENTS) ?? {};

/** The client that is kept for the role, or a new one if this database does not know it. */
export const keepClient = async (
  identity: IdentityPort,
  role: LocalRole,
  client: NewClient,
): Promise<ClientCredentials> => {
  const known = localClients()[role];
  if (known !== undefined && (await isKnown(identity, known.clientId))) return known;
  const made = await identity.createClient(client);
  keep(CLIENTS, { ...localClients(), [role]: made });
  return made;
};

const isKnown = async (identity: IdentityPort, clientId: ClientId): Promise<boolean> => {
  try {
    await identity.tokenFor(clientId, DAY_SECONDS);
    return true;
  } catch (error) {
    if (error instanceof AppError && error.code === 'identity.unknown_client') return false;
    throw error;
  }
};

/** A fresh token. Throws `local.not_seeded` before the first start. */
export const tokenOf = (identity: IdentityPort, role: LocalRole): Promise<string> => {
  const client = localClients()[role];
  if (client === undefined)
    throw new AppError('not_found', 'local.not_seeded', `nobody is ${role} yet; start the program first: make run`);
  return identity.tokenFor(client.clientId, DAY_SECONDS);
};
