/** What a stranger needs in the first minute: something to look at, addresses, two tokens, and a line that works. */
import type { App } from '../../infrastructure/compose.ts';
import { PARTNER_SCOPES, SCOPES } from '../../infrastructure/http/api-info.ts';
import { IdentityPort } from '../../modules/identity/index.ts';
import { AppError } from '../../shared/errors.ts';
import type { Id } from '../../shared/ids.ts';
import { ApiClient } from '../demo/client.ts';
import { keepClient, tokenOf } from './clients.ts';
import { keep, readKept } from './environment.ts';
import { seed, SHOWN } from './seed.ts';

const SEEDED = 'seed.json';

interface Seeded {
  readonly programId: Id<'prg'>;
  readonly partnerId: Id<'par'>;
  /** Who did it: a database that does not know them is another one. */
  readonly by: string;
}

/** The lines to print. Seeds the program the first time; needs its sandbox for that. */
export const welcome = async (app: App, url: string): Promise<readonly string[]> => {
  const identity = app.ask(IdentityPort);
  await keepClient(identity, 'admin', { name: 'local: admin', scopes: Object.keys(SCOPES) });
  const admin = await tokenOf(identity, 'admin');
  const seeded = app.config.SANDBOX ? await seededBy(identity, url).catch(whyNot) : 'SANDBOX=false: nothing is seeded.';
  if (typeof seeded === 'string') return [...addressesOf(url), '', ...tokensOf({ admin }), '', `  ${seeded}`];
  const { programId, partnerId } = seeded;
  await keepClient(identity, 'partner', { name: `local: ${SHOWN}`, scopes: PARTNER_SCOPES, partnerId });
  const partner = await tokenOf(identity, 'partner');
  return [
    ...addressesOf(url),
    row('a link', `${url}/r/${SHOWN}`),
    '',
    ...(await questionOf(url, programId, partner)),
    '',
    ...tokensOf({ admin, partner }),
  ];
};

/** The program is up all the same. */
const whyNot = (error: unknown): string => {
  if (!(error instanceof AppError)) throw error;
  return `Seeding was cut short, and goes on at the next start: ${error.message} (${error.code})`;
};

const seededBy = async (identity: IdentityPort, url: string): Promise<Seeded> => {
  const scopes = Object.keys(SCOPES);
  const desk = await keepClient(identity, 'desk', { name: 'local: finance desk', scopes });
  const known = readKept<Seeded>(SEEDED);
  if (known?.by === desk.clientId) return known;
  const admin = await keepClient(identity, 'admin', { name: 'local: admin', scopes });
  const [staff, approver] = [ApiClient.on(url, desk), ApiClient.on(url, admin)];
  try {
    await Promise.all([staff.signIn(), approver.signIn()]);
    const seeded = { ...(await seed({ staff, approver })), by: desk.clientId };
    keep(SEEDED, seeded);
    return seeded;
  } finally {
    await Promise.all([staff.close(), approver.close()]);
  }
};

const row = (name: string, text: string): string => `  ${name.padEnd(9)} ${text}`;

const addressesOf = (url: string): readonly string[] => [
  row('API', `${url}/v1`),
  row('contract', `${url}/openapi.json`),
  row('health', `${url}/healthz  ${url}/readyz`),
  row('metrics', `${url}/metrics`),
];

const tokensOf = (tokens: Readonly<Record<string, string>>): readonly string[] => [
  `  For a day. A fresh one: TOKEN=$(${commandOf('token admin')}), or partner`,
  ...Object.entries(tokens).map(([role, token]) => row(role, token)),
];

/** As one types it: for the same data. */
const commandOf = (words: string): string => {
  const { DATA_DIR: folder } = process.env;
  return `${folder ? `DATA_DIR=${folder} ` : ''}node dist/src/cli/tributary.js ${words}`;
};

interface Commission {
  readonly id: string;
  readonly orderRef: string;
  readonly state: string;
}

/** About a commission that something still happens to, if there is one. */
const questionOf = async (url: string, programId: Id<'prg'>, token: string): Promise<readonly string[]> => {
  const header = `-H 'Authorization: Bearer ${token}'`;
  const response = await fetch(`${url}/v1/commissions?programId=${programId}&limit=100`, {
    headers: { authorization: `Bearer ${token}` },
  });
  const { data } = (await response.json()) as { data: readonly Commission[] };
  const found =
    data.find(({ state }) => state === 'vested') ?? data.find(({ state }) => state === 'vesting') ?? data[0];
  if (found === undefined)
    return [
      `  Where does the money of ${SHOWN} stand?`,
      `  curl -s '${url}/v1/balance?programId=${programId}' ${header}`,
    ];
  return [
    `  When is ${SHOWN} paid for order ${found.orderRef}, and what is in the way?`,
    `  curl -s ${url}/v1/commissions/${found.id}/payment ${header}`,
  ];
};
