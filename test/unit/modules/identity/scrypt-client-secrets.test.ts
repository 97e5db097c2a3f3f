import { expect } from 'chai';
import { SystemRandom } from '../../../../src/infrastructure/system/system.ts';
import { ScryptClientSecrets } from '../../../../src/modules/identity/adapters/scrypt-client-secrets.ts';

describe('secrets of clients', () => {
  const secrets = new ScryptClientSecrets(new SystemRandom());

  it('are 256 random bits behind a prefix that scanners find', () => {
    const made = secrets.make();

    expect(made).to.match(/^tcs_[\w-]{43}$/);
    expect(secrets.make()).not.to.equal(made);
  });

  it('match their hash, and no other secret does', async () => {
    const secret = secrets.make();
    const hash = await secrets.hash(secret);

    expect(hash).not.to.contain(secret);
    expect(await secrets.matches(secret, hash)).to.equal(true);
    expect(await secrets.matches(secrets.make(), hash)).to.equal(false);
    expect(await secrets.matches('', hash)).to.equal(false);
    expect(await secrets.matches(secret, undefined)).to.equal(false);
  });

  it('match hashes made at another cost', async () => {
    const hash = 'scrypt$16$1$1$c2FsdA$';
    const { scryptSync } = await import('node:crypto');
    const derived = scryptSync('old secret', Buffer.from('c2FsdA', 'base64url'), 32, { N: 16, r: 1, p: 1 });

    expect(await secrets.matches('old secret', hash + derived.toString('base64url'))).to.equal(true);
  });
});
