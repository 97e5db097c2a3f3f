import { AppError } from '../../../../shared/errors.ts';
import type { Consent } from '../../domain/traffic/touchpoint.ts';
import type { Visit } from '../../domain/traffic/visit.ts';
import type { TouchLog } from '../../ports/touch-log.ts';
import type { FollowLink } from './follow-link.ts';

/** A page that was opened with a link's code in its own address: nobody was redirected, and it is a click all the same. */
export interface DirectVisit {
  readonly code: string;
  /** What stands behind the question mark of the page; may be empty. */
  readonly query: string;
  readonly consent: Consent;
}

/** Judges a direct link exactly as the redirect does. */
export class TouchFromPage {
  constructor(
    private readonly followLink: FollowLink,
    private readonly touches: TouchLog,
  ) {}

  /** The signed click id, once the click is durable. Throws `attribution.unknown_link`, `attribution.touch_not_kept`. */
  async run({ code, query, consent }: DirectVisit, visit: Omit<Visit, 'query'>): Promise<string> {
    const signpost = await this.followLink.signpost(code);
    const asked = new URLSearchParams(query);
    if (consent !== 'unknown') asked.set('consent', consent);
    const { touch, token } = this.followLink.depart(signpost, { ...visit, query: asked.toString(), toldByPage: true });
    await durable(this.touches, touch);
    return token;
  }
}

/** Throws `attribution.touch_not_kept`. */
export const durable = (touches: TouchLog, touch: Parameters<TouchLog['take']>[0]): Promise<void> =>
  new Promise((resolve, reject) => {
    touches.take(touch, (cause) => {
      if (cause === undefined) resolve();
      else reject(new AppError('unavailable', 'attribution.touch_not_kept', 'not now; try again', { cause }));
    });
  });
