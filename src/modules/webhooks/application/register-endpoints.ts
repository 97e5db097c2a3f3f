import type { WallClock } from '../../../shared/clock.ts';
import { AppError, type Fault } from '../../../shared/errors.ts';
import type { Ids } from '../../../shared/ids.ts';
import { instantAt } from '../../../shared/instant.ts';
import { grouped } from '../../../shared/grouped.ts';
import type { PartnersPort } from '../../partners/index.ts';
import type { Endpoint, EndpointDescription } from '../domain/endpoint.ts';
import { UNVERIFIED } from '../domain/health.ts';
import { filled, isPostbackType, POSTBACK_EVENT_TYPES, SAMPLE_VALUES, templateFaults } from '../domain/postback.ts';
import { isSubscribable, PUBLIC_EVENT_TYPES } from '../domain/public-events.ts';
import type { EndpointId } from '../index.ts';
import type { AddressGuard } from '../ports/address-guard.ts';
import type { NewEndpoint, WebhookStores, WebhookTransaction } from '../ports/webhooks.ts';
import { ownerCheck, type OwnerCheck } from './owners.ts';
import type { Secrets } from './secrets.ts';

/** More addresses than this would make one partner's order a flood of requests. */
const MOST_PER_PARTNER = 50;

export interface Registered {
  readonly endpointId: EndpointId;
  /** Shown this once. */
  readonly secret: string;
}

export interface Imported {
  readonly index: number;
  readonly verdict: 'created' | 'known' | 'refused';
  readonly endpointId?: EndpointId | undefined;
  readonly secret?: string | undefined;
  readonly faults: readonly Fault[];
}

interface Drafted {
  readonly endpoint: NewEndpoint;
  readonly secret: string;
}

export class RegisterEndpoints {
  constructor(
    private readonly transaction: WebhookTransaction,
    private readonly partners: PartnersPort,
    private readonly guard: AddressGuard,
    private readonly secrets: Secrets,
    private readonly ids: Ids,
    private readonly wallClock: WallClock,
  ) {}

  /**
   * Throws `webhooks.unknown_event_type`, `webhooks.address_refused`, `webhooks.https_required`, `webhooks.port_refused`,
   * `webhooks.unknown_partner`, `webhooks.unknown_program`, `webhooks.endpoint_exists`, `webhooks.too_many_endpoints`.
   */
  async one(description: EndpointDescription): Promise<Registered> {
    const check = await ownerCheck(this.partners, [description]);
    const { endpoint, secret } = await this.drafted(description, check);
    return this.transaction.run(async (stores) => {
      await this.add(stores, endpoint);
      return { endpointId: endpoint.endpointId, secret };
    });
  }

  /** As `one`, and throws `webhooks.unknown_macro`, `webhooks.template_malformed`. Its secret signs nothing. */
  async postback(description: EndpointDescription): Promise<Endpoint> {
    const check = await ownerCheck(this.partners, [description]);
    mustBeTemplate(description.url);
    const { endpoint } = await this.drafted(description, check);
    return this.transaction.run(async (stores) => {
      await this.add(stores, endpoint);
      return stores.endpoints.get(endpoint.endpointId);
    });
  }

  private async add(stores: WebhookStores, endpoint: NewEndpoint): Promise<void> {
    const [added] = await stores.endpoints.add([endpoint], this.now());
    if (added?.isNew !== true) throw exists(added?.endpointId);
    const [dropped] = await dropBeyondLimit(stores, [endpoint]);
    if (dropped !== undefined) throw tooMany();
  }

