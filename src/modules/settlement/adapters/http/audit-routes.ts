import { mustBeStaff } from '../../../../infrastructure/http/authenticate.ts';
import { PageQuery, pageOfShape, toPageRequest } from '../../../../infrastructure/http/paging.ts';
import { LanguageQuery, plainText, type Spoken, textLanguage } from '../../../../infrastructure/http/plain-text.ts';
import { type Answer, type Route, route } from '../../../../infrastructure/http/route.ts';
import { AppError } from '../../../../shared/errors.ts';
import { IsText } from '../../../../shared/fields.ts';
import type { Attest } from '../../application/audit/attest.ts';
import { type Attestation } from '../../domain/audit/attestation.ts';
import { attestationText } from '../../domain/audit/attestation-text.ts';
import type { AuditLog } from '../../ports/audit-log.ts';
import { AttestationView, attestationView, watchedView, WatchView } from './audit-views.ts';

class AttestationPath {
  @IsText({ max: 9, pattern: /^[1-9]\d{0,8}$/, description: 'Its number', example: '1' }) readonly number!: string;
}

const AttestationPage = pageOfShape(AttestationView);

const answer = (status: 200 | 201, attestation: Attestation, language: Spoken | undefined): Answer =>
  language === undefined
    ? { status, body: attestationView(attestation) }
    : { ...plainText(language, attestationText(attestation, language)), status };

export const auditRoutes = (log: AuditLog, attest: Attest): readonly Route[] => [
  ...watchRoutes(log),
  ...attestRoutes(attest),
  ...attestationRoutes(log),
];

const watchRoutes = (log: AuditLog): readonly Route[] => [
  route({
    method: 'get',
    path: '/v1/audit',
    operationId: 'getAudit',
    tag: 'settlement',
    summary: 'What the auditor that never sleeps has seen of each promise of the house',
    description:
      'Each promise is looked at again and again. One that is broken freezes payouts; what partners earn goes on being ' +
      'counted.',
    access: { scope: 'settlement:read' },
    success: { 200: WatchView },
    handle: async ({ actor }) => {
      mustBeStaff(actor);
      const promises = await log.watched();
      return {
        invariantsOk: promises.every(({ state }) => state !== 'broken'),
        payoutsFrozen: await log.payoutsFrozen(),
        promises: promises.map(watchedView),
      };
    },
  }),
];

const attestRoutes = (attest: Attest): readonly Route[] => [
  route({
    method: 'post',
    path: '/v1/attestations',
    operationId: 'attest',
    tag: 'settlement',
    summary: 'Look at every promise now, and write down what holds',
    description:
      'A page that a person can read: `Accept: text/plain`, in English or Chinese. One is written every day.',
    access: { scope: 'settlement:write' },
    query: LanguageQuery,
    success: { 201: [AttestationView, { mediaType: 'text/plain' }] },
    errors: ['settlement.attestation_contended'],
    handle: async ({ actor, query, header }) => {
      mustBeStaff(actor);
      return { attestation: await attest.run(), language: textLanguage({ query, header }) };
    },
    respond: ({ attestation, language }) => answer(201, attestation, language),
  }),
];

const attestationRoutes = (log: AuditLog): readonly Route[] => [
  route({
    method: 'get',
    path: '/v1/attestations',
    operationId: 'listAttestations',
    tag: 'settlement',
    summary: 'Attestations, the newest first',
    access: { scope: 'settlement:read' },
    query: PageQuery,
    success: { 200: AttestationPage },
    handle: async ({ actor, query }) => {
      mustBeStaff(actor);
      const { data, nextCursor } = await log.attestations(toPageRequest(query));
      return { data: data.map(attestationView), nextCursor };
    },
  }),
  route({
    method: 'get',
    path: '/v1/attestations/{number}',
    operationId: 'getAttestation',
    tag: 'settlement',
    summary: 'An attestation; as text, a page that a person can read',
    access: { scope: 'settlement:read' },
    params: AttestationPath,
    query: LanguageQuery,
    success: { 200: [AttestationView, { mediaType: 'text/plain' }] },
    errors: ['settlement.attestation_not_found'],
    handle: async ({ actor, params, query, header }) => {
      mustBeStaff(actor);
      const attestation = await log.attestation(Number(params.number));
      if (attestation === undefined) {
        throw new AppError(
          'not_found',
          'settlement.attestation_not_found',
          'no attestation has this number; list them',
        );
      }
      return { attestation, language: textLanguage({ query, header }) };
    },
    respond: ({ attestation, language }) => answer(200, attestation, language),
  }),
];
