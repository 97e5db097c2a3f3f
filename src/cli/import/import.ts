/**
 * `tributary import`: another platform's history, checked row by row, posted through the API like anybody's, calculated
 * by our engine and compared. Everything has a name of its own, so the same folder can be imported any number of times.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError, type Fault } from '../../shared/errors.ts';
import type { Id } from '../../shared/ids.ts';
import { type ApiClient, chunked } from '../demo/client.ts';
import { withProgram } from '../reach-program.ts';
import { beginningOf, lintTermsFile, publishTermsFile } from '../terms.ts';
import type { RowFault } from './csv-file.ts';
import { type History, type OldLine, readHistory } from './history.ts';
import { eventsOfOrder } from './order-events.ts';
import { type Parity, parityCsv, parityOf, parityText } from './parity.ts';
import { ourResult } from './our-result.ts';
import { type Platform, PLATFORMS } from './statuses.ts';

export interface ImportOptions {
  readonly program: Id<'prg'>;
  readonly from: string;
  readonly url?: string;
  /** Without it nothing is written anywhere. */
  readonly apply?: true;
  /** Orders whose commission the other platform has paid stay with it. */
  readonly unpaidOnly?: true;
  /** Where the comparison goes as CSV. */
  readonly report?: string;
}

/** 0: all is there and equal to the cent. 1: something cannot be read or taken. 2: read, taken, and different. */
export const importHistory = async (folder: string, options: ImportOptions): Promise<0 | 1 | 2> => {
  const history = narrowed(readHistory(folder, platformOf(options.from)), options.unpaidOnly === true);
  const terms = existsSync(join(folder, 'terms.json')) ? join(folder, 'terms.json') : undefined;
  sayWhatThereIs(history);
  const isReadable = history.faults.length === 0 && (terms === undefined || lintTermsFile(terms) === 0);
  if (!isReadable) return 1;
  if (terms !== undefined) beginningOf(terms);
  if (options.apply !== true) {
    console.log('nothing was written; --apply imports it');
    return 0;
  }
  if (terms !== undefined && (await publishTermsFile(terms, { program: options.program, ...at(options) })) !== 0)
    return 1;
  return withProgram(options.url, async (client) => {
    const refused = await post(client, options.program, history);
    refused.forEach(sayFault);
    if (refused.length > 0) return 1;
    return report(await compared(client, options.program, history), options.report);
  });
};

const at = ({ url }: ImportOptions) => (url === undefined ? {} : { url });

const platformOf = (name: string): Platform => {
  const platform = PLATFORMS.find((known) => known === name);
  if (platform === undefined)
    throw new AppError('invalid', 'import.unknown_platform', `"${name}" is none of ${PLATFORMS.join(', ')}`);
  return platform;
};

const narrowed = (history: History, unpaidOnly: boolean): History => {
  if (!unpaidOnly) return history;
  const paid = new Set(
    history.commissions.filter(({ standing }) => standing === 'paid').map(({ orderRef }) => orderRef),
  );
  return {
    ...history,
    orders: new Map([...history.orders].filter(([orderRef]) => !paid.has(orderRef))),
    commissions: history.commissions.filter(({ orderRef }) => !paid.has(orderRef)),
  };
};

const sayWhatThereIs = ({ partners, links, coupons, orders, commissions, faults }: History): void => {
  faults.forEach(sayFault);
  console.log(
    `${partners.length} partners, ${links.length} links, ${coupons.length} coupons, ${orders.size} orders, ` +
      `${commissions.length} commissions; ${faults.length} rows at fault`,
  );
};

const sayFault = ({ file, line, column, reason }: RowFault): void => {
  console.log(`${file}:${line}: ${column}: ${reason}`);
};

// ── written ───────────────────────────────────────────────────────────────────────────────────────────────────────

const MOST = { partners: 200, links: 500, events: 100 };

interface Results<More = object> {
  readonly results: readonly (More & { readonly index: number; readonly faults: readonly Fault[] })[];
}

/** Posts a list; one that is refused whole has its faults at its items too, where they point there. */
const sent = async <More = object>(
  client: ApiClient,
  path: string,
  body: object,
  list: string,
): Promise<Results<More>> => {
  try {
    return await client.post<Results<More>>(path, body);
  } catch (error) {
    const faults = error instanceof AppError ? (error.details.faults ?? []) : [];
    const results = faults.flatMap((fault) => {
      const [, index, pointer = ''] = new RegExp(`^/${list}/(\\d+)(.*)$`).exec(fault.pointer) ?? [];
      return index === undefined ? [] : [{ index: Number(index), faults: [{ ...fault, pointer }] }];
    });
    if (results.length === 0) throw error;
    return { results: results as unknown as Results<More>['results'] };
  }
};