  /** Each is judged by itself; one that is registered already is known, and keeps its secret. */
  async many(descriptions: readonly EndpointDescription[]): Promise<readonly Imported[]> {
    const check = await ownerCheck(this.partners, descriptions);
    const drafts = await Promise.all(
      descriptions.map((description) => this.drafted(description, check).catch((error: unknown) => refusalOf(error))),
    );
    return this.transaction.run(async (stores) => {
      const good = drafts.flatMap((draft) => ('endpoint' in draft ? [draft.endpoint] : []));
      const added = await stores.endpoints.add(good, this.now());
      const byDraft = new Map(good.map((endpoint, position) => [endpoint, added[position]]));
      const beyond = await dropBeyondLimit(
        stores,
        good.filter((endpoint) => byDraft.get(endpoint)?.isNew === true),
      );
      return drafts.map((draft, index): Imported => {
        if (!('endpoint' in draft)) return { index, verdict: 'refused', faults: draft.faults };
        const { endpointId, isNew } = byDraft.get(draft.endpoint) ?? { endpointId: undefined, isNew: false };
        if (!isNew) return { index, verdict: 'known', endpointId, faults: [] };
        if (beyond.includes(draft.endpoint))
          return { index, verdict: 'refused', ...refusalOf(tooMany(), '/partnerId') };
        return { index, verdict: 'created', endpointId, secret: draft.secret, faults: [] };
      });
    });
  }

  private async drafted(description: EndpointDescription, check: OwnerCheck): Promise<Drafted> {
    mustBeSubscribable(description);
    check(description);
    const url = await this.admitted(description);
    const endpointId = this.ids.next('whe');
    const secret = this.secrets.fresh();
    const secrets = { current: this.secrets.sealed(endpointId, secret) };
    const eventTypes = [...new Set(description.eventTypes)];
    return { endpoint: { ...description, eventTypes, url, endpointId, secrets, health: UNVERIFIED }, secret };
  }

  /** A postback's address is kept as it is written: its macros are filled before anything else reads it. */
  private async admitted({ url, postback }: EndpointDescription): Promise<string> {
    if (postback === undefined) return this.guard.admitted(url);
    await this.guard.admitted(filled(url, SAMPLE_VALUES));
    return url;
  }

  private now() {
    return instantAt(this.wallClock.nowMs());
  }
}

/** Takes out again, the last first, what is more than a partner may have; that is the answer. */
const dropBeyondLimit = async (
  { endpoints }: WebhookStores,
  added: readonly NewEndpoint[],
): Promise<readonly NewEndpoint[]> => {
  const byPartner = grouped(added, ({ partnerId }) => partnerId);
  const counts = await endpoints.counts([...byPartner.keys()].filter((id) => id !== undefined));
  const beyond = [...byPartner].flatMap(([partnerId, theirs]) => {
    const count = partnerId === undefined ? 0 : (counts.get(partnerId) ?? 0);
    const excess = Math.max(0, count - MOST_PER_PARTNER);
    return theirs.slice(Math.max(0, theirs.length - excess));
  });
  for (const { endpointId } of beyond) await endpoints.remove(endpointId);
  return beyond;
};

const tooMany = (): AppError =>
  new AppError(
    'refused',
    'webhooks.too_many_endpoints',
    `a partner has at most ${MOST_PER_PARTNER} endpoints; delete one that is not needed`,
  );

const mustBeTemplate = (url: string): void => {
  const faults = templateFaults(url);
  const [first] = faults;
  if (first !== undefined) throw new AppError('invalid', first.code, first.detail, { faults });
};

const mustBeSubscribable = ({ eventTypes, postback }: EndpointDescription): void => {
  const faults = eventTypes.flatMap((type, index) =>
    (postback === undefined ? isSubscribable(type) : isPostbackType(type))
      ? []
      : [
          {
            pointer: `/eventTypes/${index}`,
            code: 'webhooks.unknown_event_type',
            detail: `must be ${postback === undefined ? `* or one of ${PUBLIC_EVENT_TYPES.join(', ')}` : `one of ${POSTBACK_EVENT_TYPES.join(', ')}`}`,
          },
        ],
  );
  if (faults.length > 0)
    throw new AppError('invalid', 'webhooks.unknown_event_type', 'some event types are unknown', { faults });
};

const exists = (endpointId: EndpointId | undefined): AppError =>
  new AppError('conflict', 'webhooks.endpoint_exists', `that address is registered already, as ${endpointId}`, {
    ...(endpointId && { ids: { endpointId } }),
  });

/** A refusal becomes the item's; anything else is nobody's fault who asked, and stops the whole. */
const refusalOf = (error: unknown, pointer = '/url'): { readonly faults: readonly Fault[] } => {
  if (!(error instanceof AppError) || error.kind === 'unavailable') throw error;
  const { faults = [{ pointer, code: error.code, detail: error.message }] } = error.details;
  return { faults };
};
