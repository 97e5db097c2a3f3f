import type { Id } from '../../../shared/ids.ts';
import type { Objection } from '../domain/traffic/touchpoint.ts';
import type { LinkId } from '../index.ts';

/** What a visitor who follows a link needs to know, and no more. */
export interface Signpost {
  readonly code: string;
  readonly linkId: LinkId;
  readonly programId: Id<'prg'>;
  readonly partnerId: Id<'par'>;
  /** Where it leads; never anything but the link's own page or the program's. */
  readonly page: string;
  /** Where else on the program's hosts a visitor may ask to be led. */
  readonly allowedHosts: readonly string[];
  /** Under which name the page is told the click's id. */
  readonly clickParameter: string;
  /** Why a click on it is worth nothing; then it leads to the program's page. */
  readonly objection?: Exclude<Objection, 'unknown_link'> | undefined;
}

/** Where links lead. An answer may be a second old. */
export abstract class LinkDirectory {
  /** At once, or undefined: then `find` may still know it. */
  abstract atHand(code: string): Signpost | undefined;
  abstract find(code: string): Promise<Signpost | undefined>;
  /** These have changed: the next answer is a fresh one, here and in every other process. */
  abstract forget(codes: readonly string[]): Promise<void>;
}
