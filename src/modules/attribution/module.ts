import { ContainerModule } from 'inversify';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Settings } from '../../infrastructure/config.ts';
import { Journal } from '../../infrastructure/journal/journal.ts';
import { Doorbell } from '../../infrastructure/messaging/doorbell.ts';
import type { Module, Resolver } from '../../infrastructure/module.ts';
import { Database } from '../../infrastructure/postgres/database.ts';
import { PostgresTransaction, TransactionParts } from '../../infrastructure/postgres/transaction.ts';
import { Trouble } from '../../infrastructure/service.ts';
import { projectRoot } from '../../infrastructure/system/root.ts';
import { Clock, Random, WallClock } from '../../shared/clock.ts';
import { contractsIn } from '../../shared/events.ts';
import { Ids } from '../../shared/ids.ts';
import { BulkOutbox } from '../../shared/outbox.ts';
import { Vault } from '../../shared/vault.ts';
import { OrdersPort } from '../orders/index.ts';
import { PartnersPort } from '../partners/index.ts';
import { EdgeTouchLog } from './adapters/edge/edge-touch-log.ts';
import { LinkSnapshot } from './adapters/edge/link-snapshot.ts';
import { journalFolder } from './adapters/edge/journal-folder.ts';
import { SignpostFile } from './adapters/edge/signpost-file.ts';
import { FileNetworkLists } from './adapters/file-network-lists.ts';
import { HmacClickSigner } from './adapters/hmac-click-signer.ts';
import { IsbotDetector } from './adapters/isbot-detector.ts';
import { MemoryVisitSignals } from './adapters/memory-visit-signals.ts';
import { claimRoutes } from './adapters/http/claim-routes.ts';
import { conversionRoutes } from './adapters/http/conversion-routes.ts';
import { couponRoutes } from './adapters/http/coupon-routes.ts';
import { erasureRoutes } from './adapters/http/erasure-routes.ts';
import { identityRoutes } from './adapters/http/identity-routes.ts';
import { linkRoutes } from './adapters/http/link-routes.ts';
import { pageRoutes } from './adapters/http/page-routes.ts';
import { modelRoutes } from './adapters/http/model-routes.ts';
import { policyRoutes } from './adapters/http/policy-routes.ts';
import { qrRoutes } from './adapters/http/qr-routes.ts';
import { replayRoutes } from './adapters/http/replay-routes.ts';
import { touchpointRoutes } from './adapters/http/touchpoint-routes.ts';
import { trackingFront } from './adapters/http/tracking-front.ts';
import { trackingRoutes } from './adapters/http/tracking-routes.ts';
import { attributionConsumers } from './adapters/messaging/consumers.ts';
import { PostgresAttributionReader } from './adapters/postgres/postgres-attribution-reader.ts';
import { PostgresClaimReader } from './adapters/postgres/postgres-claim-reader.ts';
import { PostgresCreditReasons } from './adapters/postgres/postgres-credit-reasons.ts';
import { PostgresIdentityAuditor } from './adapters/postgres/postgres-identity-auditor.ts';
import { PostgresTraces } from './adapters/postgres/postgres-traces.ts';
import { postgresAttributionStores } from './adapters/postgres/stores.ts';
import { ReplayParts, replayParts } from './adapters/replay-parts.ts';
import { AttributionQueries } from './application/deciding/attribution-queries.ts';
import { ClickTokens } from './application/traffic/click-tokens.ts';
import { DecideConversions } from './application/deciding/decide-conversions.ts';
import { DecideStrays } from './application/deciding/decide-strays.ts';
import { ForgetNetworks } from './application/identity/forget-networks.ts';
import { EraseSubject } from './application/identity/erase-subject.ts';
import { FollowLink } from './application/traffic/follow-link.ts';
import { ImportLinks } from './application/traffic/import-links.ts';
import { KeepClaims } from './application/deciding/keep-claims.ts';
import { KeepCoupons } from './application/traffic/keep-coupons.ts';
import { KeepIdentities } from './application/identity/keep-identities.ts';
import { MakeLink } from './application/traffic/make-link.ts';
import { MoveLink } from './application/traffic/move-link.ts';
import { PublishPolicy } from './application/deciding/publish-policy.ts';
import { ReceiveTraffic } from './application/traffic/receive-traffic.ts';
import { RecordSiteEvent } from './application/traffic/record-site-event.ts';
import { RecordTouchpoints } from './application/traffic/record-touchpoints.ts';
import { Signposts } from './application/traffic/signposts.ts';
import { TellTouchpoint } from './application/traffic/tell-touchpoint.ts';
import { TouchFromPage } from './application/traffic/touch-from-page.ts';
import { Veil } from './application/identity/veil.ts';
import * as events from './events.ts';
import { AttributionPort, CreditReasonsPort, ReplayPort } from './index.ts';
import { AttributionReader } from './ports/attribution-reader.ts';
import { AttributionTransaction } from './ports/attribution-stores.ts';
import { BotDetector } from './ports/bot-detector.ts';
import { ClaimReader } from './ports/claim-reader.ts';
import { ClickSigner } from './ports/click-signer.ts';
import { IdentityAuditor } from './ports/identity-auditor.ts';
import { LinkDirectory } from './ports/link-directory.ts';
import { TouchLog } from './ports/touch-log.ts';
import { Traces } from './ports/traces.ts';
import { VisitSignals } from './ports/visit-signals.ts';

