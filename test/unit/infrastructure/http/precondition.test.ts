import { expect } from 'chai';
import { etagOf, seenVersion } from '../../../../src/infrastructure/http/precondition.ts';
import { rejects } from '../../../support/rejects.ts';

const headers = (values: Readonly<Record<string, string>>) => (name: string) => values[name];

describe('the version a write is based on', () => {
  it('is the one its caller saw, or none yet', () => {
    expect(seenVersion(headers({ 'if-match': etagOf(7) }))).to.equal(7);
    expect(seenVersion(headers({ 'if-none-match': '*' }))).to.equal(0);
  });

  for (const values of [{}, { 'if-match': '*' }, { 'if-none-match': '"7"' }]) {
    it(`must be said: ${JSON.stringify(values)} does not`, async () => {
      await rejects(() => seenVersion(headers(values)), 'http.precondition_required');
    });
  }

  for (const tag of ['7', 'W/"7"', '"seven"', '""', '"7", "8"']) {
    it(`is not ${tag}, which is no tag of ours`, async () => {
      await rejects(() => seenVersion(headers({ 'if-match': tag })), 'http.precondition_failed');
    });
  }
});
