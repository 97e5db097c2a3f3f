import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { projectRoot } from '../../../src/infrastructure/system/root.ts';

describe('the browser snippet', () => {
  it('is less than 3 KB on the wire', () => {
    const snippet = readFileSync(join(projectRoot(), 'web/tributary.js'));

    expect(gzipSync(snippet, { level: 6 }).length).to.be.lessThan(3_000);
  });
});