const stores = new ContainerModule(({ bind }) => {
  bind(AttributionTransaction).toResolvedValue(
    (parts) => new PostgresTransaction(parts, postgresAttributionStores),
    [TransactionParts],
  );
  bind(AttributionReader).toResolvedValue(({ knex }) => new PostgresAttributionReader(knex), [Database]);
  bind(ClaimReader).toResolvedValue(({ knex }) => new PostgresClaimReader(knex), [Database]);
  bind(IdentityAuditor).toResolvedValue(({ knex }) => new PostgresIdentityAuditor(knex), [Database]);
  bind(Traces).toResolvedValue(({ knex }) => new PostgresTraces(knex), [Database]);
});

/** What answers visitors. */
const edge = new ContainerModule(({ bind }) => {
  bind(LinkDirectory).toResolvedValue(
    (reader, partners, doorbell, wallClock, trouble, config) =>
      new LinkSnapshot({
        signposts: new Signposts(reader, partners),
        doorbell,
        wallClock,
        trouble,
        file: new SignpostFile(join(journalFolder(config), 'links.ndjson')),
      }),
    [AttributionReader, PartnersPort, Doorbell, WallClock, Trouble, Settings],
  );
  bind(TouchLog).toResolvedValue(
    (outbox, trouble, config) =>
      new EdgeTouchLog({
        outbox,
        trouble,
        journal: new Journal({
          folder: journalFolder(config),
          maxBytes: config.JOURNAL_MAX_MB * 1_000_000,
          onTorn: (path, { damaged, torn }) => {
            const what = `${damaged} damaged records, and ${torn} bytes at its end that nobody was promised`;
            trouble.report('click journal', new Error(`${path} had ${what}`));
          },
        }),
      }),
    [BulkOutbox, Trouble, Settings],
  );
  bind(ClickSigner).toResolvedValue((config) => new HmacClickSigner(config.MASTER_KEY), [Settings]);
  bind(ClickTokens).toResolvedValue(
    (signer, clock, config) => new ClickTokens(signer, clock, config.CLICK_ID_DAYS),
    [ClickSigner, Clock, Settings],
  );
  bind(BotDetector).toResolvedValue(() => new IsbotDetector(), []);
  bind(VisitSignals).toResolvedValue(
    (detector, config, random) =>
      new MemoryVisitSignals(
        detector,
        new FileNetworkLists(config.NETWORK_LISTS),
        Buffer.from(random.bytes(4)).readInt32LE(),
      ),
    [BotDetector, Settings, Random],
  );
  bind(FollowLink).toResolvedValue(
    (directory, tokens, signals, ids, clock) => new FollowLink(directory, tokens, signals, ids, clock),
    [LinkDirectory, ClickTokens, VisitSignals, Ids, Clock],
  );
  bind(TouchFromPage).toResolvedValue(
    (followLink, touches) => new TouchFromPage(followLink, touches),
    [FollowLink, TouchLog],
  );
  bind(RecordSiteEvent).toResolvedValue(
    (tokens, transaction, clock, wallClock) => new RecordSiteEvent(tokens, transaction, clock, wallClock),
    [ClickTokens, AttributionTransaction, Clock, WallClock],
  );
});

