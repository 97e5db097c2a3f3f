import { visible } from '../../../../infrastructure/http/authenticate.ts';
import { LanguageQuery, plainText, textLanguage } from '../../../../infrastructure/http/plain-text.ts';
import { type Route, route } from '../../../../infrastructure/http/route.ts';
import { AppError } from '../../../../shared/errors.ts';
import { IsIdOf } from '../../../../shared/fields.ts';
import type { Id } from '../../../../shared/ids.ts';
import { explainCommission, explainSinceLock } from '../../application/explaining/explain-commission.ts';
import type { WhyOrder } from '../../application/explaining/why-order.ts';
import type { LookAtCommission } from '../../application/explaining/look-at-commission.ts';
import { commissionText } from '../../domain/explaining/commission-text.ts';
import { whyText } from '../../domain/explaining/why-text.ts';
import { explanationFor, seenBy } from '../../domain/explaining/why.ts';
import type { CommissionId } from '../../index.ts';
import type { CommissionReader } from '../../ports/commission-reader.ts';
import { ExplanationView, explanationView } from './explanation-views.ts';
import { WhyView, whyView } from './why-views.ts';

class CommissionPath {
  @IsIdOf('com') readonly commissionId!: CommissionId;
}

class OrderPath {
  @IsIdOf('ord') readonly orderId!: Id<'ord'>;
}

export const explanationRoutes = (
  reader: CommissionReader,
  whyOrder: WhyOrder,
  look: LookAtCommission,
): readonly Route[] => [
  route({
    method: 'get',
    path: '/v1/commissions/{commissionId}/explanation',
    operationId: 'explainCommission',
    tag: 'commission',
    summary: 'Why these cents, what they wait for, and when they can be paid at the earliest',
    description:
      'To staff, the explanation alone suffices to compute the amount again; a partner does not see who else is ' +
      'credited, and for how much. `Accept: text/plain` gives it as sentences, in English or Chinese.',
    access: { scope: 'commissions:read' },
    params: CommissionPath,
    query: LanguageQuery,
    success: { 200: ExplanationView },
    errors: ['commission.not_found'],
    handle: async ({ actor, params: { commissionId }, ...asked }) => {
      const notFound = new AppError('not_found', 'commission.not_found', `there is no commission ${commissionId}`);
      const commission = visible(actor, await reader.find(commissionId), ({ partnerId }) => partnerId, notFound);
      const whole = await explainCommission(reader, commission);
      if (whole === undefined) throw notFound;
      const [{ outlook, timeZone }, since] = await Promise.all([
        look.run(commission),
        explainSinceLock(reader, commission),
      ]);
      const explanation = explanationFor(actor.partnerId, whole);
      const sinceLock = explanationFor(actor.partnerId, since);
      return { earned: { commission, explanation, sinceLock }, outlook, timeZone, language: textLanguage(asked) };
    },
    respond: ({ earned, outlook, timeZone, language }) =>
      language === undefined
        ? { status: 200, body: explanationView(earned, outlook) }
        : plainText(language, commissionText(earned, outlook, language, timeZone)),
  }),
  route({
    method: 'get',
    path: '/v1/orders/{orderId}/why',
    operationId: 'explainOrder',
    tag: 'commission',
    summary: 'Why an order earned what it earned, or nothing',
    description:
      'Every touch that was considered and what it lost by, who is credited, and the explanation of each commission. ' +
      'A partner sees its own touches and commissions, and of others that they were there. `Accept: text/plain` gives ' +
      'it as sentences, in English or Chinese.',
    access: { scope: 'commissions:read' },
    params: OrderPath,
    query: LanguageQuery,
    success: { 200: WhyView },
    errors: ['commission.order_not_found'],
    handle: async ({ actor, params: { orderId }, ...asked }) => {
      const known = await whyOrder.run(orderId);
      const seen = known && seenBy(known, actor.partnerId);
      if (seen === undefined)
        throw new AppError('not_found', 'commission.order_not_found', `there is no order ${orderId}`);
      return { seen, language: textLanguage(asked) };
    },
    respond: ({ seen, language }) =>
      language === undefined ? { status: 200, body: whyView(seen) } : plainText(language, whyText(seen, language)),
  }),
];
