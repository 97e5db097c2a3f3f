/** What a process uses, as the kernel counts it. */
import { existsSync, readFileSync } from 'node:fs';

/** The kernel's clock, on every Linux there is. */
const TICKS_PER_SECOND = 100;

const [USER, SYSTEM, SYSTEM_OF_ENDED] = [11, 12, 14];

/** Behind the name, which may hold anything: times begin with the 12th word. */
const wordsOf = (pid: number): readonly string[] => {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
};

/** Of those words, in µs; counted in steps of 10 ms. */
const timeUs = (words: readonly string[], first: number, last: number): number => {
  const ticks = words.slice(first, last + 1).reduce((sum, word) => sum + Number(word), 0);
  return (ticks / TICKS_PER_SECOND) * 1_000_000;
};

/** Processor time so far, in µs. */
export const cpuUsOf = (pid: number): number => timeUs(wordsOf(pid), USER, SYSTEM);

/** Of a process and its children, those that have ended too. */
export const familyCpuUsOf = (pid: number): number => {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').trim().split(' ').map(Number);
  const living = children.reduce((sum, each) => sum + (existsSync(`/proc/${each}`) ? cpuUsOf(each) : 0), 0);
  return living + timeUs(wordsOf(pid), USER, SYSTEM_OF_ENDED);
};

/** Memory that is its own or shared, and not swapped out, in MB. */
export const rssMbOf = (pid: number): number => {
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1')) ?? [];
  return Number(kilobytes) / 1_024;
};
