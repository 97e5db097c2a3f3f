/**
 * A route is a row of a table: the server mounts it, the OpenAPI document describes it, the tests attack it, all from
 * the same words.
 */
import type { Actor } from '../../shared/actor.ts';
import type { Shape } from '../../shared/shape.ts';

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

export interface RouteRequest<Params, Query, Body> {
  /** As it came: a `get` route answers HEAD too. */
  readonly method: string;
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  /** Of a public route: nobody, with no scopes. */
  readonly actor: Actor;
  readonly requestId: string;
  readonly header: (name: string) => string | undefined;
  /** The path and the query as they came. */
  readonly url: string;
  /** Of whoever is at the other end of the connection. */
  readonly address: string | undefined;
  readonly httpVersion: string;
}

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * Sent as JSON; a text or bytes are sent as they are, with their `Content-Type` header. So are the pieces (text or
   * bytes) of an `AsyncIterable`, each when the one before is taken; for `get` only, for no key keeps such an answer.
   * When the process stops they have the grace; what has no end must see to its own (`stream.ts`).
   */
  readonly body?: unknown;
}

/** A success as the document shows it: the shape of its JSON, or the media type of what is not; several, as `Accept` asks. */
export type Success = Form | readonly Form[] | 'empty';
type Form = Shape | { readonly mediaType: string };

export type Access =
  /** Anybody, without a token. */
  | 'public'
  /** Whoever's token holds the scope. */
  | { readonly scope: string };

export interface RouteSpec<Params extends object, Query extends object, Body extends object, Value> {
  readonly method: Method;
  /** `/v1/commissions/{commissionId}` */
  readonly path: string;
  readonly operationId: string;
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  readonly access: Access;
  /** Pages of any origin may ask, without credentials, and read whatever is answered, problems too. */
  readonly crossOrigin?: true;
  readonly params?: Shape<Params>;
  readonly query?: Shape<Query>;
  readonly body?: Shape<Body>;
  /**
   * Media types besides JSON that the body may have; read as text into the field of that name, through `parse` if there
   * is one. How deep what it gives may be is then its own concern.
   */
  readonly textBody?: {
    readonly mediaTypes: readonly string[];
    readonly field: string;
    readonly parse?: (text: string) => unknown;
  };
  /**
   * Looks at a body before it is read as what it should be; what it throws is answered, and has cost no more. What it
   * makes wait lies there as bytes, and it is told, by what it resolves with, when that is answered.
   */
  readonly glance?: (body: Buffer) => Promise<() => void> | undefined;
  /** Whether a write insists on an `Idempotency-Key`. Moving money does. */
  readonly idempotency?: 'required' | 'optional';
  /** The answer shows a secret once; what an `Idempotency-Key` keeps of it is sealed. */
  readonly confidential?: true;
  /** Settings with an `ETag`: a write to them names the version it saw (`precondition.ts`). */
  readonly versioned?: true;
  readonly success: Readonly<Record<number, Success>>;
  /** Statuses of problems beyond those that routes of its kind answer: a `get` that refuses, a public one that forbids. */
  readonly problems?: readonly (403 | 422)[];
  /** Codes beyond those every route may answer. */
  readonly errors?: readonly string[];
  readonly handle: (request: RouteRequest<Params, Query, Body>) => Promise<Value>;
  /** Pure: the same value, the same answer. Without it, the value is the body of the first success. */
  readonly respond?: (value: Value) => Answer;
}

/** A route whose types only its own handler knows. */
export type Route = RouteSpec<object, object, object, unknown> & {
  /** Whose it is; its transactions answer for an Idempotency-Key. Set where the modules are put together. */
  readonly module?: string;
};

export const route = <
  Value,
  Params extends object = object,
  Query extends object = object,
  Body extends object = object,
>(
  spec: RouteSpec<Params, Query, Body, Value>,
): Route => spec as unknown as Route;

export const created = (location: string, body: unknown): Answer => ({
  status: 201,
  headers: { Location: location },
  body,
});
