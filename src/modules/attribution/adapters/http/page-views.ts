import { IsBag, IsOneOf, IsText } from '../../../../shared/fields.ts';
import type { Consent } from '../../domain/traffic/touchpoint.ts';

const EVENT_NAME = /^[a-z][a-z0-9_.-]*$/i;
const NAME_SAYS = 'must be a letter, then letters, digits, - _ and .';

export class PagePath {
  @IsText({ max: 200 }) readonly code!: string;
}

export class PageVisit {
  @IsText({ min: 0, max: 4_000, optional: true }) readonly query?: string;
  @IsText({ min: 0, max: 4_000, optional: true }) readonly referrer?: string;
  @IsOneOf(['granted', 'denied', 'unknown'], { optional: true }) readonly consent?: Consent;
}

export class PageEvent {
  @IsText({ max: 400 }) readonly clickId!: string;
  @IsText({ max: 100, pattern: EVENT_NAME, says: NAME_SAYS }) readonly name!: string;
  @IsBag({ optional: true }) readonly data?: Readonly<Record<string, unknown>>;
  @IsText({ min: 0, max: 2_000, optional: true }) readonly page?: string;
}

/** What a page sends: a text that is JSON, so that browsers need not ask first whether they may send it; or that JSON. */
export interface PageMessage {
  readonly text?: string;
}

const AS_TEXT = 'All the others as one text of JSON, which is what comes as text/plain';

export class PageVisitMessage extends PageVisit implements PageMessage {
  @IsText({ max: 8_000, optional: true, description: AS_TEXT }) readonly text?: string;
}

export class PageEventMessage implements PageMessage {
  @IsText({ max: 8_000, optional: true, description: AS_TEXT }) readonly text?: string;
  @IsText({ max: 400, optional: true, description: 'Signed' }) readonly clickId?: string;
  @IsText({ max: 100, optional: true, pattern: EVENT_NAME, says: NAME_SAYS }) readonly name?: string;
  @IsBag({ optional: true }) readonly data?: Readonly<Record<string, unknown>>;
  @IsText({ min: 0, max: 2_000, optional: true }) readonly page?: string;
}

export class PageClickView {
  @IsText({ max: 400, description: 'Signed; send it with the order' }) readonly clickId!: string;
}
