import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { PeerOrder } from './redirect-peers-in-a-process.ts';

export interface Peer {
  readonly url: string;
  readonly pid: number;
  stop(): void;
}

/** One of `redirect-peers-in-a-process.ts`. */
export const startPeer = async (order: PeerOrder): Promise<Peer> => {
  const child = fork(fileURLToPath(new URL('./redirect-peers-in-a-process.ts', import.meta.url)), {
    env: { ...process.env, NODE_ENV: 'production' },
  });
  child.send(order);
  const [port] = (await once(child, 'message')) as [number];
  return { url: `http://127.0.0.1:${port}`, pid: child.pid ?? 0, stop: () => child.kill() };
};
