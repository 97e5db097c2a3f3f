/** What the figures were measured on, and how quiet it was. */
import { closeSync, fdatasyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';

const LOOK_MS = 1_000;
const SYNC_MS = 500;

const spent = (): { busy: number; all: number } => {
  const times = cpus().map(({ times: each }) => each);
  const idle = times.reduce((sum, each) => sum + each.idle, 0);
  const all = times.reduce((sum, { user, nice, sys, idle, irq }) => sum + user + nice + sys + idle + irq, 0);
  return { busy: all - idle, all };
};

/** How much of the processors others use, from 0 to 1; asked while we do nothing. */
const othersShare = async (): Promise<number> => {
  const before = spent();
  await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  const after = spent();
  return (after.busy - before.busy) / (after.all - before.all);
};

/** How often a second the disk makes a page of 8 KiB durable, one after the other: what a commit cannot beat. */
const syncsPerSecond = (): number => {
  const path = join(tmpdir(), `tributary-bench-${process.pid}`);
  const file = openSync(path, 'w');
  const page = Buffer.alloc(8_192);
  try {
    const started = performance.now();
    let count = 0;
    for (; performance.now() - started < SYNC_MS; count += 1) {
      writeSync(file, page, 0, page.length, 0);
      fdatasyncSync(file);
    }
    return (count / (performance.now() - started)) * 1_000;
  } finally {
    closeSync(file);
    rmSync(path);
  }
};

export const machine = (): string => {
  const [{ model } = { model: 'unknown processor' }, ...others] = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${others.length + 1} cores (${model.trim()}), ${memory} GiB · Node ${process.version.slice(1)}`;
};

/** How much others did before the run, and how quick the disk is: what absolute figures move with. */
export const howQuiet = async (): Promise<string> => {
  const noise = Math.round(100 * (await othersShare()));
  const syncs = Math.round(syncsPerSecond()).toLocaleString('en-US');
  return `before the run, others used ${noise} % of the processors, and the disk made a page durable ${syncs} times a second`;
};
