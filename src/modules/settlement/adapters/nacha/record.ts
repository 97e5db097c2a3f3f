/** Records of a NACHA file: lines of 94 characters, each field at its place, letters left, digits right. */
import { AppError } from '../../../../shared/errors.ts';

export const LINE = 94;
/** Lines come in blocks of ten; the last is filled with nines. */
export const BLOCK = 10;

/** What of a text is in the alphabet of ACH, cut and filled to its place. */
export const letters = (text: string, width: number): string =>
  text
    .normalize('NFD')
    .replace(/\p{Mark}/gu, '')
    .replace(/[^\x20-\x7e]/g, '.')
    .slice(0, width)
    .padEnd(width);

/** Throws `settlement.ach_overflow`: cut digits would be another number. */
export const digits = (value: bigint | number, width: number): string => {
  const text = value.toString();
  if (text.length > width || value < 0) {
    throw new AppError(
      'refused',
      'settlement.ach_overflow',
      `${text} does not fit into ${width} digits of an ACH file`,
    );
  }
  return text.padStart(width, '0');
};

/** The sum of the receiving banks' numbers without their check digits; of a longer sum, the last ten digits. */
export const hashOf = (routings: readonly string[]): bigint =>
  routings.reduce((sum, routing) => sum + BigInt(routing.slice(0, 8)), 0n) % 10_000_000_000n;

export const inBlocks = (lines: readonly string[]): string => {
  const missing = (BLOCK - (lines.length % BLOCK)) % BLOCK;
  return `${[...lines, ...Array.from({ length: missing }, () => '9'.repeat(LINE))].join('\n')}\n`;
};

export const blocksOf = (lines: number): number => Math.ceil(lines / BLOCK);
