import { IsBag, IsOneOf, IsText } from '../../../../shared/fields.ts';
import type { Consent } from '../../domain/touchpoint.ts';

/** What a page sends: a text that is JSON, so that browsers need not ask first whether they may send it. */
export class PageMessage {
  @IsText({ max: 8_000, description: 'JSON; send it as text/plain' }) readonly text!: string;
}

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
  @IsText({ max: 100, pattern: /^[a-z][a-z0-9_.-]*$/i }) readonly name!: string;
  @IsBag({ optional: true }) readonly data?: Readonly<Record<string, unknown>>;
  @IsText({ min: 0, max: 2_000, optional: true }) readonly page?: string;
}

export class PageClickView {
  @IsText({ max: 400, description: 'Signed; send it with the order' }) readonly clickId!: string;
}
