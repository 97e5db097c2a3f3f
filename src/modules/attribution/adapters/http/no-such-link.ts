/** For people who follow a link that is none: a page that says so, and needs nothing from anywhere. */
import { createHash } from 'node:crypto';
import { AppError } from '../../../../shared/errors.ts';
import type { Answer } from '../../../../infrastructure/http/route.ts';

const STYLE =
  'body{margin:0;min-height:100vh;display:grid;place-items:center;font:1.1rem/1.5 system-ui,sans-serif;' +
  'color-scheme:light dark}main{max-width:28rem;padding:2rem}h1{margin:0 0 .5rem;font-size:1.5rem}p{margin:0}';

const PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="robots" content="noindex">
<title>There is no such link</title>
<style>${STYLE}</style>
<main>
<h1>There is no such link</h1>
<p>It may be mistyped, or cut off: capital and small letters count. Go back to where you found it, or ask whoever gave it to you.</p>
</main>
</html>
`;

const styleHash = createHash('sha256').update(STYLE).digest('base64');

export const NO_SUCH_LINK: Answer = {
  status: 404,
  headers: {
    'Cache-Control': 'no-store',
    'Content-Security-Policy': `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    'Content-Type': 'text/html; charset=utf-8',
    Vary: 'Accept',
  },
  body: PAGE,
};

/** Browsers name it when somebody opens an address; programs take anything, and get a problem. */
export const wantsPage = (accept: string | undefined): boolean => /\btext\/html\b/i.test(accept ?? '');

export const isUnknownLink = (error: unknown): boolean =>
  error instanceof AppError && error.code === 'attribution.unknown_link';
