/** Spans, in terms of the OpenTelemetry API alone; `start.ts` decides whether anybody collects them. */
import {
  context,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type Context,
  type Link,
} from '@opentelemetry/api';

export { SpanKind };

export interface SpanOptions {
  readonly kind?: SpanKind;
  readonly attributes?: Attributes;
  /** The trace this one continues; without it, the trace in progress. */
  readonly parent?: string | undefined;
  /** Traces this one follows from without being part of them. */
  readonly links?: readonly (string | undefined)[];
}

const contextOf = (traceparent: string): Context => propagation.extract(ROOT_CONTEXT, { traceparent });

const linkTo = (traceparent: string | undefined): Link[] => {
  const spanContext = traceparent === undefined ? undefined : trace.getSpanContext(contextOf(traceparent));
  return spanContext === undefined ? [] : [{ context: spanContext }];
};

export const inSpan = async <Result>(
  name: string,
  { kind = SpanKind.INTERNAL, attributes = {}, parent, links = [] }: SpanOptions,
  work: () => Promise<Result>,
): Promise<Result> => {
  const under = parent === undefined ? context.active() : contextOf(parent);
  // Asked for each time: who collects is decided at start, and in tests again and again.
  const tracer = trace.getTracer('tributary');
  return tracer.startActiveSpan(name, { kind, attributes, links: links.flatMap(linkTo) }, under, async (span) => {
    try {
      return await work();
    } catch (error) {
      span.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.message : String(error) });
      throw error;
    } finally {
      span.end();
    }
  });
};

/** W3C `traceparent` of the span in progress. */
export const traceparentNow = (): string | undefined => {
  const carrier: { traceparent?: string } = {};
  propagation.inject(context.active(), carrier);
  return carrier.traceparent;
};

export const traceIdNow = (): string | undefined => trace.getActiveSpan()?.spanContext().traceId;
