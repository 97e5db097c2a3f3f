import { ContainerModule } from 'inversify';
import { Cache } from '../../infrastructure/cache/cache.ts';
import { Settings } from '../../infrastructure/config.ts';
import type { Module } from '../../infrastructure/module.ts';
import { Database } from '../../infrastructure/postgres/database.ts';
import { PostgresTransaction, TransactionParts } from '../../infrastructure/postgres/transaction.ts';
import { Clock, Random } from '../../shared/clock.ts';
import { Ids } from '../../shared/ids.ts';
import { PartnersPort } from '../partners/index.ts';
import { CachedLinkDirectory } from './adapters/cached-link-directory.ts';
import { conversionRoutes } from './adapters/http/conversion-routes.ts';
import { linkRoutes } from './adapters/http/link-routes.ts';
import { policyRoutes } from './adapters/http/policy-routes.ts';
import { trackingRoutes } from './adapters/http/tracking-routes.ts';
import { attributionConsumers } from './adapters/messaging/consumers.ts';
import { PostgresAttributionReader } from './adapters/postgres/postgres-attribution-reader.ts';
import { postgresAttributionStores } from './adapters/postgres/stores.ts';
import { AttributionQueries } from './application/attribution-queries.ts';
import { DecideConversions } from './application/decide-conversions.ts';
import { FollowLink } from './application/follow-link.ts';
import { ImportLinks } from './application/import-links.ts';
import { MakeLink } from './application/make-link.ts';
import { MoveLink } from './application/move-link.ts';
import { PublishPolicy } from './application/publish-policy.ts';
import { ReceiveTraffic } from './application/receive-traffic.ts';
import { RecordTouchpoints } from './application/record-touchpoints.ts';
import { Signposts } from './application/signposts.ts';
import { AttributionPort } from './index.ts';
import { AttributionReader } from './ports/attribution-reader.ts';
import { AttributionTransaction } from './ports/attribution-stores.ts';
import { LinkDirectory } from './ports/link-directory.ts';

const bindings = new ContainerModule(({ bind }) => {
  bind(AttributionTransaction).toResolvedValue(
    (parts) => new PostgresTransaction(parts, postgresAttributionStores),
    [TransactionParts],
  );
  bind(AttributionReader).toResolvedValue(({ knex }) => new PostgresAttributionReader(knex), [Database]);
  bind(LinkDirectory).toResolvedValue(
    (reader, partners, cache) => new CachedLinkDirectory(new Signposts(reader, partners), cache),
    [AttributionReader, PartnersPort, Cache],
  );
  bind(DecideConversions).toResolvedValue(
    (partners, clock) => new DecideConversions(partners, clock),
    [PartnersPort, Clock],
  );
  bind(RecordTouchpoints).toResolvedValue((decide) => new RecordTouchpoints(decide), [DecideConversions]);
  bind(ReceiveTraffic).toResolvedValue(
    (record, decide) => new ReceiveTraffic(record, decide),
    [RecordTouchpoints, DecideConversions],
  );
  bind(FollowLink).toResolvedValue(
    (directory, transaction, record, ids, clock) => new FollowLink(directory, transaction, record, ids, clock),
    [LinkDirectory, AttributionTransaction, RecordTouchpoints, Ids, Clock],
  );
  bind(MakeLink).toResolvedValue(
    (partners, transaction, ids, random, clock) => new MakeLink(partners, transaction, ids, random, clock),
    [PartnersPort, AttributionTransaction, Ids, Random, Clock],
  );
  bind(ImportLinks).toResolvedValue(
    (partners, transaction, directory, ids, clock) => new ImportLinks(partners, transaction, directory, ids, clock),
    [PartnersPort, AttributionTransaction, LinkDirectory, Ids, Clock],
  );
  bind(MoveLink).toResolvedValue(
    (transaction, directory, clock) => new MoveLink(transaction, directory, clock),
    [AttributionTransaction, LinkDirectory, Clock],
  );
  bind(PublishPolicy).toResolvedValue(
    (partners, transaction) => new PublishPolicy(partners, transaction),
    [PartnersPort, AttributionTransaction],
  );
  bind(AttributionQueries).toResolvedValue((reader) => new AttributionQueries(reader), [AttributionReader]);
  bind(AttributionPort).toResolvedValue((queries) => queries, [AttributionQueries]);
});

export const attribution: Module = {
  name: 'attribution',
  bindings,
  offers: [AttributionPort],
  routes: (own) => {
    const { PUBLIC_URL: publicUrl = '' } = own.get(Settings);
    return [
      ...trackingRoutes(own.get(FollowLink), publicUrl.startsWith('https:')),
      ...linkRoutes({
        reader: own.get(AttributionReader),
        makeLink: own.get(MakeLink),
        importLinks: own.get(ImportLinks),
        moveLink: own.get(MoveLink),
        publicUrl: publicUrl.replace(/\/$/, ''),
      }),
      ...conversionRoutes(own.get(AttributionReader)),
      ...policyRoutes(own.get(PublishPolicy)),
    ];
  },
  consumers: (own) => attributionConsumers(own.get(AttributionTransaction), own.get(ReceiveTraffic)),
  audits: (own) => [
    {
      promise: 'every decision is what its recorded inputs decide',
      run: () => own.get(AttributionQueries).contradictions(),
    },
  ],
};
