import type { Knex } from 'knex';
import type { Outbox } from '../../../../shared/outbox.ts';
import type { AttributionStores } from '../../ports/attribution-stores.ts';
import { PostgresClaims } from './postgres-claims.ts';
import { PostgresConversions } from './postgres-conversions.ts';
import { PostgresCoupons } from './postgres-coupons.ts';
import { PostgresErasures } from './postgres-erasures.ts';
import { PostgresIdentities } from './postgres-identities.ts';
import { PostgresLinks } from './postgres-links.ts';
import { PostgresPolicies } from './postgres-policies.ts';
import { PostgresTouchpoints } from './postgres-touchpoints.ts';

export const postgresAttributionStores = (trx: Knex, outbox: Outbox): AttributionStores => ({
  coupons: new PostgresCoupons(trx),
  links: new PostgresLinks(trx),
  touchpoints: new PostgresTouchpoints(trx),
  conversions: new PostgresConversions(trx),
  policies: new PostgresPolicies(trx),
  claims: new PostgresClaims(trx),
  erasures: new PostgresErasures(trx),
  identities: new PostgresIdentities(trx),
  outbox,
});
