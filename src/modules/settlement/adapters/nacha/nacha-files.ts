import type { Instant } from '../../../../shared/instant.ts';
import type { AchNotice } from '../../domain/rails/ach.ts';
import type { AchAnswer, AchFiles } from '../../ports/ach-files.ts';
import { noticesOf, readNacha } from './read-nacha.ts';
import { LINE, letters } from './record.ts';
import { type AchEntry, writeNacha } from './write-nacha.ts';

export class NachaFiles implements AchFiles {
  notices(text: string): readonly AchNotice[] {
    return noticesOf(readNacha(text));
  }

  writeReturns(sent: string, answers: readonly AchAnswer[], at: Instant): string {
    const { entries, companyId, routing } = readNacha(sent);
    const known = new Map(entries.map((entry) => [entry.reference, entry]));
    const answered = answers.flatMap((answer) => {
      const entry = known.get(answer.reference);
      return entry === undefined ? [] : [{ entry: answerTo(entry, answer), isChange: answer.code.startsWith('C') }];
    });
    const of = (change: boolean) => answered.filter(({ isChange }) => isChange === change).map(({ entry }) => entry);
    return writeNacha({
      sender: { companyId, name: 'SIMULATED BANK', routing, bankName: 'SIMULATED BANK' },
      writtenAt: at,
      effectiveOn: at.slice(0, 10),
      description: 'RETURN',
      reference: 'RETURNS',
      batches: [
        { sec: 'PPD', entries: of(false) },
        { sec: 'COR', entries: of(true) },
      ],
    });
  }
}

/** 21 and 31 are what comes back of 22 and 32. A change moves no money. */
const answerTo = (entry: AchEntry, { code, corrected = '' }: AchAnswer): AchEntry => {
  const isChange = code.startsWith('C');
  const addenda = [
    isChange ? '798' : '799',
    code,
    entry.trace,
    ' '.repeat(6),
    entry.routing.slice(0, 8),
    letters(corrected, 29),
    ' '.repeat(15),
    entry.trace,
  ].join('');
  return {
    ...entry,
    code: entry.code === '32' ? '31' : '21',
    minor: isChange ? 0n : entry.minor,
    addenda: [addenda.slice(0, LINE)],
  };
};
