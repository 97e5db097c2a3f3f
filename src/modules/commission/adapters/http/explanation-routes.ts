import { visible } from '../../../../infrastructure/http/authenticate.ts';
import { type Answer, type Route, route } from '../../../../infrastructure/http/route.ts';
import { AppError } from '../../../../shared/errors.ts';
import { IsIdOf, IsOneOf } from '../../../../shared/fields.ts';
import { explanationText } from '../../domain/explanation-text.ts';
import { type Language, LANGUAGES } from '../../domain/telling/words.ts';
import type { CommissionId } from '../../index.ts';
import type { CommissionReader } from '../../ports/commission-reader.ts';
import { ExplanationView } from './explanation-views.ts';

class CommissionPath {
  @IsIdOf('com') readonly commissionId!: CommissionId;
}

class LanguageQuery {
  @IsOneOf(LANGUAGES, { optional: true, description: 'Of the text; else what Accept-Language prefers, else English' })
  readonly language?: Language;
}

interface Asked {
  readonly query: LanguageQuery;
  readonly header: (name: string) => string | undefined;
}

/** Undefined: JSON, which has no language. */
const textLanguage = ({ query, header }: Asked): Language | undefined => {
  if (header('accept')?.startsWith('text/plain') !== true) return undefined;
  return query.language ?? preferred(header('accept-language') ?? '');
};

/** The first one named that we speak; weights are rarely given, and then in falling order. */
const preferred = (accepted: string): Language => {
  const named = accepted.split(',').map((tag) => tag.trim().slice(0, 2).toLowerCase());
  return (
    LANGUAGES.find((language) => language === named.find((name) => LANGUAGES.some((each) => each === name))) ?? 'en'
  );
};

const text = (language: Language, body: string): Answer => ({
  status: 200,
  headers: { 'Content-Type': 'text/plain; charset=utf-8', 'Content-Language': language },
  body,
});

export const explanationRoutes = (reader: CommissionReader): readonly Route[] => [
  route({
    method: 'get',
    path: '/v1/commissions/{commissionId}/explanation',
    operationId: 'explainCommission',
    tag: 'commission',
    summary: 'Why these cents: facts, clauses, arithmetic, rounding, limits',
    description:
      'The explanation alone suffices to compute the amount again. `Accept: text/plain` gives it as sentences, in ' +
      'English or Chinese.',
    access: { scope: 'commissions:read' },
    params: CommissionPath,
    query: LanguageQuery,
    success: { 200: ExplanationView },
    errors: ['commission.not_found'],
    handle: async ({ actor, params: { commissionId }, ...asked }) => {
      const notFound = new AppError('not_found', 'commission.not_found', `there is no commission ${commissionId}`);
      visible(actor, await reader.find(commissionId), ({ partnerId }) => partnerId, notFound);
      const explanation = await reader.explanation(commissionId);
      if (explanation === undefined) throw notFound;
      return { commissionId, explanation, language: textLanguage(asked) };
    },
    respond: ({ commissionId, explanation, language }) =>
      language === undefined
        ? { status: 200, body: { commissionId, ...explanation } }
        : text(language, explanationText(explanation, language)),
  }),
];
