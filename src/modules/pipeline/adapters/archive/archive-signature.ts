/**
 * AWS Signature Version 4, as S3 and whatever speaks like it ask for: the request in one canonical text, signed with a
 * key that is derived from the secret for one day, region and service.
 */
import { createHash, createHmac } from 'node:crypto';

export interface S3Access {
  readonly region: string;
  readonly accessKey: string;
  readonly secretKey: string;
}

export interface S3Request {
  readonly method: string;
  readonly url: URL;
  readonly body: Uint8Array;
}

const ALGORITHM = 'AWS4-HMAC-SHA256';
const SERVICE = 's3';

/** All but RFC 3986's unreserved characters, in UTF-8. */
export const s3Encoded = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);

/** The headers that make the request ours, at that moment. */
export const signedHeaders = (
  { method, url, body }: S3Request,
  { region, accessKey, secretKey }: S3Access,
  atMs: number,
): Readonly<Record<string, string>> => {
  const moment = new Date(atMs).toISOString().replace(/[-:]|\.\d{3}/g, '');
  const scope = `${moment.slice(0, 8)}/${region}/${SERVICE}/aws4_request`;
  const bodyHash = sha256(body);
  const headers = { host: url.host, 'x-amz-content-sha256': bodyHash, 'x-amz-date': moment };
  const names = Object.keys(headers).join(';');
  const canonical = [
    method,
    url.pathname,
    [...url.searchParams]
      .map(([name, value]) => `${s3Encoded(name)}=${s3Encoded(value)}`)
      .toSorted()
      .join('&'),
    ...Object.entries(headers).map(([name, value]) => `${name}:${value}`),
    '',
    names,
    bodyHash,
  ].join('\n');
  const toSign = [ALGORITHM, moment, scope, sha256(canonical)].join('\n');
  const key = [moment.slice(0, 8), region, SERVICE, 'aws4_request'].reduce<string | Buffer>(
    (secret, part) => hmac(secret, part),
    `AWS4${secretKey}`,
  );
  const signature = hmac(key, toSign).toString('hex');
  return {
    'x-amz-content-sha256': bodyHash,
    'x-amz-date': moment,
    authorization: `${ALGORITHM} Credential=${accessKey}/${scope}, SignedHeaders=${names}, Signature=${signature}`,
  };
};

const sha256 = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex');
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();
