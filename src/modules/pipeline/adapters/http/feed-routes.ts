import { mustBeStaff } from '../../../../infrastructure/http/authenticate.ts';
import { type Answer, type Route, route } from '../../../../infrastructure/http/route.ts';
import type { WallClock } from '../../../../shared/clock.ts';
import { IsIdOf, IsText } from '../../../../shared/fields.ts';
import type { Id } from '../../../../shared/ids.ts';
import { feedFilter } from '../../domain/feed-filter.ts';
import { readPlace } from '../../domain/feed-place.ts';
import { FeedCounters } from '../feed/feed-counters.ts';
import { FeedEvents } from '../feed/feed-events.ts';
import type { FeedFollower } from '../feed/feed-follower.ts';

const READ = { scope: 'reports:read' };
const EVENTS = { mediaType: 'text/event-stream' };
const MAX_PLACE = 2_000;

class FeedCountersQuery {
  @IsText({ max: 1_000, optional: true, description: 'Like `order.placed,commission.*`; everything unless told' })
  readonly types?: string;
  @IsIdOf('prg', { optional: true, description: 'Of this program only' }) readonly programId?: Id<'prg'>;
}

class FeedQuery extends FeedCountersQuery {
  @IsText({ max: MAX_PLACE, optional: true, description: 'An `id` of before; `Last-Event-ID` goes before it' })
  readonly after?: string;
}

/** Whether any event is called so. */
type IsKnown = (type: string) => boolean;

export const feedRoutes = (follower: FeedFollower, wallClock: WallClock, isKnown: IsKnown): readonly Route[] => [
  eventsRoute(follower, wallClock, isKnown),
  countersRoute(follower, wallClock, isKnown),
];

const eventsRoute = (follower: FeedFollower, wallClock: WallClock, isKnown: IsKnown): Route =>
  route({
    method: 'get',
    path: '/v1/feed',
    operationId: 'watchEvents',
    tag: 'events',
    summary: 'Watch what happens, live, as server-sent events (staff)',
    description:
      'Everything that came in and everything the platform says, without personal fields, from now on, or from ' +
      '`Last-Event-ID` (a header, as browsers send it). Who is too slow gets `event: gap` with how many went by. ' +
      'Every hour, and when the server stops, the stream ends: connect again.',
    access: READ,
    query: FeedQuery,
    success: { 200: EVENTS },
    errors: ['page.malformed_cursor', 'pipeline.feed_closed', 'pipeline.feed_full'],
    handle: ({ actor, query: { types, programId, after }, header }) => {
      mustBeStaff(actor);
      const from = header('last-event-id') ?? after;
      const filter = feedFilter({ types, programId }, isKnown);
      return FeedEvents.open(follower, wallClock, filter, from === undefined ? undefined : readPlace(from));
    },
    respond: streamed,
  });

const countersRoute = (follower: FeedFollower, wallClock: WallClock, isKnown: IsKnown): Route =>
  route({
    method: 'get',
    path: '/v1/feed/counters',
    operationId: 'watchCounters',
    tag: 'events',
    summary: 'Watch how much happens, each second, as server-sent events (staff)',
    description:
      '`event: counters`, with how many events of each type and lane there were since the one before. What did not ' +
      'come in from outside has no lane.',
    access: READ,
    query: FeedCountersQuery,
    success: { 200: EVENTS },
    errors: ['pipeline.feed_closed', 'pipeline.feed_full'],
    handle: ({ actor, query }) => {
      mustBeStaff(actor);
      return FeedCounters.open(follower, wallClock, feedFilter(query, isKnown));
    },
    respond: streamed,
  });

/** Nothing on the way may keep it, nor wait for its end. */
const streamed = (body: AsyncIterable<string>): Answer => ({
  status: 200,
  headers: { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store', 'X-Accel-Buffering': 'no' },
  body,
});
