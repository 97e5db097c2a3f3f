import type { Instant } from '../../../shared/instant.ts';
import type { TouchKind } from '../domain/touchpoint.ts';
import type { Visit } from '../domain/visit.ts';
import type { Signpost } from './link-directory.ts';

/** What is odd about a visit, at first sight and within microseconds. Never in the visitor's way. */
export abstract class VisitSignals {
  abstract of(visit: Visit, signpost: Signpost, at: Instant, kind: TouchKind): readonly string[];
}
