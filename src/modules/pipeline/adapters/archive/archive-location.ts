/** Where the settings say the archive lies. */
import { resolve } from 'node:path';
import type { WallClock } from '../../../../shared/clock.ts';
import { AppError } from '../../../../shared/errors.ts';
import { ArchiveStore, type StoredFile } from '../../ports/archive-store.ts';
import { ArchiveBucket } from './archive-bucket.ts';
import { ArchiveFolder } from './archive-folder.ts';

export interface ArchiveSettings {
  readonly ARCHIVE_TO?: string | undefined;
  readonly ARCHIVE_S3_ENDPOINT?: string | undefined;
  readonly ARCHIVE_S3_REGION: string;
  readonly ARCHIVE_S3_KEY?: string | undefined;
  readonly ARCHIVE_S3_SECRET?: string | undefined;
}

/** Throws `config.invalid` for a bucket that nobody has a key to. */
export const archiveStoreAt = (settings: ArchiveSettings, wallClock: WallClock): ArchiveStore => {
  const { ARCHIVE_TO: to, ARCHIVE_S3_REGION: region } = settings;
  if (to === undefined) return new NoArchive();
  if (!to.startsWith('s3://')) return new ArchiveFolder(resolve(to));
  const { ARCHIVE_S3_KEY: accessKey, ARCHIVE_S3_SECRET: secretKey } = settings;
  if (accessKey === undefined || secretKey === undefined)
    throw new AppError(
      'invalid',
      'config.invalid',
      'ARCHIVE_TO names a bucket: set ARCHIVE_S3_KEY and ARCHIVE_S3_SECRET',
    );
  const [bucket = '', ...prefix] = to
    .slice('s3://'.length)
    .split('/')
    .filter((part) => part !== '');
  const endpoint = settings.ARCHIVE_S3_ENDPOINT ?? `https://s3.${region}.amazonaws.com`;
  const parts = { endpoint, region, accessKey, secretKey, bucket };
  return new ArchiveBucket({ ...parts, prefix: prefix.map((part) => `${part}/`).join('') }, wallClock);
};

/** What stands in while there is none. */
class NoArchive extends ArchiveStore {
  put(): Promise<void> {
    return Promise.reject(off());
  }

  read(): Promise<Uint8Array> {
    return Promise.reject(off());
  }

  list(): AsyncIterable<StoredFile> {
    throw off();
  }

  remove(): Promise<void> {
    return Promise.reject(off());
  }
}

const off = (): AppError =>
  new AppError('conflict', 'pipeline.archive_off', 'no archive is kept here; set ARCHIVE_TO to a folder or a bucket');
