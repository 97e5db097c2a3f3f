import { expect } from 'chai';
import type { Client } from '../../../src/modules/identity/domain/client.ts';
import type { ClientReader, IdentityTransaction } from '../../../src/modules/identity/ports/clients.ts';
import type { SigningKey, SigningKeys } from '../../../src/modules/identity/ports/signing-keys.ts';
import { instant } from '../../../src/shared/instant.ts';
import { decodeCursor } from '../../../src/shared/page.ts';
import { idOf } from '../clock.ts';
import { rejects } from '../rejects.ts';

const noon = instant('2026-01-01T12:00:00Z');

export const aClient = (overrides: Partial<Client> = {}): Client => ({
  clientId: idOf('cli', 1),
  name: 'OTD',
  scopes: ['events:write'],
  partnerId: undefined,
  secretHash: 'hash',
  createdAt: noon,
  createdBy: 'cli_admin',
  revocation: undefined,
  ...overrides,
});

interface ClientStores {
  readonly transaction: IdentityTransaction;
  readonly reader: ClientReader;
}

/** What every store of clients promises; the fake and the real one both run through it. */
export const clientsContract = (make: () => Promise<ClientStores>): void => {
  it('gives back a client as it was added', async () => {
    const { transaction, reader } = await make();
    const client = aClient({ partnerId: idOf('par', 3), scopes: ['links:read', 'links:write'] });

    await transaction.run(({ clients }) => clients.add(client));

    expect(await reader.find(client.clientId)).to.deep.equal(client);
    expect(await transaction.run(({ clients }) => clients.get(client.clientId))).to.deep.equal(client);
  });

  it('remembers who revoked it, when and why', async () => {
    const { transaction, reader } = await make();
    const revocation = { at: noon, by: 'cli_admin', reason: 'lost' };
    await transaction.run(({ clients }) => clients.add(aClient()));

    await transaction.run(({ clients }) => clients.revoke(idOf('cli', 1), revocation));

    expect(await reader.find(idOf('cli', 1))).to.deep.equal(aClient({ revocation }));
  });

  it('knows nothing of a client that was not added, or whose transaction failed', async () => {
    const { transaction, reader } = await make();

    await transaction
      .run(async ({ clients }) => {
        await clients.add(aClient());
        throw new Error('too late');
      })
      .catch(() => undefined);

    expect(await reader.find(idOf('cli', 1))).to.equal(undefined);
    await rejects(
      transaction.run(({ clients }) => clients.get(idOf('cli', 1))),
      'identity.unknown_client',
    );
  });

  it('lists them in pages, each once', async () => {
    const { transaction, reader } = await make();
    for (const n of [1, 2, 3])
      await transaction.run(({ clients }) => clients.add(aClient({ clientId: idOf('cli', n) })));

    const first = await reader.page({ limit: 2 });
    const second = await reader.page({ limit: 2, after: decodeCursor(first.nextCursor ?? '') });

    expect([...first.data, ...second.data].map(({ clientId }) => clientId)).to.deep.equal(
      [1, 2, 3].map((n) => idOf('cli', n)),
    );
    expect(second.nextCursor).to.equal(null);
  });
};

export const aKey = (generation: number, signsFrom = noon): SigningKey => ({
  generation,
  kid: `key-${generation}`,
  publicJwk: { kty: 'EC', crv: 'P-256', x: 'x', y: 'y' },
  privateJwk: { kty: 'EC', crv: 'P-256', x: 'x', y: 'y', d: 'd' },
  signsFrom,
});

/** What every store of signing keys promises. */
export const signingKeysContract = (make: () => Promise<SigningKeys>): void => {
  it('gives back keys whole, oldest first', async () => {
    const keys = await make();

    await keys.add(aKey(2), noon);
    await keys.add(aKey(1), noon);

    expect(await keys.all()).to.deep.equal([aKey(1), aKey(2)]);
  });

  it('takes one key a generation: whoever is second is told so, and the first stays', async () => {
    const keys = await make();

    const first = await keys.add(aKey(1), noon);
    const second = await keys.add({ ...aKey(1), kid: 'another' }, noon);

    expect([first, second]).to.deep.equal([true, false]);
    expect(await keys.all()).to.deep.equal([aKey(1)]);
  });

  it('shows a retired key no more, however often it is retired', async () => {
    const keys = await make();
    await keys.add(aKey(1), noon);
    await keys.add(aKey(2), noon);

    await keys.retire([1], noon);
    await keys.retire([1], noon);

    expect(await keys.all()).to.deep.equal([aKey(2)]);
  });
};
