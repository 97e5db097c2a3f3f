import type { Clock } from '../../../../shared/clock.ts';
import { AppError } from '../../../../shared/errors.ts';
import type { Ids } from '../../../../shared/ids.ts';
import { epochMs } from '../../../../shared/instant.ts';
import { landingOf } from '../../domain/traffic/landing.ts';
import { withClickId } from '../../domain/traffic/link.ts';
import { isClick, type TakenTouch, type TouchKind } from '../../domain/traffic/touchpoint.ts';
import { consentOf, keepable, networkOf, type Visit } from '../../domain/traffic/visit.ts';
import type { LinkDirectory, Signpost } from '../../ports/link-directory.ts';
import type { VisitSignals } from '../../ports/visit-signals.ts';
import type { ClickTokens } from './click-tokens.ts';

/** Where a visitor goes, and what is to be on disk before anybody says so. */
export interface Departure {
  readonly touch: TakenTouch;
  /** The page, with the signed click id in its query. */
  readonly page: string;
  /** The signed click id by itself. */
  readonly token: string;
  /** To be remembered in a cookie; nobody who denies consent is given one. */
  readonly visitorId?: string | undefined;
}

/** Sends a visitor on. Works in memory alone: the edge has a few µs for it. */
export class FollowLink {
  constructor(
    private readonly directory: LinkDirectory,
    private readonly tokens: ClickTokens,
    private readonly signals: VisitSignals,
    private readonly ids: Ids,
    private readonly clock: Clock,
  ) {}

  atHand(code: string): Signpost | undefined {
    return this.directory.atHand(code);
  }

  /** Throws `attribution.unknown_link`. */
  async signpost(code: string): Promise<Signpost> {
    const signpost = await this.directory.find(code);
    if (signpost === undefined)
      throw new AppError('not_found', 'attribution.unknown_link', 'there is no such link; check its spelling');
    return signpost;
  }

  /** Where the visitor is led who only looks: nothing is recorded. */
  look(signpost: Signpost, query: string): string {
    return landingOf(signpost, query).page;
  }

  depart(signpost: Signpost, visit: Visit, kind: TouchKind = 'click'): Departure {
    const { code, linkId, programId, partnerId, objection } = signpost;
    const { page, subs, campaign, consentAsked, signals } = landingOf(signpost, visit.query);
    const now = this.clock.now();
    const clickId = this.ids.next('clk');
    const consent = consentOf(visit, consentAsked);
    const { visitorId, userAgent, referrer, network } = consent === 'denied' ? NO_TRACES : this.traces(visit);
    const odd = this.signals.of(visit, signpost, now, kind);
    // Field by field: the edge has no time for spreading.
    const touch: TakenTouch = {
      clickId,
      kind,
      programId,
      partnerId,
      linkCode: code,
      occurredAt: now,
      recordedAt: now,
      live: true,
      visitorId,
      userAgent,
      referrer,
      network,
      objection,
      subs,
      campaign,
      consent,
      signals: signals.length === 0 ? odd : [...signals, ...odd],
    };
    const token = this.tokens.mint({ clickId, programId, partnerId, linkId }, epochMs(now));
    return { touch, page: isClick(kind) ? withClickId(page, token, signpost.clickParameter) : page, token, visitorId };
  }

  private traces({ visitorId, address, header }: Visit): Traces {
    return {
      visitorId: visitorId ?? this.ids.next('vis'),
      userAgent: keepable(header('user-agent')),
      referrer: keepable(header('referer')),
      network: networkOf(address),
    };
  }
}

/** What could tell one visitor from another; of whoever denies consent, nothing. */
type Traces = Pick<TakenTouch, 'visitorId' | 'userAgent' | 'referrer' | 'network'>;
const NO_TRACES: Traces = {};
