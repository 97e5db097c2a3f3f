import { mustBeStaff } from '../../../../infrastructure/http/authenticate.ts';
import { created, type Route, route } from '../../../../infrastructure/http/route.ts';
import { invalid } from '../../../../shared/errors.ts';
import { IsIdOf, IsInstant, IsOneOf, IsText, IsWhole } from '../../../../shared/fields.ts';
import type { Id } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { EraseSubject } from '../../application/identity/erase-subject.ts';
import type { Erasure, ErasureId, Subject } from '../../domain/identity/erasure.ts';

class ErasurePath {
  @IsIdOf('era') readonly erasureId!: ErasureId;
}

class ErasureRequest {
  @IsText({ max: 200, optional: true, description: 'As it stands in the visitor’s cookie `tributary_visitor`' })
  readonly visitorId?: string | undefined;
  @IsText({ max: 200, optional: true, description: 'As orders of the program name the customer' })
  readonly customerRef?: string | undefined;
  @IsIdOf('prg', { optional: true, description: 'Whose customer; two programs may use the same reference' })
  readonly programId?: Id<'prg'> | undefined;
}

const MOST = 2_147_483_647;

class ErasureView {
  @IsIdOf('era') readonly id!: ErasureId;
  @IsOneOf(['visitor', 'customer']) readonly kind!: string;
  @IsText({ max: 50, description: 'A keyed hash of the subject: the same for the same one, readable by nobody' })
  readonly fingerprint!: string;
  @IsWhole({ min: 0, max: MOST, description: 'Touches that were changed' }) readonly touchpoints!: number;
  @IsWhole({ min: 0, max: MOST, description: 'Conversions that were changed' }) readonly conversions!: number;
  @IsText({ max: 200 }) readonly requestedBy!: string;
  @IsInstant() readonly erasedAt!: Instant;
}

const erasureView = ({ erasureId, ...erasure }: Erasure): ErasureView => ({ id: erasureId, ...erasure });

export const erasureRoutes = (eraseSubject: EraseSubject): readonly Route[] => [
  route({
    method: 'post',
    path: '/v1/erasures',
    operationId: 'eraseSubject',
    tag: 'attribution',
    summary: 'Forget who a visitor or a customer was',
    description:
      'Give `visitorId`, or `customerRef` with `programId`. Touches stay, for partners’ money depends on them; what they ' +
      'say of the visitor goes. Sent again, it erases what has come since; when nothing has, the answer is the erasure of ' +
      'before. See docs/privacy.md.',
    access: { scope: 'erasures:write' },
    body: ErasureRequest,
    success: { 201: ErasureView },
    errors: ['attribution.subject_unclear'],
    handle: ({ actor, body }) => {
      mustBeStaff(actor);
      return eraseSubject.run(subjectOf(body), actor.subject);
    },
    respond: (erasure) => created(`/v1/erasures/${erasure.erasureId}`, erasureView(erasure)),
  }),
  route({
    method: 'get',
    path: '/v1/erasures/{erasureId}',
    operationId: 'getErasure',
    tag: 'attribution',
    summary: 'An erasure: when it was, and how much it changed',
    access: { scope: 'erasures:read' },
    params: ErasurePath,
    success: { 200: ErasureView },
    errors: ['attribution.unknown_erasure'],
    handle: async ({ actor, params }) => {
      mustBeStaff(actor);
      return erasureView(await eraseSubject.get(params.erasureId));
    },
  }),
];

/** Throws `attribution.subject_unclear`. */
const subjectOf = ({ visitorId, customerRef, programId }: ErasureRequest): Subject => {
  if (visitorId !== undefined && customerRef === undefined && programId === undefined)
    return { kind: 'visitor', visitorId };
  if (visitorId === undefined && customerRef !== undefined && programId !== undefined)
    return { kind: 'customer', customerRef, programId };
  throw invalid('attribution.subject_unclear', 'send visitorId, or customerRef with programId, and not both');
};
