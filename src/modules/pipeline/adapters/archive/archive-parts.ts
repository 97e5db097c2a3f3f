/** The archive, put together: one for the process, whether it archives or only looks. */
import type { Audit } from '../../../../infrastructure/audit.ts';
import type { Settings } from '../../../../infrastructure/config.ts';
import type { Job } from '../../../../infrastructure/job.ts';
import type { Database } from '../../../../infrastructure/postgres/database.ts';
import { observeArchive } from '../../../../infrastructure/telemetry/archive.ts';
import type { WallClock } from '../../../../shared/clock.ts';
import { ArchiveDesk } from '../../application/archive-desk.ts';
import { ARCHIVE_LIMITS, ArchiveEvents } from '../../application/archive-events.ts';
import { LetGoOfLogs } from '../../application/archive-let-go.ts';
import { ArchiveWriter } from '../../application/archive-writer.ts';
import { ReplayArchive } from '../../application/replay-archive.ts';
import type { ArchiveLogs } from '../../ports/archive-logs.ts';
import { archiveJob, letGoJob } from '../jobs/archive-jobs.ts';
import { PostgresArchiveCatalogue } from '../postgres/postgres-archive-catalogue.ts';
import { archiveStoreAt } from './archive-location.ts';
import { ParquetFormat } from './parquet-format.ts';

export abstract class ArchiveParts {
  abstract readonly desk: ArchiveDesk;
  abstract readonly replay: ReplayArchive;
  abstract readonly jobs: readonly Job[];
  abstract readonly audits: readonly Audit[];
}

/** A look at everything has to end: of the archive it sees what is new; `tributary archive verify` sees all. */
const FILES_AUDITED = 200;

/** Throws `config.invalid` for a bucket that nobody has a key to. */
export const archiveParts = (
  { knex }: Database,
  logs: ArchiveLogs,
  wallClock: WallClock,
  settings: Settings,
): ArchiveParts => {
  const format = new ParquetFormat();
  const store = archiveStoreAt(settings, wallClock);
  const catalogue = new PostgresArchiveCatalogue(knex);
  const writer = new ArchiveWriter(catalogue, store, format, wallClock);
  const archive = new ArchiveEvents(logs, catalogue, writer, wallClock, {
    ...ARCHIVE_LIMITS,
    latenessMs: settings.ARCHIVE_LATENESS_SECONDS * 1_000,
    flushMs: settings.ARCHIVE_FLUSH_SECONDS * 1_000,
  });
  const desk = new ArchiveDesk(catalogue, store, format, writer, logs, wallClock);
  const isOn = settings.ARCHIVE_TO !== undefined;
  if (isOn) observeArchive(() => archive);
  const audit: Audit = {
    promise: 'every archived file is as the manifest says',
    run: () => desk.verifyNewest(FILES_AUDITED),
  };
  return {
    desk,
    replay: new ReplayArchive(catalogue, store, format),
    jobs: [isOn ? archiveJob(archive) : letGoJob(new LetGoOfLogs(logs, catalogue))],
    audits: isOn ? [audit] : [],
  };
};
