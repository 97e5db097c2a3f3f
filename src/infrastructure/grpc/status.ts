/** Errors on the wire of gRPC: a status, the stable code as metadata, and when to try again. */
import { Metadata, status as Status, type StatusObject } from '@grpc/grpc-js';
import { AppError, type ErrorKind } from '../../shared/errors.ts';
import { statusOf } from '../http/problem.ts';
import { translated } from '../postgres/errors.ts';

const STATUS: Readonly<Record<ErrorKind, Status>> = {
  invalid: Status.INVALID_ARGUMENT,
  forbidden: Status.PERMISSION_DENIED,
  not_found: Status.NOT_FOUND,
  conflict: Status.ABORTED,
  refused: Status.FAILED_PRECONDITION,
  unavailable: Status.UNAVAILABLE,
};

/** Where the status of HTTP says more than a kind could, so does that of gRPC. */
const STATUS_OF_HTTP: Readonly<Record<number, Status>> = {
  401: Status.UNAUTHENTICATED,
  413: Status.RESOURCE_EXHAUSTED,
  429: Status.RESOURCE_EXHAUSTED,
};

/** With `tributary-code`, for programs; `retry-after`, in seconds; and its standard twin, which client libraries obey. */
export const toStatus = (thrown: unknown): StatusObject => {
  const error = translated(thrown);
  const metadata = new Metadata();
  if (!(error instanceof AppError)) {
    metadata.set('tributary-code', 'internal.bug');
    return { code: Status.INTERNAL, details: 'this is a fault of ours', metadata };
  }
  metadata.set('tributary-code', error.code);
  const { retryAfterSeconds } = error.details;
  if (retryAfterSeconds !== undefined) {
    metadata.set('retry-after', String(retryAfterSeconds));
    metadata.set('grpc-retry-pushback-ms', String(Math.ceil(retryAfterSeconds * 1_000)));
  }
  return { code: STATUS_OF_HTTP[statusOf(error)] ?? STATUS[error.kind], details: shortened(error.message), metadata };
};

/** It travels as a header, and whoever reads headers has bounds; half a character could not travel at all. */
const MAX_DETAILS = 1_000;
const shortened = (text: string): string => Buffer.from(text.slice(0, MAX_DETAILS)).toString();
