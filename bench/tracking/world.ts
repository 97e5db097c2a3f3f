/** A deployment with one program and its links, and the requests of people who follow them. */
import { join } from 'node:path';
import { cloneDatabase, type TestDatabase } from '../../test/support/database.ts';
import type { Id } from '../../src/shared/ids.ts';
import { CLICK_ID } from '../support/answered-clicks.ts';
import { type Plan, requestText } from '../support/load.ts';
import {
  asStaff,
  deployment,
  type Environment,
  prepare,
  type Program,
  SHOP,
  startProgram,
} from '../support/program.ts';

const LINKS = 5_000;
const LINKS_AT_ONCE = 500;
const PARTNERS = 20;
const PAGE = SHOP.destination;
export const CONNECTIONS = 256;

const BROWSERS = [
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:132.0) Gecko/20100101 Firefox/132.0',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1',
  'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36',
];

/** Everybody comes for the first time, every second link bears a note of its partner. */
const requestsFor = (codes: readonly string[]): readonly string[] =>
  codes.map((code, n) =>
    requestText({
      path: n % 2 === 0 ? `/r/${code}` : `/r/${code}?sub1=newsletter-${n % 50}`,
      headers: {
        'User-Agent': BROWSERS[n % BROWSERS.length] ?? '',
        Accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
        'Accept-Language': 'en-GB,en;q=0.9',
        Referer: `https://blog-${n % 100}.example/a-review`,
        'X-Forwarded-For': `198.${18 + (n % 2)}.${n % 250}.${(n * 7) % 250}`,
      },
    }),
  );

export interface World {
  readonly database: TestDatabase;
  readonly environment: Environment;
  /** Of staff. */
  readonly token: string;
  readonly programId: Id<'prg'>;
  readonly partnerIds: readonly Id<'par'>[];
  readonly codes: readonly string[];
  readonly page: string;
  /** What all runs against it have in common. */
  readonly clicks: Pick<Plan, 'connections' | 'requests' | 'expected' | 'mustHold'>;
}

/** In a database of its own; `folder` is for journals. */
export const makeWorld = async (folder: string): Promise<World> => {
  const database = await cloneDatabase();
  const environment = {
    ...deployment(database.url, '', 'bench'),
    JOURNAL_DIR: join(folder, `journal-${database.name}`),
    JOURNAL_MAX_MB: '4000',
  };
  const { token } = await prepare(environment);
  const api = await startProgram(environment, 'api');
  try {
    const say = asStaff(api.url, token);
    const { id: programId } = await say<{ id: Id<'prg'> }>('/v1/programs', SHOP);
    const { results } = await say<{ results: readonly { readonly partnerId: Id<'par'> }[] }>('/v1/partners/import', {
      programId,
      partners: Array.from({ length: PARTNERS }, (_, n) => ({
        externalRef: `partner-${n}`,
        name: `Partner ${n}`,
        kind: 'affiliate',
        email: `partner-${n}@example.com`,
        approve: true,
      })),
    });
    const partnerIds = results.map(({ partnerId }) => partnerId);
    const codes = Array.from({ length: LINKS }, (_, n) => `link-${n}`);
    const links = codes.map((code, n) => ({ code, programId, partnerId: partnerIds[n % partnerIds.length] }));
    for (let from = 0; from < links.length; from += LINKS_AT_ONCE)
      await say('/v1/links/import', { links: links.slice(from, from + LINKS_AT_ONCE) });
    const clicks = { connections: CONNECTIONS, requests: requestsFor(codes), expected: [302], mustHold: CLICK_ID };
    return { database, environment, token, programId, partnerIds, codes, page: PAGE, clicks };
  } finally {
    await api.stop();
  }
};

/** The role `tracking`, alone in its process. */
export const startEdge = ({ environment }: World, at?: number): Promise<Program> =>
  startProgram(environment, 'tracking', at);
