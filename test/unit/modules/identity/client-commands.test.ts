import { expect } from 'chai';
import { CreateClient } from '../../../../src/modules/identity/application/create-client.ts';
import { RecentTokens } from '../../../../src/modules/identity/application/recent-tokens.ts';
import { RevokeClient } from '../../../../src/modules/identity/application/revoke-client.ts';
import { nameOf } from '../../../../src/shared/events.ts';
import { at, CountingIds, idOf, TestWallClock } from '../../../support/clock.ts';
import { FakeIdentityTransaction, PlainClientSecrets } from '../../../support/fakes/fake-identity.ts';
import { rejects } from '../../../support/rejects.ts';

const setUp = () => {
  const transaction = new FakeIdentityTransaction();
  const clock = at('2026-01-01T00:00:00Z');
  const catalogue = { all: new Set(['links:read', 'ledger:read']), forPartners: new Set(['links:read']) };
  const recent = new RecentTokens(new TestWallClock());
  return {
    transaction,
    recent,
    create: new CreateClient(transaction, new PlainClientSecrets(), new CountingIds(), clock, catalogue),
    revoke: new RevokeClient(transaction, recent, clock),
  };
};

describe('creating a client', () => {
  it('keeps the hash of its secret, who made it, and announces it without the secret', async () => {
    const { transaction, create } = setUp();

    const { client, clientSecret } = await create.run(
      { name: 'OTD', scopes: ['links:read', 'ledger:read', 'links:read'] },
      'cli_admin',
    );

    expect(await transaction.reader.find(client.clientId)).to.deep.include({
      scopes: ['ledger:read', 'links:read'],
      secretHash: `hash of ${clientSecret}`,
      createdBy: 'cli_admin',
    });
    expect(transaction.published.map(nameOf)).to.deep.equal(['identity.client_created.v1']);
    expect(JSON.stringify(transaction.published)).not.to.contain(clientSecret);
  });

  it('is refused with scopes the client may not hold, or none, and nothing is kept', async () => {
    const { transaction, create } = setUp();

    for (const scopes of [[], ['moon:write'], ['ledger:read']])
      await rejects(create.run({ name: 'x', scopes, partnerId: idOf('par', 1) }, 'a'), 'identity.scopes_refused');

    expect((await transaction.reader.page({ limit: 10 })).data).to.be.empty;
    expect(transaction.published).to.be.empty;
  });
});

describe('revoking a client', () => {
  it('says why, once, and ends the tokens believed a moment ago', async () => {
    const { transaction, recent, create, revoke } = setUp();
    const { client } = await create.run({ name: 'OTD', scopes: ['links:read'] }, 'a');
    const actor = { subject: client.clientId, clientId: client.clientId, scopes: new Set<string>() };
    recent.add('its token', actor, Number.MAX_SAFE_INTEGER);
    recent.add('another', { ...actor, clientId: 'cli_other' }, Number.MAX_SAFE_INTEGER);

    const first = await revoke.run(client.clientId, 'lost', 'cli_admin');
    const second = await revoke.run(client.clientId, 'again', 'cli_other');

    expect(first.revocation).to.include({ by: 'cli_admin', reason: 'lost' });
    expect(second).to.deep.equal(first);
    expect(transaction.published.map(nameOf)).to.deep.equal([
      'identity.client_created.v1',
      'identity.client_revoked.v1',
    ]);
    expect(recent.get('its token')).to.equal(undefined);
    expect(recent.get('another')).not.to.equal(undefined);
  });

  it('is refused for a client nobody knows', async () => {
    await rejects(setUp().revoke.run(idOf('cli', 9), 'x', 'a'), 'identity.unknown_client');
  });
});
