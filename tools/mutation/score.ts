import type { Judgement } from './judge.ts';
import type { Mutant } from './mutants.ts';

export interface Judged {
  readonly mutant: Mutant;
  readonly result: Judgement['result'];
}

/** Nineteen of twenty samples come as near to the score of all. */
const NINETEEN_OF_TWENTY = 1.96;

const isKilled = ({ result }: Judged): boolean => result === 'killed' || result === 'endless';

export const scoreOf = (judged: readonly Judged[]): number =>
  judged.length === 0 ? 100 : (100 * judged.filter(isKilled).length) / judged.length;

/**
 * By how much the score of a sample may miss that of `inAll`; of all of them by nothing. Two killed and two survivors are
 * added to it (Agresti and Coull), for a sample without a survivor does not say that there is none.
 */
export const errorOf = (judged: readonly Judged[], inAll: number): number => {
  if (judged.length >= inAll) return 0;
  const size = judged.length + 4;
  const share = (judged.filter(isKilled).length + 2) / size;
  return 100 * NINETEEN_OF_TWENTY * Math.sqrt(((share * (1 - share)) / size) * ((inAll - judged.length) / (inAll - 1)));
};

export const tell = (what: string, judged: readonly Judged[], inAll: number): void => {
  const count = (result: Judged['result']): number => judged.filter((each) => each.result === result).length;
  const error = judged.length < inAll ? ` ± ${errorOf(judged, inAll).toFixed(1)}` : '';
  console.log(
    `${what}: ${scoreOf(judged).toFixed(1)}${error} % of ${judged.length} mutants killed, of ${inAll} ` +
      `(${count('endless')} never ended), ${count('survived')} survived, ${count('uncovered')} no test came by`,
  );
};

export const tellSurvivors = (judged: readonly Judged[]): void => {
  const short = (text: string): string => text.replace(/\s+/g, ' ').slice(0, 70);
  for (const each of judged) {
    const { file, line, was, is } = each.mutant;
    if (!isKilled(each)) console.log(`  ${file}:${line} ${each.result}: ${short(was)}  →  ${short(is)}`);
  }
};
