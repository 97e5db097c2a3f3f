import type { Knex } from 'knex';
import { rowsOf } from '../../../../infrastructure/postgres/database.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { Vault } from '../../../../shared/vault.ts';
import type { PrivateJwk, PublicJwk, SigningKey, SigningKeys } from '../../ports/signing-keys.ts';

interface KeyRow {
  readonly generation: number;
  readonly kid: string;
  readonly public_jwk: PublicJwk;
  readonly sealed_private: string;
  readonly signs_from: Instant;
}

const sealOf = (kid: string): string => `identity.signing_keys/${kid}`;

export class PostgresSigningKeys implements SigningKeys {
  constructor(
    private readonly db: Knex,
    private readonly vault: Vault,
  ) {}

  async all(): Promise<readonly SigningKey[]> {
    const rows = await rowsOf<KeyRow>(
      this.db,
      `select generation, kid, public_jwk, sealed_private, signs_from
       from identity.signing_keys
       where retired_at is null
       order by generation`,
    );
    return rows.map(({ generation, kid, public_jwk, sealed_private, signs_from }) => ({
      generation,
      kid,
      publicJwk: public_jwk,
      privateJwk: JSON.parse(this.vault.open(sealed_private, sealOf(kid))) as PrivateJwk,
      signsFrom: signs_from,
    }));
  }

  async add({ generation, kid, publicJwk, privateJwk, signsFrom }: SigningKey, at: Instant): Promise<boolean> {
    const rows = await rowsOf(
      this.db,
      `insert into identity.signing_keys (generation, kid, public_jwk, sealed_private, signs_from, made_at)
       values (:generation, :kid, :publicJwk::jsonb, :sealed, :signsFrom, :at)
       on conflict (generation) do nothing
       returning generation`,
      {
        generation,
        kid,
        publicJwk: JSON.stringify(publicJwk),
        sealed: this.vault.seal(JSON.stringify(privateJwk), sealOf(kid)),
        signsFrom,
        at,
      },
    );
    return rows.length > 0;
  }

  async retire(generations: readonly number[], at: Instant): Promise<void> {
    await rowsOf(
      this.db,
      `update identity.signing_keys
       set retired_at = :at, sealed_private = null
       where generation = any(:generations) and retired_at is null`,
      { generations, at },
    );
  }
}
