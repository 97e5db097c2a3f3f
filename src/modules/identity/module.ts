import { ContainerModule } from 'inversify';
import { type Config, Settings } from '../../infrastructure/config.ts';
import { PARTNER_SCOPES, SCOPES } from '../../infrastructure/http/api-info.ts';
import { TokenVerifier } from '../../infrastructure/http/authenticate.ts';
import type { Module } from '../../infrastructure/module.ts';
import { Database } from '../../infrastructure/postgres/database.ts';
import { PostgresTransaction, TransactionParts } from '../../infrastructure/postgres/transaction.ts';
import { Clock, Random, WallClock } from '../../shared/clock.ts';
import { contractsIn } from '../../shared/events.ts';
import { Ids } from '../../shared/ids.ts';
import { Vault } from '../../shared/vault.ts';
import { clientRoutes } from './adapters/http/client-routes.ts';
import { type DiscoveryParts, oauthRoutes } from './adapters/http/oauth-routes.ts';
import { PostgresClientReader } from './adapters/postgres/postgres-client-reader.ts';
import { PostgresClients } from './adapters/postgres/postgres-clients.ts';
import { PostgresSigningKeys } from './adapters/postgres/postgres-signing-keys.ts';
import { ScryptClientSecrets } from './adapters/scrypt-client-secrets.ts';
import { ForeignIssuer } from './adapters/tokens/foreign-issuer.ts';
import { ForeignKeys } from './adapters/tokens/foreign-keys.ts';
import { JoseTokenSigner } from './adapters/tokens/jose-token-signer.ts';
import { JoseTokenVerifier } from './adapters/tokens/jose-token-verifier.ts';
import { OwnIssuer } from './adapters/tokens/own-issuer.ts';
import { fetchJson } from './adapters/tokens/undici-json.ts';
import { CreateClient } from './application/create-client.ts';
import { FailedAttempts } from './application/failed-attempts.ts';
import { IdentityCommands } from './application/identity-commands.ts';
import { IssueToken } from './application/issue-token.ts';
import { KeyRing } from './application/key-ring.ts';
import { MintToken, type TokenNames } from './application/mint-token.ts';
import { RecentTokens } from './application/recent-tokens.ts';
import { RevokeClient } from './application/revoke-client.ts';
import type { ScopeCatalogue } from './domain/client.ts';
import * as events from './events.ts';
import { IdentityPort } from './index.ts';
import { ClientSecrets } from './ports/client-secrets.ts';
import { ClientReader, type IdentityStores, IdentityTransaction } from './ports/clients.ts';
import { SigningKeys, TokenSigner } from './ports/signing-keys.ts';

const HOUR_MS = 3_600_000;

const catalogue: ScopeCatalogue = { all: new Set(Object.keys(SCOPES)), forPartners: new Set(PARTNER_SCOPES) };

/**
 * Not the port we listen on: processes on other ports must know our tokens, and so must we after a restart on another.
 */
const ISSUER_WITHOUT_URL = 'http://localhost:3000';

const publicUrlOf = ({ PUBLIC_URL }: Config): string | undefined => PUBLIC_URL?.replace(/\/$/, '');

const namesOf = (settings: Config): TokenNames => ({
  issuer: publicUrlOf(settings) ?? ISSUER_WITHOUT_URL,
  audience: settings.AUDIENCE,
});

const discoveryOf = (settings: Config): DiscoveryParts => ({
  issuer: namesOf(settings).issuer,
  publicUrl: publicUrlOf(settings),
  foreignIssuer: settings.FOREIGN_ISSUER,
  scopes: Object.keys(SCOPES),
});

const foreignIssuers = (settings: Config, wallClock: WallClock): readonly ForeignIssuer[] => {
  const { FOREIGN_ISSUER: issuer, AUDIENCE: audience } = settings;
  if (issuer === undefined) return [];
  const keys = new ForeignKeys(issuer, fetchJson, wallClock);
  return [new ForeignIssuer({ issuer, audience, catalogue }, keys, wallClock)];
};

const bindings = new ContainerModule(({ bind }) => {
  bind(IdentityTransaction).toResolvedValue(
    (parts) =>
      new PostgresTransaction<IdentityStores>(parts, (trx, outbox) => ({ clients: new PostgresClients(trx), outbox })),
    [TransactionParts],
  );
  bind(ClientReader).toResolvedValue(({ knex }) => new PostgresClientReader(knex), [Database]);
  bind(ClientSecrets)
    .toResolvedValue((random) => new ScryptClientSecrets(random), [Random])
    .inSingletonScope();
  bind(SigningKeys).toResolvedValue(({ knex }, vault) => new PostgresSigningKeys(knex, vault), [Database, Vault]);
  bind(TokenSigner).toResolvedValue(() => new JoseTokenSigner());
  bind(KeyRing)
    .toResolvedValue(
      (keys, signer, wallClock) => new KeyRing(keys, signer, wallClock),
      [SigningKeys, TokenSigner, WallClock],
    )
    .inSingletonScope();
  bind(RecentTokens)
    .toResolvedValue((wallClock) => new RecentTokens(wallClock), [WallClock])
    .inSingletonScope();
  bind(MintToken).toResolvedValue(
    (keyRing, signer, ids, wallClock, settings) => new MintToken(keyRing, signer, ids, wallClock, namesOf(settings)),
    [KeyRing, TokenSigner, Ids, WallClock, Settings],
  );
  bind(IssueToken)
    .toResolvedValue(
      (clients, secrets, mintToken, wallClock, settings) =>
        new IssueToken(clients, secrets, new FailedAttempts(wallClock), mintToken, settings.TOKEN_TTL_SECONDS),
      [ClientReader, ClientSecrets, MintToken, WallClock, Settings],
    )
    .inSingletonScope();
  bind(CreateClient).toResolvedValue(
    (transaction, secrets, ids, clock) => new CreateClient(transaction, secrets, ids, clock, catalogue),
    [IdentityTransaction, ClientSecrets, Ids, Clock],
  );
  bind(RevokeClient).toResolvedValue(
    (transaction, recent, clock) => new RevokeClient(transaction, recent, clock),
    [IdentityTransaction, RecentTokens, Clock],
  );
  bind(IdentityPort).toResolvedValue(
    (createClient, clients, mintToken) => new IdentityCommands(createClient, clients, mintToken),
    [CreateClient, ClientReader, MintToken],
  );
  bind(TokenVerifier)
    .toResolvedValue(
      (keyRing, clients, recent, wallClock, settings) =>
        new JoseTokenVerifier(
          [new OwnIssuer(namesOf(settings), keyRing, clients, wallClock), ...foreignIssuers(settings, wallClock)],
          recent,
        ),
      [KeyRing, ClientReader, RecentTokens, WallClock, Settings],
    )
    .inSingletonScope();
});

export const identity: Module = {
  name: 'identity',
  tells: contractsIn(events),
  bindings,
  offers: [IdentityPort, TokenVerifier],
  routes: (own) => [
    ...oauthRoutes(own.get(IssueToken), own.get(KeyRing), discoveryOf(own.get(Settings))),
    ...clientRoutes(own.get(ClientReader), own.get(CreateClient), own.get(RevokeClient)),
  ],
  jobs: (own) => [
    {
      name: 'identity.rotate_signing_keys',
      everyMs: HOUR_MS,
      run: async () => {
        await own.get(KeyRing).rotate();
        return false;
      },
      due: () => Promise.resolve(false),
    },
  ],
};
