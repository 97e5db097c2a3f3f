/** Answers that are sentences when they are asked for so: `Accept: text/plain`, in a language we speak. */
import { IsOneOf } from '../../shared/fields.ts';
import type { Answer } from './route.ts';

export const SPOKEN = ['en', 'zh'] as const;
export type Spoken = (typeof SPOKEN)[number];

export class LanguageQuery {
  @IsOneOf(SPOKEN, { optional: true, description: 'Of the text; else what Accept-Language prefers, else English' })
  readonly language?: Spoken;
}

interface Asked {
  readonly query: LanguageQuery;
  readonly header: (name: string) => string | undefined;
}

/** Undefined: JSON, which has no language. */
export const textLanguage = (asked: Asked): Spoken | undefined =>
  asked.header('accept')?.startsWith('text/plain') === true ? languageOf(asked) : undefined;

export const languageOf = ({ query, header }: Asked): Spoken =>
  query.language ?? preferred(header('accept-language') ?? '');

/** The first one named that we speak; weights are rarely given, and then in falling order. */
const preferred = (accepted: string): Spoken => {
  const named = accepted.split(',').map((tag) => tag.trim().slice(0, 2).toLowerCase());
  return SPOKEN.find((language) => language === named.find((name) => SPOKEN.some((each) => each === name))) ?? 'en';
};

export const plainText = (language: Spoken, body: string): Answer => ({
  status: 200,
  headers: { 'Content-Type': 'text/plain; charset=utf-8', 'Content-Language': language },
  body,
});
