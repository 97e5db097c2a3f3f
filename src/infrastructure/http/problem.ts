/** Errors on the wire: `application/problem+json` (RFC 9457), each with a stable code and a page that explains it. */
import { AppError, type ErrorKind, type Fault } from '../../shared/errors.ts';
import { IsListOf, IsText, IsWhole } from '../../shared/fields.ts';
import { MAX_FAULTS } from '../../shared/parse.ts';
import { translated } from '../postgres/errors.ts';

const STATUS: Readonly<Record<ErrorKind, number>> = {
  invalid: 400,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  refused: 422,
  unavailable: 503,
};

/** What HTTP itself objects to, where the status says more than a kind could. */
const STATUS_OF_CODE: Readonly<Record<string, number>> = {
  'http.unauthenticated': 401,
  'http.method_not_allowed': 405,
  'http.request_timeout': 408,
  'http.precondition_failed': 412,
  'http.body_too_large': 413,
  'http.unsupported_media_type': 415,
  'http.expectation_failed': 417,
  'http.precondition_required': 428,
  'http.rate_limited': 429,
  'pipeline.overloaded': 429,
  'http.headers_too_large': 431,
};

const TITLE: Readonly<Record<number, string>> = {
  400: 'The request is not valid',
  401: 'A valid access token is needed',
  403: 'Not allowed',
  404: 'Not found',
  405: 'The method is not allowed here',
  408: 'Too slow',
  409: 'In conflict with the current state',
  412: 'Changed meanwhile',
  413: 'Too large',
  415: 'Not a media type we read',
  417: 'Not what we can meet',
  422: 'Understood, and refused',
  428: 'Say which version you mean',
  429: 'Too many requests',
  431: 'Headers too large',
  500: 'A fault of ours',
  503: 'Not now',
};

const MAX_POINTER = 500;
const MAX_DETAIL = 20_000;

export class FaultView {
  @IsText({ max: MAX_POINTER, min: 0, description: 'JSON pointer (RFC 6901) to the field; empty for the whole' })
  readonly pointer!: string;
  @IsText({ max: 100, description: 'Stable code' }) readonly code!: string;
  @IsText({ max: 2000, description: 'What to do about it' }) readonly detail!: string;
}

export class Problem {
  @IsText({ max: 200, description: 'The page that explains the code' }) readonly type!: string;
  @IsText({ max: 200 }) readonly title!: string;
  @IsWhole({ min: 400, max: 599 }) readonly status!: number;
  @IsText({ max: 100, description: 'Stable code, see docs/errors.md' }) readonly code!: string;
  @IsText({ max: MAX_DETAIL }) readonly detail!: string;
  @IsText({ max: 200, description: 'Tell us this when you ask for help' }) readonly requestId!: string;
  @IsListOf(() => FaultView, { max: MAX_FAULTS, optional: true }) readonly errors?: readonly Fault[];
}

export interface ProblemAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Problem;
}

export const statusOf = (error: AppError): number => STATUS_OF_CODE[error.code] ?? STATUS[error.kind];

/** Anything that is not ours to explain says nothing but its request id. */
export const toProblem = (thrown: unknown, requestId: string): ProblemAnswer => {
  const error = translated(thrown);
  if (!(error instanceof AppError)) {
    return answer(500, 'internal.bug', 'this is a fault of ours; the request id leads us to it', requestId);
  }
  const { faults = [], retryAfterSeconds } = error.details;
  const { status, headers, body } = answer(statusOf(error), error.code, detailOf(error, faults), requestId, faults);
  return {
    status,
    headers: { ...headers, ...(retryAfterSeconds !== undefined && { 'Retry-After': String(retryAfterSeconds) }) },
    body,
  };
};

/** Names come from the caller and may be of any length; the sentence that there is more comes first and is never cut. */
const detailOf = ({ message }: AppError, faults: readonly Fault[]): string =>
  (faults.length > MAX_FAULTS
    ? `more is wrong than the first ${MAX_FAULTS} faults, which are shown: ${message}`
    : message
  ).slice(0, MAX_DETAIL);

/** As many as an answer shows, each with a pointer of bearable length. */
export const shown = (faults: readonly Fault[], atMost: number): readonly Fault[] =>
  faults.slice(0, atMost).map((fault) => ({ ...fault, pointer: fault.pointer.slice(0, MAX_POINTER) }));

const answer = (
  status: number,
  code: string,
  detail: string,
  requestId: string,
  errors: readonly Fault[] = [],
): ProblemAnswer => ({
  status,
  headers: {
    ...(status === 401 && { 'WWW-Authenticate': 'Bearer realm="tributary"' }),
    ...(status === 503 && { 'Retry-After': '1' }),
  },
  body: {
    type: `/docs/errors#${code}`,
    title: TITLE[status] ?? 'Error',
    status,
    code,
    detail,
    requestId,
    ...(errors.length > 0 && { errors: shown(errors, MAX_FAULTS) }),
  },
});
