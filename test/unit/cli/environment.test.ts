import { expect } from 'chai';
import { keepEnvironment, localEnvironment } from '../../../src/cli/local/environment.ts';
import { temporaryFolder } from '../../support/folder.ts';

describe('what other commands know of a program that runs beside them', () => {
  const usual = process.env['DATA_DIR'];
  const folder = temporaryFolder();
  before(() => {
    process.env['DATA_DIR'] = folder.path;
  });
  after(() => {
    if (usual === undefined) delete process.env['DATA_DIR'];
    else process.env['DATA_DIR'] = usual;
    folder.remove();
  });

  it('is enough to reach its archive, in a bucket too: without the key they would not start', () => {
    const archive = {
      ARCHIVE_TO: 's3://bucket',
      ARCHIVE_S3_ENDPOINT: 'http://localhost:9000',
      ARCHIVE_S3_REGION: 'eu-south-2',
      ARCHIVE_S3_KEY: 'key',
      ARCHIVE_S3_SECRET: 'secret',
    };
    keepEnvironment({ MASTER_KEY: 'master' }, { ...archive, LOG_LEVEL: 'warn' });

    expect(localEnvironment()).to.deep.equal({ MASTER_KEY: 'master', ...archive });
  });
});
