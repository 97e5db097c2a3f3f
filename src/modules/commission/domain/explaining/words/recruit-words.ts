import type { Language } from './words.ts';

export interface RecruitOfText {
  readonly percent: string;
  readonly parentId: string;
  readonly level: number;
  /** What the parent comes to, written out. */
  readonly of: string;
}

export const RECRUIT_WORDS: Readonly<Record<Language, (recruit: RecruitOfText) => string>> = {
  en: ({ percent, parentId, level, of }) =>
    `${percent} % of the commission ${parentId} of the recruited partner, level ${level}, which comes to ${of}`,
  zh: ({ percent, parentId, level, of }) =>
    `被招募合作伙伴的佣金 ${parentId}（现为 ${of}）的 ${percent} %，第 ${level} 级招募`,
};
