/**
 * JSON lines with the trace they belong to. A line names ids and codes; people, addresses and secrets are masked by
 * the name of their field, wherever they sit, so that a careless line does no harm.
 */
import winston from 'winston';
import { AppError } from '../../shared/errors.ts';
import { traceIdNow } from './tracing.ts';

const PERSONAL =
  /^(.*(password|secret|token|authorization|cookie|credential|api_?key|private_?key|e?mail|phone|iban|account_?number|holder|user_?agent|address|recipient|birth|passport|tax_?(id|number)).*|(full|first|last|legal|display|customer|partner|payee|user)?_?name|((client|remote|peer|real)_?)?ip|referr?er|(database|amqp|redis)_?url|body|payload)$/i;
const MASK = '[masked]';
/** What they look like inside a sentence: e-mail addresses, tokens, bank accounts, what follows "secret=". */
const IN_TEXT = new RegExp(
  [
    String.raw`[\w.+-]+@[\w-]+\.[\w.-]+`,
    String.raw`\bey[\w-]{10,}\.[\w-]+\.[\w-]*`,
    String.raw`\b(?:whsec|tcs)_[\w+/=-]+`,
    String.raw`\b(?:Bearer|Basic)\s+[\w.~+/=-]+`,
    String.raw`\b[\w-]*(?:password|secret|token|api_?key)["']?\s*[=:]\s*["']?[^\s"'&,;]+`,
    String.raw`:\/\/[^/\s:@]*:[^/\s@]+@`,
    String.raw`\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b`,
  ].join('|'),
  'gi',
);

const MAX_DEPTH = 6;

export const masked = (value: unknown, depth = 0): unknown => {
  if (typeof value === 'string') return value.replace(IN_TEXT, MASK);
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Error) return maskedError(value, depth);
  return typeof value === 'object' && value !== null ? maskedObject(value, depth) : value;
};

const maskedObject = (value: object, depth: number): unknown => {
  if (value instanceof Date) return value.toISOString();
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (depth === MAX_DEPTH) return '[deep]';
  if (Array.isArray(value)) return value.map((item) => masked(item, depth + 1));
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, maskedMember(key, member, depth + 1)]));
};

const maskedMember = (key: string, member: unknown, depth: number): unknown =>
  PERSONAL.test(key) ? MASK : masked(member, depth);

/** Database errors carry the row in `detail` and the statement's values; neither goes into a log. */
const maskedError = (error: Error, depth: number): unknown => ({
  error: error.name,
  ...('code' in error && { code: masked(error.code, depth) }),
  message: masked(error.message.split('\n')[0], depth),
  ...(error instanceof AppError
    ? { kind: error.kind, ids: masked(error.details.ids, depth) }
    : { stack: stackOf(error) }),
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
        for (const key of Object.keys(info)) if (key !== 'message') info[key] = maskedMember(key, info[key], 0);
        if (typeof info.message === 'string') info.message = info.message.replace(IN_TEXT, MASK);
        if (traceId !== undefined) info['traceId'] = traceId;
        return info;
      })(),
      winston.format.json(),
    ),
    transports: [new winston.transports.Stream({ stream: process.stderr })],
  });
