/** The archive in a process of its own, killed with SIGKILL where it hurts; another one goes on after each. */
import { expect } from 'chai';
import { readdirSync } from 'node:fs';
import { rowsOf } from '../../../../src/infrastructure/postgres/database.ts';
import { LOGS, OwnArchive, type Said, say } from '../../../support/archive.ts';
import { withDatabase } from '../../../support/database.ts';
import { temporaryFolder } from '../../../support/folder.ts';
import { withProcesses } from '../../../support/process.ts';

const KILLS = [
  'archive_intended',
  'archive_half_written:3',
  'archive_file_written:2',
  'archive_half_written:7',
  'archive_before_commit',
  'archive_committed',
  'archive_file_written:9',
  'archive_published',
  'archive_before_commit:2',
  'archive_committed:2',
];
const START = Date.parse('2026-11-21T09:30:00Z');
const A_ROUND = 60;

const round = (number: number): readonly Said[] =>
  Array.from({ length: A_ROUND }, (_, n) => {
    const log = LOGS[n % LOGS.length] ?? 'orders';
    // Every seventh is long past: late, unless it is the first of its log to be read.
    const ms = number * 600_000 + n * 20_000 - (n % 7 === 6 ? 900_000 : 0);
    const payload = { n: number * A_ROUND + n, programId: 'prg_a' };
    return { log, type: `${log}.happened`, at: new Date(START + ms).toISOString(), payload };
  });

describe('the archive killed with SIGKILL', function () {
  this.timeout(180_000);
  const database = withDatabase();
  const start = withProcesses();

  it('leaves no half file, misses no row and has none twice, wherever it dies', async () => {
    const folder = temporaryFolder();
    const own = new OwnArchive(database(), folder.path);
    try {
      for (const [number, fault] of KILLS.entries()) {
        await say(database(), round(number));
        const now = String(own.nowMs + number * 1_000_000);
        const process = start('test/support/archive-in-a-process.ts', {
          args: [database().url, folder.path, now, fault],
        });
        expect(await process.ends(60_000), `${fault}: ${process.said}`).to.equal('SIGKILL');
        await looksWhole(own);
      }
      own.nowMs += KILLS.length * 1_000_000;
      await own.finish(own.archiver());

      const numbers: number[] = [];
      for await (const batch of own.replay.rows({}))
        for (const { row } of batch) numbers.push((JSON.parse(row.payload) as { n: number }).n);
      expect(numbers.toSorted((a, b) => a - b)).to.deep.equal(
        Array.from({ length: KILLS.length * A_ROUND }, (_, n) => n),
      );
      expect((await own.desk.verify()).findings).to.deep.equal([]);
      const { live, rebuilt } = await own.replay.rebuild({});
      expect(rebuilt).to.equal(live);
      const [row] = await rowsOf<{ n: bigint }>(
        database().owner.knex,
        `select sum(events)::bigint as n from pipeline.hourly_counts where edition = 'live'`,
      );
      expect(row?.n).to.equal(BigInt(KILLS.length * A_ROUND));
      const drafts = readdirSync(folder.path, { recursive: true, encoding: 'utf8' }).filter((name) =>
        /(^|\/)\./.test(name),
      );
      expect(drafts, 'drafts of the dead').to.deep.equal([]);
    } finally {
      folder.remove();
    }
  });

  /** At any moment, whatever is listed in the manifest is whole. */
  const looksWhole = async (own: OwnArchive): Promise<void> => {
    expect(await own.desk.verifyNewest(1_000)).to.deep.equal([]);
  };
});
