/** The snippet for customers' pages: small on the wire, and asked for again by the tag of what was sent. */
import { gzipSync } from 'node:zlib';
import { digest } from '../../../../shared/digest.ts';
import { type Answer, type Route, route } from '../../../../infrastructure/http/route.ts';

/** The snippet as it travels. Each has a tag of its own: a cache must not take one for the other. */
interface Edition {
  readonly body: string | Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
  readonly etag: string;
}

const COMMON = { 'Cache-Control': 'public, max-age=3600', Vary: 'Accept-Encoding' };

export const snippetRoute = (snippet: string): Route => {
  const tag = digest(snippet).slice(0, 32);
  const plain: Edition = { body: snippet, headers: {}, etag: `"${tag}"` };
  const zipped: Edition = {
    body: gzipSync(snippet, { level: 9 }),
    headers: { 'Content-Encoding': 'gzip' },
    etag: `"${tag}-gzip"`,
  };
  return route({
    method: 'get',
    path: '/t.js',
    operationId: 'browserSnippet',
    tag: 'tracking',
    summary: 'The snippet for customers’ pages',
    description: 'Kept by browsers for an hour, then asked for again with its ETag. See docs/tracking.md.',
    access: 'public',
    crossOrigin: true,
    success: { 200: { mediaType: 'text/javascript' }, 304: 'empty' },
    handle: ({ header }) => {
      const edition = takesGzip(header('accept-encoding')) ? zipped : plain;
      return Promise.resolve({ edition, known: isKnown(header('if-none-match'), edition.etag) });
    },
    respond: ({ edition: { body, headers, etag }, known }): Answer =>
      known
        ? { status: 304, headers: { ...COMMON, ETag: etag } }
        : {
            status: 200,
            headers: { ...COMMON, ...headers, ETag: etag, 'Content-Type': 'text/javascript; charset=utf-8' },
            body,
          },
  });
};

/** As RFC 9110 (12.5.3) says it: by name, else by the star; a weight of nothing is a no. */
const takesGzip = (accepted = ''): boolean => {
  const weights = new Map(
    accepted.split(',').map((each) => {
      const [name = '', ...parameters] = each.split(';').map((part) => part.trim().toLowerCase());
      const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
      return [name, weight === undefined ? 1 : Number(weight)] as const;
    }),
  );
  return (weights.get('gzip') ?? weights.get('x-gzip') ?? weights.get('*') ?? 0) > 0;
};

/** As RFC 9110 (13.1.2) compares: a list, weak or strong. */
const isKnown = (asked: string | undefined, etag: string): boolean =>
  (asked ?? '')
    .split(',')
    .map((each) => each.trim().replace(/^W\//, ''))
    .some((each) => each === etag || each === '*');
