import type { Instant } from '../../../../shared/instant.ts';
import { BLOCK, blocksOf, digits, hashOf, inBlocks, LINE, letters } from './record.ts';

/** Who sends a file, and to which bank. */
export interface AchSender {
  /** By which the bank knows us: ten characters, often a 1 and the tax number. */
  readonly companyId: string;
  readonly name: string;
  /** Nine digits. */
  readonly routing: string;
  readonly bankName: string;
}

export interface AchEntry {
  /** 22, 32: a credit to a checking or savings account. 21, 31: it comes back, or is to be changed. */
  readonly code: string;
  readonly routing: string;
  readonly account: string;
  readonly minor: bigint;
  readonly reference: string;
  readonly name: string;
  readonly trace: string;
  /** Records of type 7 that follow it. */
  readonly addenda: readonly string[];
}

export interface AchBatch {
  /** PPD for people, CCD for companies, COR for changes. */
  readonly sec: 'PPD' | 'CCD' | 'COR';
  readonly entries: readonly AchEntry[];
}

export interface AchFile {
  readonly sender: AchSender;
  readonly writtenAt: Instant;
  /** `2018-02-05`: when the money is to arrive. */
  readonly effectiveOn: string;
  readonly description: string;
  readonly reference: string;
  readonly batches: readonly AchBatch[];
}

const CREDITS = '220';

export const writeNacha = (file: AchFile): string => {
  const batches = file.batches.filter(({ entries }) => entries.length > 0);
  const body = batches.flatMap((batch, index) => batchLines(file, batch, index + 1));
  const entries = batches.flatMap((batch) => batch.entries);
  const blocks = blocksOf(body.length + 2);
  const control = [
    '9',
    digits(batches.length, 6),
    digits(blocks, 6),
    digits(countOf(entries), 8),
    ...totalsOf(entries),
  ].join('');
  return inBlocks([headerOf(file), ...body, control.padEnd(LINE)]);
};

const headerOf = ({ sender, writtenAt, reference }: AchFile): string =>
  [
    '101',
    ` ${sender.routing}`,
    letters(sender.companyId, 10),
    shortDay(writtenAt),
    writtenAt.slice(11, 13) + writtenAt.slice(14, 16),
    'A',
    '094',
    digits(BLOCK, 2),
    '1',
    letters(sender.bankName, 23),
    letters(sender.name, 23),
    letters(reference, 8),
  ].join('');

const batchLines = (file: AchFile, { sec, entries }: AchBatch, number: number): readonly string[] => {
  const { sender, writtenAt, effectiveOn, description } = file;
  const odfi = sender.routing.slice(0, 8);
  const header = [
    `5${CREDITS}`,
    letters(sender.name, 16),
    ' '.repeat(20),
    letters(sender.companyId, 10),
    sec,
    letters(description, 10),
    shortDay(writtenAt),
    shortDay(effectiveOn),
    '   1',
    odfi,
    digits(number, 7),
  ].join('');
  const control = [
    `8${CREDITS}`,
    digits(countOf(entries), 6),
    ...totalsOf(entries),
    letters(sender.companyId, 10),
    ' '.repeat(25),
    odfi,
    digits(number, 7),
  ].join('');
  return [header, ...entries.flatMap((entry) => [lineOf(entry), ...entry.addenda]), control];
};

const lineOf = ({ code, routing, account, minor, reference, name, trace, addenda }: AchEntry): string =>
  [
    `6${code}`,
    routing,
    letters(account, 17),
    digits(minor, 10),
    letters(reference, 15),
    letters(name, 22),
    '  ',
    addenda.length > 0 ? '1' : '0',
    trace,
  ].join('');

/** Hash, debits, credits: ours are all credits. */
const totalsOf = (entries: readonly AchEntry[]): readonly string[] => [
  digits(hashOf(entries.map(({ routing }) => routing)), 10),
  digits(0, 12),
  digits(
    entries.reduce((sum, { minor }) => sum + minor, 0n),
    12,
  ),
];

const countOf = (entries: readonly AchEntry[]): number =>
  entries.reduce((count, { addenda }) => count + 1 + addenda.length, 0);

/** `180205`. */
const shortDay = (day: string): string => day.slice(2, 10).replaceAll('-', '');
