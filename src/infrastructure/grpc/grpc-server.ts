/**
 * The door for gRPC, beside the one for HTTP: the same tokens, the same scopes, the same errors. What is served is a
 * table here too; from the `.proto` it is read which methods stream.
 */
import {
  type GrpcObject,
  loadPackageDefinition,
  logVerbosity,
  type Metadata,
  Server,
  ServerCredentials,
  type sendUnaryData,
  type ServerDuplexStream,
  type ServerUnaryCall,
  type ServiceClientConstructor,
  type ServiceDefinition,
  setLogVerbosity,
  type UntypedHandleCall,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { join } from 'node:path';
import type { Actor } from '../../shared/actor.ts';
import { AppError } from '../../shared/errors.ts';
import type { Allowance, RateLimiter } from '../cache/cache.ts';
import type { Config } from '../config.ts';
import { authenticate, type TokenVerifier } from '../http/authenticate.ts';
import type { Access } from '../http/route.ts';
import { pause } from '../pause.ts';
import type { Service, Trouble } from '../service.ts';
import { projectRoot } from '../system/root.ts';
import { inSpan, SpanKind } from '../telemetry/tracing.ts';
import { exchange } from './exchange.ts';
import { health, HEALTH } from './health.ts';
import { toStatus } from './status.ts';

/** One call of a method that does not stream; one message of a method that does. */
export type GrpcMethod = (request: never, actor: Actor) => Promise<object>;

export interface GrpcService {
  /** Under `proto/`. */
  readonly proto: string;
  /** With its package: `tributary.events.v1.EventIntake`. */
  readonly name: string;
  readonly access: Access;
  /** By their names in the `.proto`; either both sides stream, or none. */
  readonly methods: Readonly<Record<string, GrpcMethod>>;
}

export interface GrpcParts {
  readonly settings: Pick<Config, 'HOST' | 'GRPC_PORT' | 'BODY_LIMIT_BYTES' | 'SHUTDOWN_GRACE_MS'>;
  readonly verifier: TokenVerifier;
  readonly limiter: RateLimiter;
  readonly trouble: Trouble;
}

type Handle = (metadata: Metadata, request: unknown) => Promise<object>;

/** Of one stream: two are being made durable while the next is on its way and one answer is written. */
const MOST_IN_HAND = 4;
const MOST_STREAMS_A_CONNECTION = 100;
/** How long whoever is connected without a call may stay so. */
const IDLE_MS = 600_000;
/** How often those with a call are asked whether they live, and how soon they must answer. */
const PING_MS = 60_000;
const PING_PATIENCE_MS = 20_000;

export class GrpcServer implements Service {
  readonly name = 'grpc';
  readonly roles = ['api'] as const;
  private server: Server | undefined;
  private port = 0;

  constructor(
    private readonly parts: GrpcParts,
    private readonly services: readonly GrpcService[],
  ) {}

  /** Listens, if it is told where. Throws `grpc.cannot_listen`. */
  async start(stop: AbortSignal): Promise<void> {
    const { HOST, GRPC_PORT, BODY_LIMIT_BYTES } = this.parts.settings;
    if (GRPC_PORT === undefined) return;
    setLogVerbosity(logVerbosity.NONE); // what the library would print comes to us as errors
    // Its channelz stays on: without it, the library finds no connections to cut off when the grace is over.
    const server = new Server({
      'grpc.max_receive_message_length': BODY_LIMIT_BYTES,
      'grpc.max_concurrent_streams': MOST_STREAMS_A_CONNECTION,
      'grpc.max_connection_idle_ms': IDLE_MS,
      'grpc.keepalive_time_ms': PING_MS,
      'grpc.keepalive_timeout_ms': PING_PATIENCE_MS,
    });
    for (const service of this.services) {
      const definition = definitionOf(service);
      server.addService(definition, this.handlers(service, definition, stop));
    }
    const names = this.services.map(({ name }) => name);
    server.addService(definitionOf(HEALTH), health(names, stop));
    this.port = await listen(server, HOST, GRPC_PORT);
    this.server = server;
  }

  /** Where it listens; 0 when it does not. */
  get boundPort(): number {
    return this.port;
  }

  /** Calls in progress have the grace; streams have ended by the signal. */
  async close(): Promise<void> {
    const { server } = this;
    if (server === undefined) return;
    this.server = undefined;
    const ended = new AbortController();
    server.tryShutdown(() => {
      ended.abort();
    });
    await pause(this.parts.settings.SHUTDOWN_GRACE_MS, ended.signal);
    server.forceShutdown();
  }

  private handlers(
    service: GrpcService,
    definition: ServiceDefinition,
    stop: AbortSignal,
  ): Record<string, UntypedHandleCall> {
    return Object.fromEntries(
      Object.entries(service.methods).map(([name, method]) => {
        const handle = this.handleOf(service, name, method);
        return [name, definition[name]?.requestStream ? this.streaming(service, handle, stop) : this.plain(handle)];
      }),
    );
  }

  /** Each message of a stream shows its token again, for a stream outlives it, and counts as a request. */
  private handleOf(service: GrpcService, name: string, method: GrpcMethod): Handle {
    const attributes = { 'rpc.system': 'grpc', 'rpc.service': service.name, 'rpc.method': name };
    return (metadata, request) => {
      const parent = first(metadata, 'traceparent');
      return inSpan(`${service.name}/${name}`, { kind: SpanKind.SERVER, attributes, parent }, async () => {
        const actor = await this.whoMay(service, metadata);
        const allowance = await this.parts.limiter.spend(actor.clientId);
        if (!allowance.allowed) throw rateLimited(allowance);
        return method(request as never, actor);
      });
    };
  }

  private whoMay({ access }: GrpcService, metadata: Metadata): Promise<Actor> {
    return authenticate(access, first(metadata, 'authorization'), this.parts.verifier);
  }

  private plain(handle: Handle): UntypedHandleCall {
    return (call: ServerUnaryCall<unknown, unknown>, answer: sendUnaryData<unknown>) => {
      handle(call.metadata, call.request).then(
        (reply) => {
          answer(null, reply);
        },
        (error: unknown) => {
          this.failed(error);
          answer(toStatus(error));
        },
      );
    };
  }

  private streaming(service: GrpcService, handle: Handle, stop: AbortSignal): UntypedHandleCall {
    return (call: ServerDuplexStream<unknown, unknown>) => {
      this.whoMay(service, call.metadata).then(
        () =>
          exchange(call, {
            mostInHand: MOST_IN_HAND,
            stop,
            answer: (question) => handle(call.metadata, question),
            failed: (error) => {
              this.failed(error);
            },
          }),
        (error: unknown) => {
          this.failed(error);
          call.emit('error', toStatus(error));
        },
      );
    };
  }

  /** What is the caller's own fault is the caller's business. */
  private failed(error: unknown): void {
    if (!(error instanceof AppError)) this.parts.trouble.report('grpc', error);
  }
}

const rateLimited = ({ limit, resetSeconds }: Allowance): AppError =>
  new AppError('unavailable', 'http.rate_limited', `more than ${limit} requests a minute`, {
    retryAfterSeconds: resetSeconds,
  });

const first = (metadata: Metadata, name: string): string | undefined => metadata.get(name)[0]?.toString();

const definitionOf = ({ proto, name }: Pick<GrpcService, 'proto' | 'name'>): ServiceDefinition => {
  const root = loadPackageDefinition(
    loadSync(proto, { includeDirs: [join(projectRoot(), 'proto')], defaults: true, enums: String }),
  );
  const found = name
    .split('.')
    .reduce<GrpcObject[string] | undefined>((inner, part) => (inner as GrpcObject | undefined)?.[part], root);
  if (found === undefined) throw new Error(`${proto} has no ${name}`);
  return (found as ServiceClientConstructor).service;
};

const listen = (server: Server, host: string, port: number): Promise<number> =>
  new Promise((resolve, reject) => {
    const address = host.includes(':') ? `[${host}]` : host;
    server.bindAsync(`${address}:${port}`, ServerCredentials.createInsecure(), (cause, bound) => {
      if (cause === null) resolve(bound);
      else reject(cannotListen(host, port, cause));
    });
  });

const cannotListen = (host: string, port: number, cause: Error): AppError =>
  new AppError('unavailable', 'grpc.cannot_listen', `gRPC cannot listen on ${host}:${port}; set HOST and GRPC_PORT`, {
    cause,
  });
