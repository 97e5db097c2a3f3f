import express, {
  type ErrorRequestHandler,
  type Express,
  type Request,
  type RequestHandler,
  type Response,
  Router,
} from 'express';
import helmet from 'helmet';
import { createServer, IncomingMessage, type Server, ServerResponse } from 'node:http';
import { type AddressInfo, Server as NetServer, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { AppError } from '../../shared/errors.ts';
import { type Front, isTaken } from './front.ts';
import { FrontLane } from './front-lane.ts';
import { answerNeverRequests, lacksHost, sayHostMissing } from './never-requests.ts';

export type { Front } from './front.ts';

export interface Patience {
  /** For a whole request to arrive. */
  readonly requestMs: number;
  /** For its headers. */
  readonly headersMs: number;
}

const PATIENCE: Patience = { requestMs: 30_000, headersMs: 10_000 };
const KEEP_ALIVE_MS = 65_000;
/**
 * Who keeps a connection open hears at the next answer that it ends. For that next request we wait so long, a tenth of
 * the grace at most: a slow client that asks just when we cut it off could not know whether it was heard.
 */
const FAREWELL_MS = 1_000;

/**
 * Express re-parents every request and response it gets, which costs V8 more than all handlers together. Objects that
 * are born with the app's prototypes make that a no-op: three times the throughput with unchanged handlers.
 * `bench/http.ts` measures it. Use Routers, not mounted apps: a mounted app re-parents again.
 */
const bornFor = (
  app: Express,
  isStopping: () => boolean,
): { IncomingMessage: typeof IncomingMessage; ServerResponse: typeof ServerResponse } => {
  class BornRequest extends IncomingMessage {}
  class BornResponse extends ServerResponse {
    /** Every answer passes here; once we stop, it says that the connection ends with it. */
    override writeHead(...head: readonly unknown[]): this {
      if (isStopping()) this.shouldKeepAlive = false;
      return super.writeHead(...(head as [number]));
    }
  }
  Object.setPrototypeOf(BornRequest.prototype, express.request);
  Object.setPrototypeOf(BornResponse.prototype, express.response);
  Object.defineProperty(BornRequest.prototype, 'app', { value: app, configurable: true, writable: true });
  Object.defineProperty(BornResponse.prototype, 'app', { value: app, configurable: true, writable: true });
  app.request = BornRequest.prototype as unknown as Request;
  app.response = BornResponse.prototype as unknown as Response;
  return { IncomingMessage: BornRequest, ServerResponse: BornResponse as typeof ServerResponse };
};

/** The answer in hand on a connection. On the socket itself: a WeakMap of them costs the garbage collector a round each. */
const ANSWERING = Symbol('answering');
type Answering = Duplex & { [ANSWERING]?: ServerResponse };

export class HttpServer {
  private readonly app = express();
  private readonly server: Server;
  private readonly fronts: Front[] = [];
  private readonly lane: FrontLane;
  private stopping = false;

  constructor({ requestMs, headersMs }: Patience = PATIENCE) {
    this.app.disable('x-powered-by');
    this.app.disable('etag');
    this.app.set('query parser', 'simple');
    this.app.use(
      helmet({ contentSecurityPolicy: { directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } } }),
    );
    const born = bornFor(this.app, () => this.stopping);
    // Node looks for late requests only so often: often enough for the patience to mean something.
    const options = { ...born, requireHostHeader: false, connectionsCheckingInterval: Math.min(headersMs, 5_000) };
    this.server = createServer(options, (request, response) => {
      this.answer(request, response);
    });
    // Whether a body shall be sent is said by whoever is about to read it.
    this.server.on('checkContinue', (request, response) => {
      this.answer(request, response);
    });
    answerNeverRequests(this.server, (socket) => {
      const response = (socket as Answering)[ANSWERING];
      return response?.writableFinished ? undefined : response;
    });
    this.server.requestTimeout = requestMs;
    this.server.headersTimeout = headersMs;
    this.server.keepAliveTimeout = KEEP_ALIVE_MS;
    this.lane = this.laneBeside(headersMs);
  }

  /** Where there are fronts, connections begin with them; node's own listener is who takes over what they leave. */
  private laneBeside(firstMs: number): FrontLane {
    const [node, ...none] = this.server.listeners('connection') as ((socket: Socket) => void)[];
    if (node === undefined || none.length > 0) throw new Error('http listens to its connections once');
    const lane = new FrontLane({
      fronts: this.fronts,
      isStopping: () => this.stopping,
      handOver: (socket) => {
        node.call(this.server, socket);
      },
      late: (socket) => {
        this.server.emit('clientError', Object.assign(new Error('late'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' }), socket);
      },
      firstMs,
      keepAliveMs: KEEP_ALIVE_MS,
    });
    this.server.removeAllListeners('connection').on('connection', (socket: Socket) => {
      if (this.fronts.length === 0) node.call(this.server, socket);
      else lane.take(socket);
    });
    return lane;
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    (request.socket as Answering)[ANSWERING] = response;
    if (lacksHost(request)) {
      sayHostMissing(response);
      return;
    }
    if (isTaken(this.fronts, request, response)) return;
    this.app(request as Request, response as Response);
  }

  addFront(front: Front): void {
    this.fronts.push(front);
  }

  use(...handlers: readonly RequestHandler[]): void {
    this.app.use(...handlers);
  }

  useOnError(handler: ErrorRequestHandler): void {
    this.app.use(handler);
  }

  mount(fill: (router: Router) => void): void {
    const router = Router({ caseSensitive: true, strict: true });
    fill(router);
    this.app.use(router);
  }

  /** The port it listens on. Throws `http.port_in_use`, `http.cannot_listen`. */
  listen(port: number, host: string): Promise<number> {
    return new Promise((resolve, reject) => {
      this.server.once('error', (error: NodeJS.ErrnoException) => {
        reject(cannotListen(error, port, host));
      });
      this.server.listen(port, host, () => {
        resolve((this.server.address() as AddressInfo).port);
      });
    });
  }

  /** Lets requests in progress finish, for so long; then cuts them off. */
  async stop(graceMs: number): Promise<void> {
    this.stopping = true;
    if (!this.server.listening) return;
    // Whoever is told that the connection ends must not come back to us. http's own close would also cut off at once
    // those who are about to ask.
    const closed = new Promise<void>((resolve) => {
      NetServer.prototype.close.call(this.server, () => {
        resolve();
      });
    });
    const farewell = setTimeout(() => void this.endIdle(), Math.min(FAREWELL_MS, graceMs / 10));
    const patience = setTimeout(() => {
      this.server.closeAllConnections();
      this.lane.closeAll();
    }, graceMs);
    await closed;
    clearTimeout(farewell);
    clearTimeout(patience);
  }

  /** Not those whose next request has arrived and is still unread, in a busy moment. */
  private async endIdle(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    this.server.closeIdleConnections();
    this.lane.closeIdle();
  }
}

const cannotListen = (error: NodeJS.ErrnoException, port: number, host: string): AppError =>
  error.code === 'EADDRINUSE'
    ? new AppError(
        'unavailable',
        'http.port_in_use',
        `port ${port} is in use; stop who uses it, or set PORT=<another>`,
        { cause: error },
      )
    : new AppError(
        'unavailable',
        'http.cannot_listen',
        `cannot listen on ${host}:${port} (${error.code}); set HOST and PORT`,
        { cause: error },
      );
