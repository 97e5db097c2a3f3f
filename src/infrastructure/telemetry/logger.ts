/**
 * JSON lines with the trace they belong to. A line names ids and codes; people, addresses and secrets are masked by
 * the name of their field, wherever they sit, so that a careless line does no harm.
 */
import winston from 'winston';
import { AppError } from '../../shared/errors.ts';
import { traceIdNow } from './tracing.ts';

const PERSONAL =
  /^(.*(password|secret|token|authorization|cookie|api_?key|private_?key|e?mail|phone|iban|account_?number|user_?agent|address|recipient).*|name|full_?name|first_?name|last_?name|ip|referrer|body|payload)$/i;
const MASK = '[masked]';
/** What an e-mail address or a bearer token looks like inside a sentence. */
const IN_TEXT =
  /[\w.+-]+@[\w-]+\.[\w.-]+|\bey[\w-]{10,}\.[\w-]+\.[\w-]*|\bwhsec_[\w+/=]+|\btcs_[\w-]+|:\/\/[^/\s:@]+:[^/\s@]+@/g;

const MAX_DEPTH = 6;

export const masked = (value: unknown, depth = 0): unknown => {
  if (typeof value === 'string') return value.replace(IN_TEXT, MASK);
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Error) return maskedError(value, depth);
  if (typeof value !== 'object' || value === null) return value;
  if (depth === MAX_DEPTH) return '[deep]';
  if (Array.isArray(value)) return value.map((item) => masked(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, PERSONAL.test(key) ? MASK : masked(member, depth + 1)]),
  );
};

/** Database errors carry the row in `detail` and the statement's values; neither goes into a log. */
const maskedError = (error: Error, depth: number): unknown => ({
  error: error.name,
  ...('code' in error && { code: error.code }),
  message: masked(error.message.split('\n')[0], depth),
  ...(error instanceof AppError ? { kind: error.kind, ids: error.details.ids } : { stack: stackOf(error) }),
  ...(error.cause !== undefined && depth < MAX_DEPTH && { cause: masked(error.cause, depth + 1) }),
});

const stackOf = (error: Error): string[] =>
  (error.stack ?? '')
    .split('\n')
    .filter((line) => line.trim().startsWith('at '))
    .slice(0, 8)
    .map((line) => line.trim());

export type Logger = winston.Logger;

export const createLogger = (level: string, roles: readonly string[]): Logger =>
  winston.createLogger({
    level,
    defaultMeta: { service: 'tributary', roles: roles.join(','), pid: process.pid },
    format: winston.format.combine(
      winston.format.timestamp(),
      winston.format((info) => {
        const traceId = traceIdNow();
        for (const key of Object.keys(info)) if (key !== 'message') info[key] = masked(info[key]);
        if (typeof info.message === 'string') info.message = info.message.replace(IN_TEXT, MASK);
        if (traceId !== undefined) info['traceId'] = traceId;
        return info;
      })(),
      winston.format.json(),
    ),
    transports: [new winston.transports.Stream({ stream: process.stderr })],
  });
