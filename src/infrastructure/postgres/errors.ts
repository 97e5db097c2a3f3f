/**
 * Which database errors mean "not now" and which mean "try the same thing again". Codes from PostgreSQL's appendix A;
 * the list was completed by killing a server under load and writing down what arrived.
 */
import { AppError } from '../../shared/errors.ts';

/** The server, or the way to it, is not there. Nothing was done, or nobody knows. */
const UNAVAILABLE = new Set([
  '08000', // connection_exception
  '08001', // sqlclient_unable_to_establish_sqlconnection
  '08003', // connection_does_not_exist
  '08004', // sqlserver_rejected_establishment_of_sqlconnection
  '08006', // connection_failure
  '53000', // insufficient_resources
  '53100', // disk_full
  '53200', // out_of_memory
  '53300', // too_many_connections
  '57P01', // admin_shutdown
  '57P02', // crash_shutdown
  '57P03', // cannot_connect_now
  '57P05', // idle_session_timeout
  '25006', // read_only_sql_transaction: this server is no longer the first
  '25P03', // idle_in_transaction_session_timeout
  '55P03', // lock_not_available
  '57014', // query_canceled: a timeout of ours
  '58030', // io_error
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
]);

/** The transaction lost a race and was undone whole; the same work may win the next one. */
const REPEATABLE = new Set([
  '40001', // serialization_failure
  '40P01', // deadlock_detected
]);

/** A store saw by itself that somebody else was first. As when the database says so, the work is undone and done again. */
export class LostRace extends Error {
  readonly code = '40001';
}

/** node-postgres and knex say these without a code; knex puts the statement in front, and " - ". */
const UNAVAILABLE_MESSAGE =
  /(^| - )(Connection terminated|Connection ended unexpectedly|Query read timeout|timeout expired|timeout exceeded when trying to connect|Client has encountered a connection error|Client was closed and is not queryable|Unable to acquire a connection|Knex: Timeout acquiring a connection|aborted$)/;

const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';

export const isRepeatable = (error: unknown): boolean => REPEATABLE.has(codeOf(error));

export const isUnavailable = (error: unknown): boolean =>
  UNAVAILABLE.has(codeOf(error)) || (error instanceof Error && UNAVAILABLE_MESSAGE.test(error.message));

export const isUniqueViolation = (error: unknown, constraint?: string): boolean =>
  codeOf(error) === '23505' &&
  (constraint === undefined ||
    (typeof error === 'object' && error !== null && 'constraint' in error && error.constraint === constraint));

/** NUL in a text or in JSON, half a character: whoever sent it must mend it, and no second try helps. */
const UNSTORABLE = new Set([
  '22021', // character_not_in_repertoire
  '22P05', // untranslatable_character
]);

/** For half a character in JSON the code is that of any JSON that cannot be read, which would be a bug of ours. */
const isUnstorable = (error: unknown): boolean =>
  UNSTORABLE.has(codeOf(error)) ||
  (codeOf(error) === '22P02' && error instanceof Error && 'detail' in error && /surrogat/i.test(String(error.detail)));

/** A database error in our own words, if it says "not now" or "not this"; anything else is returned as it came. */
export const translated = (error: unknown): unknown => {
  if (isUnavailable(error) || isRepeatable(error)) {
    const message = 'the database does not answer; try again shortly';
    return new AppError('unavailable', 'database.unavailable', message, { retryAfterSeconds: 1, cause: error });
  }
  if (isUnstorable(error))
    return new AppError('invalid', 'database.unstorable_text', 'a text holds NUL or half a character', {
      cause: error,
    });
  return error;
};
