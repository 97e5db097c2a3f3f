import { mustBeStaff } from '../../../../infrastructure/http/authenticate.ts';
import { withoutClaim } from '../../../../infrastructure/http/claim.ts';
import { type Answer, type Route, route } from '../../../../infrastructure/http/route.ts';
import { AppError } from '../../../../shared/errors.ts';
import { IsBagList, IsIdOf, IsListOf, IsOneOf, IsText, IsWhole } from '../../../../shared/fields.ts';
import { FaultView } from '../../../../infrastructure/http/problem.ts';
import { type AcceptEvents, type EventResult, MAX_EVENT_FAULTS } from '../../application/accept-events.ts';
import { envelopeSchema } from '../ajv/ajv-event-reader.ts';
import { MAX_EVENTS, NDJSON, readLines } from './ndjson.ts';
import { typesIn } from './types-at-a-glance.ts';

class EventBatchRequest {
  @IsBagList({
    min: 1,
    max: MAX_EVENTS,
    items: envelopeSchema,
    description: 'Each is judged by itself; the data of each type is described in docs/events.md',
  })
  readonly events!: readonly unknown[];
}

class EventResultView {
  @IsWhole({ min: 0, max: MAX_EVENTS, description: 'Its place in the batch' }) readonly index!: number;
  @IsText({ max: 200, nullable: true }) readonly id!: string | null;
  @IsOneOf(['accepted', 'duplicate', 'refused']) readonly verdict!: string;
  @IsListOf(() => FaultView, { max: MAX_EVENT_FAULTS, description: 'The first of them; there may be more' })
  readonly faults!: EventResult['faults'];
  @IsIdOf('qua', { optional: true, description: 'Where what was refused is kept' }) readonly quarantineId?: string;
}

class EventBatchView {
  @IsWhole({ min: 0, max: MAX_EVENTS }) readonly accepted!: number;
  @IsWhole({ min: 0, max: MAX_EVENTS, description: 'Known already; nothing was done again' })
  readonly duplicate!: number;
  @IsWhole({ min: 0, max: MAX_EVENTS }) readonly refused!: number;
  @IsListOf(() => EventResultView, { max: MAX_EVENTS }) readonly results!: readonly EventResultView[];
}

export const eventRoutes = (acceptEvents: AcceptEvents): readonly Route[] => [
  route({
    method: 'post',
    path: '/v1/events',
    operationId: 'postEvents',
    tag: 'events',
    summary: 'Post what happened: orders, clicks, and whatever has a registered type',
    description:
      'Idempotent by the id of each event: for orders and clicks for ever, for other types as long as their day is ' +
      'kept. 202: all accepted or known. 207: some were refused. 422: all were refused, and had no effect. An accepted ' +
      'event is durable. As NDJSON, one event a line, `index` counts lines from 0, without blank ones. Both forms may come with gzip.',
    access: { scope: 'events:write' },
    body: EventBatchRequest,
    textBody: { mediaTypes: [NDJSON], field: 'events', parse: readLines },
    glance: (body) => acceptEvents.letIn(typesIn(body), body.length),
    success: { 202: EventBatchView, 207: EventBatchView },
    errors: [
      'pipeline.unknown_type',
      'pipeline.unknown_version',
      'pipeline.not_json',
      'pipeline.event_too_large',
      'pipeline.time_too_old',
      'pipeline.shed',
      'pipeline.overloaded',
      'pipeline.time_in_future',
      'pipeline.id_reused',
      'pipeline.line_repeated',
      'pipeline.amount_too_large',
    ],
    handle: ({ actor, body }) => {
      mustBeStaff(actor);
      return withoutClaim(() => acceptEvents.run(takenOut(body.events)));
    },
    respond: answerTo,
  }),
];

/** The request stays until it is answered; what it brought need not. */
const takenOut = (events: readonly unknown[]): readonly unknown[] => (events as unknown[]).splice(0);

const answerTo = (results: readonly EventResult[]): Answer => {
  const count = (verdict: string): number => results.filter((result) => result.verdict === verdict).length;
  const refused = count('refused');
  if (refused === results.length) throw allRefused(results);
  const body = { accepted: count('accepted'), duplicate: count('duplicate'), refused, results };
  return { status: refused === 0 ? 202 : 207, body };
};

const allRefused = (results: readonly EventResult[]): AppError =>
  new AppError('refused', 'pipeline.all_refused', 'no event of the batch was accepted; mend them and send them again', {
    faults: results.flatMap(({ index, faults }) =>
      faults.map((fault) => ({ ...fault, pointer: `/events/${index}${fault.pointer}` })),
    ),
  });
