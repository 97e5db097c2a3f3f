/** The same front door over gRPC: `proto/tributary/events/v1/events.proto` in the words of `POST /v1/events`. */
import type { GrpcService } from '../../../../infrastructure/grpc/grpc-server.ts';
import { mustBeStaff } from '../../../../infrastructure/http/authenticate.ts';
import { isShallow, MAX_LEVELS } from '../../../../infrastructure/http/input.ts';
import type { Fault } from '../../../../shared/errors.ts';
import { refusal } from '../../../../shared/parse.ts';

const MAX_EVENTS = 1_000;
/** Of one event: a client library takes 4 MB in a message unless it is told otherwise. */
const MAX_FAULTS = 5;

/** As the `.proto` has it; what was not sent is empty. */
interface EventMessage {
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly schemaVersion: number;
  readonly programId: string;
  readonly subject: string;
  readonly time: string;
  readonly data: Buffer;
}

interface BatchMessage {
  readonly batchId: string;
  readonly events: readonly EventMessage[];
}

interface Judged {
  readonly index: number;
  readonly id: string | null;
  readonly verdict: 'accepted' | 'duplicate' | 'refused';
  readonly faults: readonly Fault[];
  readonly quarantineId?: string | null | undefined;
}

/** Checks each event by itself, and has the accepted ones on disk before it answers. */
interface AcceptsEvents {
  run(inputs: readonly unknown[]): Promise<readonly Judged[]>;
}

export const eventIntake = (acceptEvents: AcceptsEvents): GrpcService => {
  const judge = async ({ batchId, events }: BatchMessage): Promise<object> => {
    if (events.length < 1 || events.length > MAX_EVENTS) throw wrongSize();
    return verdictOf(batchId, await acceptEvents.run(events.map(inputOf)));
  };
  const method: GrpcService['methods'][string] = (batch: BatchMessage, actor) => {
    mustBeStaff(actor);
    return judge(batch);
  };
  return {
    proto: 'tributary/events/v1/events.proto',
    name: 'tributary.events.v1.EventIntake',
    access: { scope: 'events:write' },
    methods: { Publish: method, PublishBatch: method },
  };
};

const wrongSize = () =>
  refusal([{ pointer: '/events', code: 'input.invalid', detail: `must be 1 to ${MAX_EVENTS} events` }]);

/** As JSON over HTTP would have brought it: what is empty was not sent. */
const inputOf = ({ data, ...fields }: EventMessage): unknown => ({
  ...Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== '' && value !== 0)),
  data: dataOf(data),
});

/** What a body over HTTP has around the data of an event: itself, the list, the event. */
const LEVELS_AROUND = 3;

/**
 * What is no JSON, or too deep for whoever walks through it, stays a text, which no type of event has as its data: it is
 * refused, gets its verdict with the others, and can be looked at.
 */
const dataOf = (bytes: Buffer): unknown => {
  const text = bytes.toString();
  const value = parsed(text);
  return isShallow(value, MAX_LEVELS - LEVELS_AROUND) ? value : text;
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return text; // told to the sender as a fault of this event alone
  }
};

const verdictOf = (batchId: string, results: readonly Judged[]): object => {
  const count = (verdict: Judged['verdict']): number => results.filter((result) => result.verdict === verdict).length;
  return {
    batchId,
    accepted: count('accepted'),
    duplicate: count('duplicate'),
    refused: count('refused'),
    results: results.map(({ index, id, verdict, faults, quarantineId }) => ({
      index,
      id: id ?? '',
      verdict: `VERDICT_${verdict.toUpperCase()}`,
      faults: faults.slice(0, MAX_FAULTS),
      quarantineId: quarantineId ?? '',
    })),
  };
};
