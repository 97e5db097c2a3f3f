import type { ArchiveCatalogue } from '../ports/archive-catalogue.ts';
import { ARCHIVE_READER, type ArchiveLogs } from '../ports/archive-logs.ts';

/** Where an archive was kept and is not any more, nothing waits for it: its cursors go to the end. */
export class LetGoOfLogs {
  constructor(
    private readonly logs: ArchiveLogs,
    private readonly catalogue: ArchiveCatalogue,
  ) {}

  async run(): Promise<void> {
    for (const source of await this.catalogue.followed()) {
      const log = this.logs.all.find(({ schema }) => schema === source);
      if (log !== undefined) {
        await log.read(log.seen, 1); // has it look for the last position there is
        await log.moveCursor(ARCHIVE_READER, log.seen);
      }
      await this.catalogue.unfollow(source);
    }
  }
}
