import { connect, type ChannelModel } from 'amqplib';
import { AppError } from '../../shared/errors.ts';
import { pause } from '../pause.ts';

const HEARTBEAT_SECONDS = 5;
const CONNECT_TIMEOUT_MS = 5_000;
const CLOSE_TIMEOUT_MS = 2_000;
const BACK_OFF_MS = [100, 250, 500, 1_000, 2_000];
/** A session that lasted so long was well; the next loss starts the back-off anew. */
const WELL_AFTER_MS = 10_000;

export interface RabbitSession {
  readonly connection: ChannelModel;
  /** Aborts when the connection is gone or the stop was asked for. */
  readonly signal: AbortSignal;
}

/**
 * Keeps a connection until `stop`: `work` runs with it and must return when its signal aborts; after a loss it is
 * started again with the next connection. What was in hand is then simply done again.
 */
export const whileConnected = async (
  url: string,
  stop: AbortSignal,
  work: (session: RabbitSession) => Promise<void>,
  report: (error: unknown) => void,
): Promise<void> => {
  for (let failures = 0; !stop.aborted;) {
    const started = performance.now();
    try {
      await oneSession(url, stop, work, report);
    } catch (error) {
      if (performance.now() - started > WELL_AFTER_MS) failures = 0;
      if (failures === 0) report(error);
      failures += 1;
    }
    await pause(BACK_OFF_MS[Math.min(failures, BACK_OFF_MS.length - 1)] ?? 0, stop);
  }
};

const oneSession = async (
  url: string,
  stop: AbortSignal,
  work: (session: RabbitSession) => Promise<void>,
  report: (error: unknown) => void,
): Promise<void> => {
  const address = new URL(url);
  address.searchParams.set('heartbeat', String(HEARTBEAT_SECONDS));
  const connection = await connect(address.href, { timeout: CONNECT_TIMEOUT_MS });
  const lost = new AbortController();
  connection.on('error', () => undefined); // 'close' follows and says enough
  connection.on('close', () => {
    lost.abort();
  });
  connection.on('blocked', (reason: string) => {
    report(new AppError('unavailable', 'broker.blocked', `the broker takes no messages: ${reason}`));
  });
  try {
    await work({ connection, signal: AbortSignal.any([stop, lost.signal]) });
    if (!stop.aborted) throw new AppError('unavailable', 'broker.unavailable', 'the connection to the broker was lost');
  } finally {
    await closed(connection);
  }
};

/** Asks for the end, and does not wait long for an answer: the other side may be gone, or stuck. */
const closed = (connection: ChannelModel): Promise<void> =>
  new Promise((resolve) => {
    const impatience = setTimeout(() => {
      (connection as unknown as RawConnection).connection.stream.destroy();
      resolve();
    }, CLOSE_TIMEOUT_MS);
    const done = (): void => {
      clearTimeout(impatience);
      resolve();
    };
    connection.once('close', done);
    connection.close().catch(done); // it was closed already
  });

/** The part of amqplib that its types do not show. */
interface RawConnection {
  readonly connection: { readonly stream: { destroy(): void } };
}
