/**
 * What can go wrong, in the six kinds the outside world has to tell apart. One table turns a kind into an HTTP
 * status, another into acknowledge / retry / park. Anything that is not an `AppError` is a bug.
 */
export type ErrorKind = 'invalid' | 'forbidden' | 'not_found' | 'conflict' | 'refused' | 'unavailable';

/** One thing wrong with the input: where (a JSON pointer, RFC 6901), what, and a stable code. */
export interface Fault {
  readonly pointer: string;
  readonly code: string;
  readonly detail: string;
}

export interface ErrorDetails {
  /** Ids and numbers that help; never personal data, never secrets. */
  readonly ids?: Readonly<Record<string, string | number>>;
  readonly faults?: readonly Fault[];
  /** Seconds after which it is worth trying again. */
  readonly retryAfterSeconds?: number;
  readonly cause?: unknown;
}

export class AppError extends Error {
  readonly kind: ErrorKind;
  /** `module.snake_case`, stable, listed in `docs/errors.md`. */
  readonly code: string;
  readonly details: ErrorDetails;

  constructor(kind: ErrorKind, code: string, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'AppError';
    this.kind = kind;
    this.code = code;
    this.details = details;
  }
}

export const invalid = (code: string, message: string, faults: readonly Fault[] = []): AppError =>
  new AppError('invalid', code, message, { faults });

/** For the `default` of an exhaustive switch: a value nobody taught us to read stops the work. */
export const unreachable = (value: never): never => {
  throw new Error(`a case nobody handles: ${JSON.stringify(value)}`);
};
