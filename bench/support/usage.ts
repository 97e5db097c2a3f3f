/** What a process uses, as the kernel counts it. */
import { readFileSync } from 'node:fs';

/** The kernel's clock, on every Linux there is. */
const TICKS_PER_SECOND = 100;

/** Processor time so far, in µs; counted in steps of 10 ms. */
export const cpuUsOf = (pid: number): number => {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  // Behind the name, which may hold anything: user time is the 12th word, system time the 13th.
  const words = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return ((Number(words[11]) + Number(words[12])) / TICKS_PER_SECOND) * 1_000_000;
};

/** Memory that is its own or shared, and not swapped out, in MB. */
export const rssMbOf = (pid: number): number => {
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1')) ?? [];
  return Number(kilobytes) / 1_024;
};
