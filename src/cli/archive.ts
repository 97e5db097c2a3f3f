/** `tributary archive`: how the archive stands, whether it is what it says, and what is in it, once more. */
import type { App } from '../infrastructure/compose.ts';
import { AppError } from '../shared/errors.ts';
import { nameOf } from '../shared/events.ts';
import { type Instant, instant } from '../shared/instant.ts';
import { ArchiveDesk } from '../modules/pipeline/application/archive-desk.ts';
import { ReplayArchive } from '../modules/pipeline/application/replay-archive.ts';
import { envelopeOf } from '../modules/pipeline/domain/archive-file.ts';

export interface ReplayOptions {
  readonly from?: string;
  readonly to?: string;
  readonly type?: readonly string[];
  readonly toConsumer?: string;
  readonly projection?: string;
}

interface Range {
  readonly from?: Instant;
  readonly to?: Instant;
  readonly types?: readonly string[];
}

const PROJECTION = 'hourly_counts';
const SHOWN = 100;

export const archiveStatus = async (app: App): Promise<void> => {
  const { types, lag } = await app.ask(ArchiveDesk).status();
  const line = (type: string, files: number, rows: number, bytes: number, more = ''): string =>
    `${type.padEnd(44)} ${String(files).padStart(7)} ${String(rows).padStart(12)} ${String(bytes).padStart(14)} ${more}`;
  console.log(`${'type'.padEnd(44)} ${'files'.padStart(7)} ${'rows'.padStart(12)} ${'bytes'.padStart(14)} events`);
  for (const { type, files, rows, bytes, firstAt, lastAt } of types)
    console.log(line(type, files, rows, bytes, `${firstAt} .. ${lastAt}`));
  const sum = (of: (each: (typeof types)[number]) => number): number =>
    types.reduce((total, each) => total + of(each), 0);
  console.log(
    line(
      'all',
      sum(({ files }) => files),
      sum(({ rows }) => rows),
      sum(({ bytes }) => bytes),
    ),
  );
  for (const { source, seconds } of lag) console.log(`${source}: the oldest has waited ${Math.round(seconds)} s`);
};

/** The number of differences. */
export const verifyArchive = async (app: App): Promise<number> => {
  const { files, rows, bytes, findings } = await app.ask(ArchiveDesk).verify();
  for (const finding of findings.slice(0, SHOWN)) console.log(finding);
  if (findings.length > SHOWN) console.log(`… and ${findings.length - SHOWN} more`);
  console.log(
    findings.length === 0
      ? `all ${files} files are as the manifest says: ${rows} rows, ${bytes} bytes`
      : `${findings.length} differences in ${files} files`,
  );
  return findings.length;
};

export const eraseFromArchive = async (app: App, visitorId: string): Promise<void> => {
  console.log(`${await app.ask(ArchiveDesk).erase(visitorId)} files written anew without the visitor`);
};

export const dropFromArchive = async (app: App, before: string): Promise<void> => {
  console.log(`${await app.ask(ArchiveDesk).drop(instant(before))} files dropped`);
};

/** Whether the replay came to what it should. Throws `pipeline.archive_unknown_target`. */
export const replayArchive = async (app: App, options: ReplayOptions): Promise<boolean> => {
  const range: Range = {
    ...(options.from !== undefined && { from: instant(options.from) }),
    ...(options.to !== undefined && { to: instant(options.to) }),
    ...(options.type !== undefined && { types: options.type }),
  };
  if (options.toConsumer !== undefined) return replayTo(app, options.toConsumer, range);
  if (options.projection === PROJECTION) return rebuild(app, range);
  throw unknownTarget(`--projection ${PROJECTION}, or --to-consumer with one of`, app);
};

const replayTo = async (app: App, name: string, range: Range): Promise<boolean> => {
  const inbound = app.inbounds.find(({ consumer }) => consumer.name === name);
  if (inbound === undefined) throw unknownTarget(`no consumer is named ${name}; there are`, app);
  const heard = new Set(inbound.consumer.types);
  let [brought, passed] = [0, 0];
  for await (const rows of app.ask(ReplayArchive).rows(range)) {
    const events = rows.map(({ row }) => envelopeOf(row)).filter((event) => heard.has(nameOf(event)));
    await inbound.deliver(events);
    brought += events.length;
    passed += rows.length - events.length;
  }
  console.log(`${brought} events brought to ${name}, ${passed} passed that it does not hear`);
  return true;
};

const rebuild = async (app: App, range: Range): Promise<boolean> => {
  const { events, rows, live, rebuilt } = await app.ask(ReplayArchive).rebuild(range);
  console.log(`${events} events counted into ${rows} rows of ${PROJECTION}`);
  console.log(`live     ${live}\nrebuilt  ${rebuilt}`);
  console.log(live === rebuilt ? 'both are the same' : 'they DIFFER; if the archive went on meanwhile, try again');
  return live === rebuilt;
};

const unknownTarget = (what: string, { inbounds }: App): AppError =>
  new AppError(
    'not_found',
    'pipeline.archive_unknown_target',
    `${what}: ${inbounds.map(({ consumer }) => consumer.name).join(', ')}`,
  );