/** What the program would not take, at the rows it came from. */
const post = async (client: ApiClient, programId: Id<'prg'>, history: History): Promise<readonly RowFault[]> => {
  const { ids, faults } = await postPartners(client, programId, history);
  if (faults.length > 0) return faults;
  const codes = await postLinks(client, programId, history, ids);
  if (codes.length > 0) return codes;
  await postCoupons(client, programId, history, ids);
  return postOrders(client, programId, history.orders);
};

const rowFaults = (
  items: readonly { readonly row: History['partners'][number]['row'] }[],
  results: Results,
): RowFault[] =>
  results.results.flatMap(({ index, faults }) => {
    const row = items[index]?.row;
    return row === undefined
      ? []
      : faults.map(({ pointer, detail }) => ({ file: row.file, line: row.line, column: pointer, reason: detail }));
  });

const postPartners = async (client: ApiClient, programId: Id<'prg'>, { partners }: History) => {
  const ids = new Map<string, Id<'par'>>();
  const faults: RowFault[] = [];
  for (const part of chunked(recruitersFirst(partners), MOST.partners)) {
    const request = part.map(({ row: _, ref, ...partner }) => ({ ...partner, externalRef: ref, approve: true }));
    const answer = await sent<{ externalRef: string; partnerId: Id<'par'> | null }>(
      client,
      '/v1/partners/import',
      { programId, partners: request },
      'partners',
    );
    for (const { externalRef, partnerId } of answer.results) if (partnerId) ids.set(externalRef, partnerId);
    faults.push(...rowFaults(part, answer));
  }
  return { ids, faults };
};

/** Whoever is recruited comes after whom it names, however the file is sorted; a circle is left to the program. */
const recruitersFirst = (partners: History['partners']): History['partners'] => {
  const byRef = new Map(partners.map((partner) => [partner.ref, partner]));
  const depthOf = (partner: History['partners'][number], seen: readonly string[] = []): number => {
    const recruiter = partner.recruiterRef === undefined ? undefined : byRef.get(partner.recruiterRef);
    return recruiter === undefined || seen.includes(recruiter.ref) ? 0 : 1 + depthOf(recruiter, [...seen, partner.ref]);
  };
  return partners.toSorted((a, b) => depthOf(a) - depthOf(b));
};

type Ids = ReadonlyMap<string, Id<'par'>>;

const postLinks = async (
  client: ApiClient,
  programId: Id<'prg'>,
  { links }: History,
  ids: Ids,
): Promise<RowFault[]> => {
  const faults: RowFault[] = [];
  for (const part of chunked(links, MOST.links)) {
    const request = part.map(({ code, partnerRef, destination }) => ({
      code,
      programId,
      partnerId: ids.get(partnerRef),
      destination,
    }));
    faults.push(...rowFaults(part, await sent(client, '/v1/links/import', { links: request }, 'links')));
  }
  return faults;
};

/** Those that are there stay; a code that somebody else has stops the import. */
const postCoupons = async (client: ApiClient, programId: Id<'prg'>, { coupons }: History, ids: Ids): Promise<void> => {
  const there = new Set<string>();
  for (let after = ''; ;) {
    const path = `/v1/coupons?programId=${programId}&limit=1000${after}`;
    const page = await client.get<{ data: { code: string; partnerId: string }[]; nextCursor: string | null }>(path);
    for (const { code, partnerId } of page.data) there.add(`${partnerId}/${code}`);
    if (page.nextCursor === null) break;
    after = `&after=${encodeURIComponent(page.nextCursor)}`;
  }
  for (const { code, partnerRef } of coupons) {
    const partnerId = ids.get(partnerRef);
    if (!there.has(`${String(partnerId)}/${code}`)) await client.post('/v1/coupons', { programId, partnerId, code });
  }
};

const postOrders = async (
  client: ApiClient,
  programId: Id<'prg'>,
  orders: ReadonlyMap<string, readonly OldLine[]>,
): Promise<readonly RowFault[]> => {
  const events = [...orders].flatMap(([orderRef, lines]) =>
    eventsOfOrder(programId, orderRef, lines).flatMap((event) => {
      const [first] = lines;
      return first === undefined ? [] : [{ row: first.row, event: { ...event, programId } }];
    }),
  );
  const faults: RowFault[] = [];
  for (const part of chunked(events, MOST.events)) {
    const answer = await sent(client, '/v1/events', { events: part.map(({ event }) => event) }, 'events');
    faults.push(...rowFaults(part, answer));
  }
  return faults;
};

// ── compared ──────────────────────────────────────────────────────────────────────────────────────────────────────

const compared = async (client: ApiClient, programId: Id<'prg'>, history: History): Promise<Parity> => {
  const { commissions, whyNot } = await ourResult(client, programId, new Set(history.orders.keys()));
  return parityOf(history.commissions, commissions, whyNot);
};

const report = (parity: Parity, path: string | undefined): 0 | 2 => {
  for (const line of parityText(parity)) console.log(line);
  if (path !== undefined) writeFileSync(path, parityCsv(parity));
  return parity.different.length === 0 ? 0 : 2;
};
