import type { Instant } from '../../../shared/instant.ts';
import type { TouchKind } from '../domain/traffic/touchpoint.ts';
import type { Visit } from '../domain/traffic/visit.ts';
import type { Signpost } from './link-directory.ts';

/** What is odd about a visit, at first sight and within microseconds. Never in the visitor's way. */
export abstract class VisitSignals {
  abstract of(visit: Visit, signpost: Signpost, at: Instant, kind: TouchKind): readonly string[];
}
