import { request } from 'undici';

const TIMEOUT_MS = 5_000;
const MAX_BYTES = 500_000;

/** The JSON at an address. Follows no redirects: where an issuer's keys are is said by the issuer, not by a hop. */
export const fetchJson = async (address: string): Promise<unknown> => {
  const { statusCode, body } = await request(address, {
    headers: { accept: 'application/json' },
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    const bytes = Buffer.from(chunk as Uint8Array);
    size += bytes.length;
    if (size > MAX_BYTES) throw new Error(`${address} answers with more than ${MAX_BYTES} bytes`);
    chunks.push(bytes);
  }
  if (statusCode !== 200) throw new Error(`${address} answers ${statusCode}`);
  return JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown;
};
