import { XMLParser } from 'fast-xml-parser';
import { request } from 'undici';
import type { WallClock } from '../../../../shared/clock.ts';
import { AppError } from '../../../../shared/errors.ts';
import { ArchiveStore, type StoredFile } from '../../ports/archive-store.ts';
import { type S3Access, s3Encoded, signedHeaders } from './archive-signature.ts';

export interface BucketOptions extends S3Access {
  /** `https://s3.eu-central-1.amazonaws.com`, or of whatever else speaks like it. */
  readonly endpoint: string;
  readonly bucket: string;
  /** Before every path; empty, or ending with `/`. */
  readonly prefix: string;
}

const TIMEOUT_MS = 60_000;
/** How much of what a bucket says of a failure is passed on. */
const SAID = 500;
const NOTHING: Uint8Array = new Uint8Array(0);

interface Listing {
  readonly Contents?: readonly { readonly Key: string; readonly Size: string }[];
  readonly NextContinuationToken?: string;
}

/** The archive as a bucket that speaks S3, addressed by path. There a put is whole or nothing by itself. */
export class ArchiveBucket extends ArchiveStore {
  private readonly parser = new XMLParser({
    parseTagValue: false,
    isArray: (_, path) => path === 'ListBucketResult.Contents',
  });

  constructor(
    private readonly options: BucketOptions,
    private readonly wallClock: WallClock,
  ) {
    super();
  }

  async put(path: string, content: Uint8Array): Promise<void> {
    await this.ask('PUT', this.urlOf(path), content);
  }

  read(path: string): Promise<Uint8Array> {
    return this.ask('GET', this.urlOf(path));
  }

  async *list(prefix: string): AsyncIterable<StoredFile> {
    const { prefix: own } = this.options;
    for (let token: string | undefined, more = true; more; more = token !== undefined) {
      const url = this.urlOf();
      url.searchParams.set('list-type', '2');
      url.searchParams.set('prefix', own + prefix);
      if (token !== undefined) url.searchParams.set('continuation-token', token);
      const answer = (await this.ask('GET', url)).toString();
      const listing = (this.parser.parse(answer) as { readonly ListBucketResult?: Listing | '' }).ListBucketResult;
      if (listing === undefined) throw unreachable('GET', 'it answered with no listing');
      const { Contents = [], NextContinuationToken }: Listing = listing === '' ? {} : listing;
      for (const { Key, Size } of Contents) yield { path: Key.slice(own.length), bytes: Number(Size) };
      token = NextContinuationToken;
    }
  }

  async remove(path: string): Promise<void> {
    await this.ask('DELETE', this.urlOf(path));
  }

  private urlOf(path?: string): URL {
    const { endpoint, bucket, prefix } = this.options;
    const key = path === undefined ? '' : `/${prefix}${path}`;
    const encoded = `/${bucket}${key}`.split('/').map(s3Encoded).join('/');
    return new URL(encoded, endpoint);
  }

  /** The body of the answer. */
  private async ask(method: 'GET' | 'PUT' | 'DELETE', url: URL, body = NOTHING): Promise<Buffer> {
    const headers = signedHeaders({ method, url, body }, this.options, this.wallClock.nowMs());
    const { status, answer } = await this.send(method, url, headers, body).catch((cause: unknown) => {
      throw unreachable(method, cause instanceof Error ? cause.message : String(cause), cause);
    });
    if (status >= 200 && status < 300) return answer;
    const said = answer.toString('utf8', 0, SAID);
    if (status === 404 && method === 'GET' && !said.includes('NoSuchBucket'))
      throw new AppError('not_found', 'pipeline.archive_file_missing', `the archive has no file ${url.pathname}`);
    throw unreachable(method, `${status} ${said}`);
  }

  private async send(
    method: 'GET' | 'PUT' | 'DELETE',
    url: URL,
    headers: Readonly<Record<string, string>>,
    body: Uint8Array,
  ): Promise<{ readonly status: number; readonly answer: Buffer }> {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const response = await request(url, { method, headers, signal, ...(method === 'PUT' && { body }) });
    return { status: response.statusCode, answer: Buffer.from(await response.body.arrayBuffer()) };
  }
}

const unreachable = (method: string, why: string, cause?: unknown): AppError =>
  new AppError('unavailable', 'pipeline.archive_unreachable', `the archive's bucket, ${method}: ${why}`, { cause });
