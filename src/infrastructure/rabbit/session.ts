import { connect, type ChannelModel } from 'amqplib';
import { pause } from '../pause.ts';

const HEARTBEAT_SECONDS = 5;
const CONNECT_TIMEOUT_MS = 5_000;
const BACK_OFF_MS = [100, 250, 500, 1_000, 2_000];

export interface RabbitSession {
  readonly connection: ChannelModel;
  /** Aborts when the connection is gone or the stop was asked for. */
  readonly signal: AbortSignal;
  /** True while the broker takes no messages: out of disk or memory. */
  readonly isBlocked: () => boolean;
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
    try {
      await oneSession(url, stop, async (session) => {
        failures = 0;
        await work(session);
      });
    } catch (error) {
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
): Promise<void> => {
  const address = new URL(url);
  address.searchParams.set('heartbeat', String(HEARTBEAT_SECONDS));
  const connection = await connect(address.href, { timeout: CONNECT_TIMEOUT_MS });
  const lost = new AbortController();
  let blocked = false;
  connection.on('error', () => undefined); // 'close' follows and says enough
  connection.on('close', () => {
    lost.abort();
  });
  connection.on('blocked', () => (blocked = true));
  connection.on('unblocked', () => (blocked = false));
  try {
    await work({ connection, signal: AbortSignal.any([stop, lost.signal]), isBlocked: () => blocked });
  } finally {
    if (!lost.signal.aborted) await connection.close().catch(() => undefined); // closed by the other side meanwhile
  }
};
