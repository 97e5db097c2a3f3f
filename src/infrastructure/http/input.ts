/** What a request brings: its body read within bounds, and every part checked field by field. */
import { Readable } from 'node:stream';
import express, { type NextFunction, type Request, type RequestHandler, type Response } from 'express';
import { AppError, type Fault, invalid } from '../../shared/errors.ts';
import { read, readNothing, refusal } from '../../shared/parse.ts';
import { schemaOf, type Shape } from '../../shared/shape.ts';
import { othersFirst } from '../pause.ts';
import type { Route } from './route.ts';

/** Deeper than anything of ours; without a bound, whoever walks through a body could be made to run out of stack. */
export const MAX_LEVELS = 32;

/** To be called when the request is answered. */
export type Leave = () => void;
export type ReadBody = (request: Request, response: Response) => Promise<Leave>;

const NOBODY_WAITS: Leave = () => undefined;
const JSON_TYPES = ['application/json', 'application/*+json'];

/** Express's own readers, asked once it is known who sends, so that a stranger costs us no parsing. */
export const bodyReader = (route: Route, limit: number): ReadBody => {
  if (route.body === undefined && isLenient(route)) return () => Promise.resolve(NOBODY_WAITS);
  const readBody = route.glance === undefined ? readAtOnce(route, limit) : readAtAGlance(route, route.glance, limit);
  return async (request, response) => {
    if (!bringsBody(request)) return NOBODY_WAITS;
    if (Number(request.headers['content-length'] ?? 0) > limit) throw bodyTooLarge();
    if (/^100-continue$/i.test(request.headers.expect ?? '')) response.writeContinue();
    return readBody(request, response);
  };
};

const readAtOnce = (route: Route, limit: number): ReadBody => {
  const readers: readonly RequestHandler[] = [
    express.json({ limit, type: JSON_TYPES }),
    ...(route.body === undefined ? [express.raw({ limit, type: () => true })] : []),
    ...(route.textBody ? [express.text({ limit, type: [...route.textBody.mediaTypes] })] : []),
  ];
  return async (request, response) => {
    for (const reader of readers) await finished(reader, request, response, limit);
    mustBeShallow(request.body);
    return NOBODY_WAITS;
  };
};

/** As bytes first; what they say is read when whoever looks at them says so. */
const readAtAGlance = (route: Route, glance: NonNullable<Route['glance']>, limit: number): ReadBody => {
  const asBytes = express.raw({ limit, type: [...JSON_TYPES, ...(route.textBody?.mediaTypes ?? [])] });
  const read = readAtOnce(route, limit);
  const readAgain = async (request: Request, response: Response, bytes: Buffer): Promise<unknown> => {
    const again = standInFor(request, bytes);
    await read(again, response);
    return again.body as unknown;
  };
  const turn = oneByOne();
  return async (request, response) => {
    if (!(Number(request.headers['content-length']) <= SMALL_BYTES)) await turn();
    await finished(asBytes, request, response, limit);
    const bytes: unknown = request.body;
    if (!Buffer.isBuffer(bytes)) return NOBODY_WAITS;
    request.body = undefined;
    const leave = (await glance(bytes)) ?? NOBODY_WAITS;
    try {
      request.body = readPlainly(request, bytes) ?? (await readAgain(request, response, bytes));
      return leave;
    } catch (error) {
      leave();
      throw error;
    }
  };
};

/**
 * JSON as nearly everybody sends it, for a tenth less than a reader takes, which decodes it in pieces. Undefined where
 * there is anything about it: then a reader knows what to do, or what to say.
 */
const readPlainly = (request: Request, bytes: Buffer): object | undefined => {
  const { 'content-type': type = '' } = request.headers;
  if (typeof request.is(JSON_TYPES) !== 'string' || /charset/i.test(type)) return undefined;
  const value = jsonIn(bytes);
  if (typeof value !== 'object' || value === null) return undefined;
  mustBeShallow(value);
  return value;
};

const jsonIn = (bytes: Buffer): unknown => {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return undefined; // a reader says what is wrong with it
  }
};

/** What a socket gives at once. */
const SMALL_BYTES = 65_536;

/** Those who come at the same time, as those do who were turned away together, are served with others in between. */
const oneByOne = (): (() => Promise<void>) => {
  let last = Promise.resolve();
  return () => (last = last.then(() => new Promise<void>(othersFirst)));
};

