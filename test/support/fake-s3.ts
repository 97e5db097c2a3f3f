/**
 * A bucket in this process that speaks enough of S3. It reckons the signature of every request anew, from what came over
 * the wire, and refuses what is not signed with its key, is older than 15 minutes or has another body than was signed.
 */
import { createHash, createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export const S3_ACCESS = {
  region: 'eu-south-2',
  accessKey: 'AKIDEXAMPLE',
  secretKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
};
const SKEW_MS = 15 * 60_000;
const PAGE = 10;

export class FakeS3 {
  readonly objects = new Map<string, Buffer>();
  private readonly server: Server;

  constructor(private readonly bucket: string) {
    this.server = createServer((request, response) => void this.serve(request, response));
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const url = new URL(request.url ?? '/', 'http://s3');
    const why = whyRefused(request, url, body);
    if (why !== undefined) {
      answer(response, 403, `<Error><Code>SignatureDoesNotMatch</Code><Message>${why}</Message></Error>`);
      return;
    }
    const [, bucket, ...rest] = url.pathname.split('/').map(decodeURIComponent);
    if (bucket !== this.bucket) {
      answer(response, 404, '<Error><Code>NoSuchBucket</Code></Error>');
      return;
    }
    const key = rest.join('/');
    if (key === '') {
      answer(response, 200, this.listing(url.searchParams));
      return;
    }
    this.object(request.method ?? '', key, body, response);
  }

  private object(method: string, key: string, body: Buffer, response: ServerResponse): void {
    const found = this.objects.get(key);
    if (method === 'PUT') this.objects.set(key, body);
    if (method === 'DELETE') this.objects.delete(key);
    if (method !== 'GET') answer(response, method === 'PUT' ? 200 : 204, '');
    else if (found === undefined) answer(response, 404, '<Error><Code>NoSuchKey</Code></Error>');
    else answer(response, 200, found);
  }

  private listing(query: URLSearchParams): string {
    const after = query.get('continuation-token') ?? '';
    const keys = [...this.objects.keys()]
      .filter((key) => key.startsWith(query.get('prefix') ?? '') && key > after)
      .toSorted();
    const page = keys.slice(0, PAGE);
    const contents = page.map(
      (key) => `<Contents><Key>${escaped(key)}</Key><Size>${this.objects.get(key)?.length ?? 0}</Size></Contents>`,
    );
    const next =
      keys.length > PAGE ? `<NextContinuationToken>${escaped(page.at(-1) ?? '')}</NextContinuationToken>` : '';
    return `<?xml version="1.0"?><ListBucketResult><Name>${this.bucket}</Name>${contents.join('')}${next}</ListBucketResult>`;
  }
}

const answer = (response: ServerResponse, status: number, body: string | Buffer): void => {
  response.writeHead(status).end(status === 204 ? undefined : body);
};

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
const sha256 = (content: string | Buffer): string => createHash('sha256').update(content).digest('hex');
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

interface Claim {
  readonly accessKey: string;
  readonly day: string;
  readonly region: string;
  readonly signed: readonly string[];
  readonly signature: string;
}

const CLAIM =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, SignedHeaders=([a-z0-9;-]+), Signature=([0-9a-f]{64})$/;

const claimOf = ({ headers }: IncomingMessage): Claim | undefined => {
  const given = CLAIM.exec(headers.authorization ?? '');
  if (given === null) return undefined;
  const [, accessKey = '', day = '', region = '', signed = '', signature = ''] = given;
  return { accessKey, day, region, signed: signed.split(';'), signature };
};

const MUST_BE_SIGNED = ['host', 'x-amz-content-sha256', 'x-amz-date'];

const whyRefused = (request: IncomingMessage, url: URL, body: Buffer): string | undefined => {
  const claim = claimOf(request);
  if (claim === undefined) return 'no signature';
  if (!isOfNow(request, claim)) return 'not of this time';
  if (claim.accessKey !== S3_ACCESS.accessKey || claim.region !== S3_ACCESS.region) return 'nobody we know';
  if (request.headers['x-amz-content-sha256'] !== sha256(body)) return 'another body';
  if (!MUST_BE_SIGNED.every((name) => claim.signed.includes(name))) return 'too little is signed';
  return signatureOf(request, url, body, claim) === claim.signature ? undefined : 'another signature';
};

const isOfNow = ({ headers }: IncomingMessage, { day }: Claim): boolean => {
  const moment = String(headers['x-amz-date']);
  const sent = Date.parse(moment.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
  return Math.abs(Date.now() - sent) < SKEW_MS && moment.startsWith(day);
};

/** From the raw target and headers, as they came. */
const signatureOf = (request: IncomingMessage, url: URL, body: Buffer, { day, region, signed }: Claim): string => {
  const [path = ''] = (request.url ?? '').split('?');
  const query = [...url.searchParams]
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .toSorted()
    .join('&');
  const headers = signed.map((name) => `${name}:${String(request.headers[name]).trim()}\n`).join('');
  const canonical = [request.method, path, query, headers, signed.join(';'), sha256(body)].join('\n');
  const scope = `${day}/${region}/s3/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', request.headers['x-amz-date'], scope, sha256(canonical)].join('\n');
  const key = hmac(hmac(hmac(hmac(`AWS4${S3_ACCESS.secretKey}`, day), region), 's3'), 'aws4_request');
  return hmac(key, toSign).toString('hex');
};
