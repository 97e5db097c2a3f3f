import type { Job } from '../../../../infrastructure/job.ts';
import type { ArchiveEvents } from '../../application/archive-events.ts';
import type { LetGoOfLogs } from '../../application/archive-let-go.ts';

const LOOK_MS = 1_000;
const HOUR_MS = 3_600_000;

const neverDue = () => Promise.resolve(false);

/** Nobody waits for the archive: it is never due, and goes on by itself. */
export const archiveJob = (archive: ArchiveEvents): Job => ({
  name: 'pipeline.archive',
  everyMs: LOOK_MS,
  due: neverDue,
  run: () => archive.step(),
});

/** In place of the other where no archive is kept. */
export const letGoJob = (letGo: LetGoOfLogs): Job => ({
  name: 'pipeline.archive_let_go',
  everyMs: HOUR_MS,
  due: neverDue,
  run: async () => {
    await letGo.run();
    return false;
  },
});