/** Who is credited. */
const credit = new ContainerModule(({ bind }) => {
  bind(DecideConversions).toResolvedValue(
    (partners, clock) => new DecideConversions(partners, clock),
    [PartnersPort, Clock],
  );
  bind(DecideStrays).toResolvedValue(
    (...parts) => new DecideStrays(...parts),
    [PartnersPort, AttributionTransaction, DecideConversions],
  );
  bind(RecordTouchpoints).toResolvedValue((decide) => new RecordTouchpoints(decide), [DecideConversions]);
  bind(ReceiveTraffic).toResolvedValue(
    (record, decide, vault, detector) => new ReceiveTraffic(record, decide, new Veil(vault), detector),
    [RecordTouchpoints, DecideConversions, Vault, BotDetector],
  );
  bind(TellTouchpoint).toResolvedValue(
    (partners, transaction, record, vault, clock) =>
      new TellTouchpoint(partners, transaction, record, new Veil(vault), clock),
    [PartnersPort, AttributionTransaction, RecordTouchpoints, Vault, Clock],
  );
  bind(KeepClaims).toResolvedValue(
    (...parts) => new KeepClaims(...parts),
    [PartnersPort, ClaimReader, AttributionTransaction, DecideConversions, Ids, Clock],
  );
  bind(AttributionQueries).toResolvedValue((reader) => new AttributionQueries(reader), [AttributionReader]);
  bind(AttributionPort).toResolvedValue((queries) => queries, [AttributionQueries]);
  bind(CreditReasonsPort).toResolvedValue(({ knex }) => new PostgresCreditReasons(knex), [Database]);
});

/** What staff and partners do. */
const desk = new ContainerModule(({ bind }) => {
  bind(MakeLink).toResolvedValue(
    (partners, transaction, ids, random, clock) => new MakeLink(partners, transaction, ids, random, clock),
    [PartnersPort, AttributionTransaction, Ids, Random, Clock],
  );
  bind(ImportLinks).toResolvedValue(
    (partners, transaction, directory, ids, clock) => new ImportLinks(partners, transaction, directory, ids, clock),
    [PartnersPort, AttributionTransaction, LinkDirectory, Ids, Clock],
  );
  bind(KeepCoupons).toResolvedValue(
    (partners, transaction, ids, clock) => new KeepCoupons(partners, transaction, ids, clock),
    [PartnersPort, AttributionTransaction, Ids, Clock],
  );
  bind(MoveLink).toResolvedValue(
    (transaction, directory, clock) => new MoveLink(transaction, directory, clock),
    [AttributionTransaction, LinkDirectory, Clock],
  );
  bind(PublishPolicy).toResolvedValue(
    (partners, transaction, clock) => new PublishPolicy(partners, transaction, clock),
    [PartnersPort, AttributionTransaction, Clock],
  );
  bind(KeepIdentities).toResolvedValue(
    (...parts) => new KeepIdentities(...parts),
    [AttributionTransaction, DecideConversions, Vault, Ids, Clock],
  );
  bind(EraseSubject).toResolvedValue(
    (...parts) => new EraseSubject(...parts),
    [AttributionTransaction, OrdersPort, PartnersPort, Vault, Ids, Clock],
  );
  bind(ForgetNetworks).toResolvedValue(
    (traces, vault, random, clock, config) =>
      new ForgetNetworks(traces, vault, random, clock, config.FORGET_NETWORK_AFTER_DAYS),
    [Traces, Vault, Random, Clock, Settings],
  );
});

