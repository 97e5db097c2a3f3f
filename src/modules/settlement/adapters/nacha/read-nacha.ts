import { AppError, type Fault } from '../../../../shared/errors.ts';
import type { AchNotice } from '../../domain/rails/ach.ts';
import { BLOCK, hashOf, LINE } from './record.ts';
import type { AchEntry } from './write-nacha.ts';

const CODE = 'settlement.malformed_ach_file';

export interface ReadAchFile {
  /** `2018-02-05`, by the bank's calendar. */
  readonly writtenOn: string;
  readonly companyId: string;
  readonly routing: string;
  readonly entries: readonly AchEntry[];
}

/**
 * A NACHA file, ours or one of returns. Nothing of it counts unless its lines, counts, hashes and totals agree.
 * Throws `settlement.malformed_ach_file` with the line of each fault.
 */
export const readNacha = (text: string): ReadAchFile => {
  const lines = text.replace(/\r?\n$/, '').split(/\r?\n/);
  mustBeLines(lines);
  const entries: AchEntry[] = [];
  const faults: Fault[] = [];
  let batch: AchEntry[] = [];
  for (const [index, line] of lines.entries()) {
    const type = line.charAt(0);
    if (type === '5') batch = [];
    if (type === '6') batch.push(entryOf(line));
    if (type === '7') batch.push(withAddenda(batch.pop(), line, index));
    if (type !== '8') continue;
    faults.push(...disagreements(batch, index, [line.slice(4, 10), line.slice(10, 20), line.slice(20, 44)]));
    entries.push(...batch);
  }
  const end = lines.findIndex((line) => line.startsWith('9'));
  const control = lines[end] ?? '';
  faults.push(...disagreements(entries, end, [control.slice(13, 21), control.slice(21, 31), control.slice(31, 55)]));
  if (faults.length > 0) throw malformed(faults);
  const [header = ''] = lines;
  return {
    writtenOn: `20${header.slice(23, 25)}-${header.slice(25, 27)}-${header.slice(27, 29)}`,
    companyId: header.slice(13, 23).trim(),
    routing: header.slice(4, 13),
    entries,
  };
};

/** What receiving banks say of our entries, each by its addenda of type 99 or 98. */
export const noticesOf = ({ entries }: Pick<ReadAchFile, 'entries'>): readonly AchNotice[] =>
  entries.flatMap(({ reference, minor, addenda }) =>
    addenda
      .filter((line) => line.startsWith('799') || line.startsWith('798'))
      .map((line): AchNotice => {
        const corrected = line.slice(35, 64).trim();
        const about = { code: line.slice(3, 6), reference, trace: line.slice(6, 21), minor };
        if (line.startsWith('799')) return { kind: 'return', ...about };
        return { kind: 'change', ...about, ...(corrected !== '' && { corrected }) };
      }),
  );

const mustBeLines = (lines: readonly string[]): void => {
  const faults = lines.flatMap((line, index) =>
    line.length === LINE && /^[156789]/.test(line) ? [] : [faultAt(index, `must be a record of ${LINE} characters`)],
  );
  if (!lines[0]?.startsWith('101')) faults.push(faultAt(0, 'must be the header of a file'));
  if (lines.length % BLOCK !== 0) faults.push(faultAt(lines.length - 1, `the lines must come in blocks of ${BLOCK}`));
  if (!lines.some((line) => line.startsWith('9')))
    faults.push(faultAt(lines.length - 1, 'the file’s control is missing'));
  if (faults.length > 0) throw malformed(faults);
};

const entryOf = (line: string): AchEntry => ({
  code: line.slice(1, 3),
  routing: line.slice(3, 12),
  account: line.slice(12, 29).trim(),
  minor: BigInt(/^\d{10}$/.test(line.slice(29, 39)) ? line.slice(29, 39) : '0'),
  reference: line.slice(39, 54).trim(),
  name: line.slice(54, 76).trim(),
  trace: line.slice(79, 94),
  addenda: [],
});

const withAddenda = (entry: AchEntry | undefined, line: string, index: number): AchEntry => {
  if (entry === undefined) throw malformed([faultAt(index, 'belongs to no entry')]);
  return { ...entry, addenda: [...entry.addenda, line] };
};

/** Count, hash and totals as they are told, against what is there. */
const disagreements = (
  entries: readonly AchEntry[],
  index: number,
  [count = '', hash = '', totals = '']: readonly string[],
): readonly Fault[] => {
  const records = entries.reduce((sum, { addenda }) => sum + 1 + addenda.length, 0);
  const minor = entries.reduce((sum, entry) => sum + entry.minor, 0n);
  const told = [Number(count), /^\d+$/.test(hash) ? BigInt(hash) : -1n, sumOf(totals)] as const;
  return [
    ...(told[0] === records ? [] : [faultAt(index, `says ${count} records, there are ${records}`)]),
    ...(told[1] === hashOf(entries.map(({ routing }) => routing)) ? [] : [faultAt(index, 'has another entry hash')]),
    ...(told[2] === minor ? [] : [faultAt(index, `has other totals than its entries, ${minor}`)]),
  ];
};

/** Debits and credits together: a bank may write what comes back as either. */
const sumOf = (totals: string): bigint =>
  /^\d{24}$/.test(totals) ? BigInt(totals.slice(0, 12)) + BigInt(totals.slice(12)) : -1n;

const faultAt = (index: number, detail: string): Fault => ({ pointer: `/lines/${index}`, code: CODE, detail });

const malformed = (faults: readonly Fault[]): AppError =>
  new AppError('invalid', CODE, faults.map(({ pointer, detail }) => `${pointer} ${detail}`).join('; '), { faults });
