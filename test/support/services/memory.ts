import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, statfsSync } from 'node:fs';
import { freemem } from 'node:os';
import { join } from 'node:path';
import { isAlive } from '../../../src/infrastructure/system/process.ts';

const MEMORY = '/dev/shm';
const NAME = 'tributary-test-';
/** What a run of all tests fills at its worst, with as much again to spare. */
const WANTED_BYTES = 1.5 * 1_024 ** 3;

/**
 * A folder in memory, where there is room for one. A database a test is more than a thousand files that come and go, and
 * ext4 looks for a place for a new one past all that went in the last minutes: there a clone takes up to a second, here
 * forty milliseconds.
 */
export const memoryFolder = (): string | undefined => {
  if (!existsSync(MEMORY)) return undefined;
  sweep();
  const { bavail, bsize } = statfsSync(MEMORY);
  if (Math.min(bavail * bsize, freemem() / 2) < WANTED_BYTES) return undefined;
  const folder = mkdtempSync(join(MEMORY, `${NAME}${process.pid}-`));
  chmodSync(folder, 0o755); // PostgreSQL passes it as nobody
  return folder;
};

/** A run that was killed leaves its folder. A server that finds its own gone ends by itself within a minute. */
const sweep = (): void => {
  for (const name of readdirSync(MEMORY).filter((each) => each.startsWith(NAME))) {
    const owner = Number(name.slice(NAME.length).split('-')[0]);
    if (!isAlive(owner)) rmSync(join(MEMORY, name), { recursive: true, force: true });
  }
};