/** All that readers look at, of a request whose bytes have come already. */
const standInFor = ({ headers }: Request, bytes: Buffer): Request => {
  const plain = { ...headers, 'content-encoding': 'identity', 'content-length': String(bytes.length) };
  return Object.assign(Readable.from([bytes]), { headers: plain }) as unknown as Request;
};

/** For whatever was read as JSON, before anybody walks through it. Throws `http.body_too_deep`. */
export const mustBeShallow = (value: unknown): void => {
  if (isShallow(value, MAX_LEVELS)) return;
  const fault: Fault = { pointer: '', code: 'http.body_too_deep', detail: `has more than ${MAX_LEVELS} levels` };
  throw invalid('http.body_too_deep', `the body ${fault.detail}`, [fault]);
};

/** A reader tells of too large a body when all of it has come; we tell at once. */
const finished = (reader: RequestHandler, request: Request, response: Response, limit: number): Promise<void> =>
  new Promise((resolve, reject) => {
    const next: NextFunction = (error?: unknown) => {
      if (error === undefined) resolve();
      else reject(error instanceof Error ? error : new Error('a body reader failed', { cause: error }));
    };
    void reader(request, response, next);
    // It left the body to the next reader: to listen now would let it flow past that one.
    if (request.listenerCount('data') === 0) return;
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > limit) reject(bodyTooLarge());
    });
  });

/**
 * Who is known hears of every field that nobody reads. A public address takes what others hang on to it: links their
 * campaign parameters, the OAuth2 token endpoint what RFC 6749 (3.2) bids it ignore, probes whatever they send.
 */
const isLenient = ({ access }: Route): boolean => access === 'public';

export const parseInput = (route: Route, request: Request): { params: object; query: object; body: object } => {
  const faults: Fault[] = [];
  const part = (name: string, shape: Shape | undefined, value: () => unknown): object => {
    if (shape === undefined && (name === 'path' || isLenient(route))) return {};
    const reading = shape === undefined ? { value: {}, faults: readNothing(value()) } : read(shape, value(), 'refuse');
    const at = name === 'body' ? '' : `/${name}`;
    for (const fault of reading.faults) faults.push({ ...fault, pointer: `${at}${fault.pointer}` });
    return reading.value ?? {};
  };
  const parts = {
    params: part('path', route.params, () => request.params),
    query: part('query', route.query, () => typedQuery(route.query, request.query)),
    body: part('body', route.body, () => bodyOf(route, request)),
  };
  if (faults.length > 0) throw refusal(faults);
  return parts;
};

/** Query values are text; where the shape says whole number or flag, they become one. */
const typedQuery = (shape: Shape | undefined, query: object): object => {
  if (shape === undefined) return query;
  const { properties } = schemaOf(shape, () => ({})) as { properties: Readonly<Record<string, { type?: unknown }>> };
  return Object.fromEntries(
    Object.entries(query).map(([name, value]: [string, unknown]) => {
      const type = properties[name]?.type;
      if (type === 'integer' && typeof value === 'string' && /^-?\d{1,15}$/.test(value)) return [name, Number(value)];
      if (type === 'boolean' && (value === 'true' || value === 'false')) return [name, value === 'true'];
      return [name, value];
    }),
  );
};

const bodyOf = (route: Route, request: Request): unknown => {
  const body: unknown = request.body;
  if (typeof body === 'string' && route.textBody) return textOf(route.textBody, body);
  if (route.body === undefined && body instanceof Uint8Array) return body.length === 0 ? {} : body.toString();
  if (body !== undefined) return body;
  if (!bringsBody(request)) return {};
  const types = ['application/json', ...(route.textBody?.mediaTypes ?? [])].join(', ');
  throw new AppError('invalid', 'http.unsupported_media_type', `send the body as ${types}`);
};

const textOf = ({ field, parse }: NonNullable<Route['textBody']>, text: string): object => ({
  [field]: parse === undefined ? text : parse(text),
});

export const bringsBody = ({ headers }: Request): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;

export const bodyTooLarge = (cause?: unknown): AppError =>
  new AppError('invalid', 'http.body_too_large', 'the body is too large; send it in parts', { cause });

export const isShallow = (value: unknown, levels: number): boolean => {
  if (typeof value !== 'object' || value === null) return true;
  if (levels === 0) return false;
  if (Array.isArray(value)) return value.every((item) => isShallow(item, levels - 1));
  // Every body passes here: a loop over the keys costs a third of a list of the values.
  for (const name in value)
    if (!isShallow((value as Readonly<Record<string, unknown>>)[name], levels - 1)) return false;
  return true;
};
