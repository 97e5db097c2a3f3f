import { expect } from 'chai';
import { execFileSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ArchiveBucket } from '../../../../src/modules/pipeline/adapters/archive/archive-bucket.ts';
import { ArchiveFolder } from '../../../../src/modules/pipeline/adapters/archive/archive-folder.ts';
import { archiveStoreAt } from '../../../../src/modules/pipeline/adapters/archive/archive-location.ts';
import { archiveStoreContract } from '../../../support/contracts/archive-store-contract.ts';
import { FakeS3, S3_ACCESS } from '../../../support/fake-s3.ts';
import { temporaryFolder } from '../../../support/folder.ts';
import { rejects } from '../../../support/rejects.ts';

const wallClock = { nowMs: () => Date.now() };

archiveStoreContract('a folder', () => {
  const folder = temporaryFolder();
  const root = join(folder.path, 'archive');
  return Promise.resolve({
    store: new ArchiveFolder(root),
    cutOff: () => {
      writeFileSync(root, 'no folder'); // in its place
      return Promise.resolve();
    },
    close: () => {
      folder.remove();
      return Promise.resolve();
    },
  });
});

const PUT_THREE_MEGABYTES = `
  import { ArchiveFolder } from './src/modules/pipeline/adapters/archive/archive-folder.ts';
  const put = new ArchiveFolder(process.argv[1]).put('day/file', new Uint8Array(3 << 20));
  await put.then(() => console.log('vouched for'), (error) => console.log(error.code));`;

describe('a folder with too little room', () => {
  it('vouches for no file that was cut short, and leaves nothing of it', () => {
    const folder = temporaryFolder();
    try {
      const limited = 'ulimit -f 2048; exec node --import tsx --input-type=module -e "$0" "$1"'; // 2 MB a file
      const said = execFileSync('bash', ['-c', limited, PUT_THREE_MEGABYTES, folder.path], { encoding: 'utf8' });

      expect(said.trim()).to.equal('pipeline.archive_unreachable');
      expect(readdirSync(join(folder.path, 'day'))).to.deep.equal([]);
    } finally {
      folder.remove();
    }
  });
});

for (const prefix of ['', 'events/of us/'])
  archiveStoreContract(`a bucket${prefix && ', under a prefix'}`, async () => {
    const server = new FakeS3('our-bucket');
    const endpoint = await server.start();
    return {
      store: new ArchiveBucket({ ...S3_ACCESS, endpoint, bucket: 'our-bucket', prefix }, wallClock),
      cutOff: () => server.stop(),
      close: () => server.stop(),
    };
  });

describe('a bucket', () => {
  let server: FakeS3;
  let endpoint: string;
  before(async () => {
    server = new FakeS3('our-bucket');
    endpoint = await server.start();
  });
  after(() => server.stop());

  const bucketWith = (more: object, nowMs = () => Date.now()) =>
    new ArchiveBucket({ ...S3_ACCESS, endpoint, bucket: 'our-bucket', prefix: '', ...more }, { nowMs });

  it('refuses whoever has another key, another time or another bucket, and we say so', async () => {
    for (const [store, words] of [
      [bucketWith({ secretKey: 'another' }), 'another signature'],
      [bucketWith({ region: 'elsewhere' }), 'nobody we know'],
      [bucketWith({}, () => Date.now() - 3_600_000), 'not of this time'],
      [bucketWith({ bucket: 'theirs' }), 'NoSuchBucket'],
    ] as const) {
      const error = await rejects(store.read('x'), 'pipeline.archive_unreachable');
      expect(error.message).to.contain(words);
    }
  });

  it('is found where the settings say', async () => {
    const settings = { ARCHIVE_S3_REGION: S3_ACCESS.region, ARCHIVE_S3_ENDPOINT: endpoint };
    const keys = { ARCHIVE_S3_KEY: S3_ACCESS.accessKey, ARCHIVE_S3_SECRET: S3_ACCESS.secretKey };
    const store = archiveStoreAt({ ...settings, ...keys, ARCHIVE_TO: 's3://our-bucket/a/b' }, wallClock);
    await store.put('file', Buffer.from('x'));

    expect([...server.objects.keys()]).to.deep.equal(['a/b/file']);
    await rejects(() => archiveStoreAt({ ...settings, ARCHIVE_TO: 's3://our-bucket' }, wallClock), 'config.invalid');
    await rejects(archiveStoreAt(settings, wallClock).read('x'), 'pipeline.archive_off');
  });
});
