/**
 * An answer that comes in pieces, as fast as its reader takes them and no faster: of what is not taken yet, only one
 * piece and the connection's own buffers wait. Its source is told (`return`) when the reader leaves; so one that waits
 * for something to happen should wake up then.
 */
import type { Response } from 'express';

export type Piece = string | Uint8Array;

/** A reader that takes nothing for so long is gone, whatever its connection says. */
const STALLED_MS = 60_000;

export const isStream = (body: unknown): body is AsyncIterable<Piece> =>
  typeof body === 'object' && body !== null && Symbol.asyncIterator in body;

/**
 * Resolves when all of it is sent, or the reader has left. When the source fails midway the error goes on to who asked,
 * and the connection must be cut: an answer that ends in order would look whole.
 */
export const sendStream = async (response: Response, pieces: AsyncIterable<Piece>, stalledMs = STALLED_MS) => {
  const source = pieces[Symbol.asyncIterator]();
  const leave = (): void => void source.return?.();
  response.once('close', leave);
  try {
    if (response.req.method !== 'HEAD') await pump(source, response, stalledMs);
  } finally {
    response.off('close', leave);
    await source.return?.();
  }
  response.end();
};

const pump = async (source: AsyncIterator<Piece>, response: Response, stalledMs: number): Promise<void> => {
  response.flushHeaders();
  for (let next = await source.next(); next.done !== true; next = await source.next()) {
    if (response.destroyed) return;
    if (!response.write(next.value)) await drained(response, stalledMs);
  }
};

const drained = (response: Response, stalledMs: number): Promise<void> =>
  new Promise((resolve) => {
    const go = (): void => {
      clearTimeout(patience);
      response.off('drain', go).off('close', go);
      resolve();
    };
    const patience = setTimeout(() => response.destroy(), stalledMs);
    response.once('drain', go).once('close', go);
  });