/** What policies and models would make of the past. */
const replay = new ContainerModule(({ bind }) => {
  bind(ReplayParts).toResolvedValue(
    (parts, partners, orders, publishPolicy, clock, wallClock) =>
      replayParts({ parts, partners, orders, publishPolicy, clock, wallClock }),
    [TransactionParts, PartnersPort, OrdersPort, PublishPolicy, Clock, WallClock],
  );
  bind(ReplayPort).toResolvedValue(({ keepReplays }) => keepReplays, [ReplayParts]);
});

const isSecure = (own: Resolver): boolean => own.get(Settings).PUBLIC_URL?.startsWith('https:') ?? false;

export const attribution: Module = {
  name: 'attribution',
  tells: contractsIn(events),
  bindings: [stores, edge, credit, desk, replay],
  offers: [AttributionPort, CreditReasonsPort, ReplayPort],
  routes: (own) => {
    const publicUrl = (own.get(Settings).PUBLIC_URL ?? '').replace(/\/$/, '');
    return [
      ...trackingRoutes(own.get(FollowLink), own.get(TouchLog), isSecure(own)),
      ...pageRoutes({
        touchFromPage: own.get(TouchFromPage),
        recordSiteEvent: own.get(RecordSiteEvent),
        snippet: readFileSync(join(projectRoot(), 'web/tributary.js'), 'utf8'),
      }),
      ...linkRoutes({
        reader: own.get(AttributionReader),
        makeLink: own.get(MakeLink),
        importLinks: own.get(ImportLinks),
        moveLink: own.get(MoveLink),
        publicUrl,
      }),
      ...qrRoutes(own.get(AttributionReader), publicUrl),
      ...couponRoutes(own.get(AttributionReader), own.get(KeepCoupons)),
      ...conversionRoutes(own.get(AttributionReader)),
      ...claimRoutes(own.get(ClaimReader), own.get(KeepClaims)),
      ...touchpointRoutes(own.get(TellTouchpoint)),
      ...policyRoutes(own.get(PublishPolicy)),
      ...identityRoutes(own.get(KeepIdentities)),
      ...erasureRoutes(own.get(EraseSubject)),
      ...replayRoutes(own.get(ReplayPort)),
      ...modelRoutes(own.get(ReplayParts).reportModels),
    ];
  },
  fronts: (own) => {
    const options = { secure: isSecure(own), proxies: own.get(Settings).PROXIES };
    return [trackingFront(own.get(FollowLink), own.get(TouchLog), options)];
  },
  services: (own) => [own.get(LinkDirectory) as LinkSnapshot, own.get(TouchLog) as EdgeTouchLog],
  consumers: (own) => attributionConsumers(own.get(AttributionTransaction), own.get(ReceiveTraffic)),
  jobs: (own) => {
    const [strays, forget] = [own.get(DecideStrays), own.get(ForgetNetworks)];
    return [
      ...own.get(ReplayParts).jobs,
      { name: 'attribution.decide_strays', everyMs: 2_000, run: () => strays.run(), due: () => strays.due() },
      {
        name: 'attribution.forget_networks',
        everyMs: 60_000,
        run: () => forget.run(),
        due: () => forget.due(),
      },
    ];
  },
  audits: (own) => [
    {
      promise: 'every decision is what its recorded inputs decide',
      run: () => own.get(AttributionQueries).contradictions(),
    },
    {
      promise: 'every key of a customer is what its merge says, and stands as long as that does',
      run: () => own.get(IdentityAuditor).strayKeys(),
    },
    ...own.get(ReplayParts).audits,
  ],
};
