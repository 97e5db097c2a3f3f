import { context, propagation, trace, metrics } from '@opentelemetry/api';
import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { BatchSpanProcessor, NodeTracerProvider, type SpanProcessor } from '@opentelemetry/sdk-trace-node';

export interface Telemetry {
  /** The metrics in Prometheus' text format. */
  scrape(): Promise<string>;
  stop(): Promise<void>;
}

export interface TelemetryOptions {
  readonly otlpEndpoint?: string | undefined;
  /** For tests that want to see spans. */
  readonly spanProcessors?: readonly SpanProcessor[];
}

/** Must run before the first span and the first metric; a second start replaces the first. */
export const startTelemetry = ({ otlpEndpoint, spanProcessors = [] }: TelemetryOptions): Telemetry => {
  // The detectors' defaults would publish host name and command line.
  const resource = resourceFromAttributes({ 'service.name': 'tributary' });
  const exported =
    otlpEndpoint === undefined
      ? []
      : [new BatchSpanProcessor(new OTLPTraceExporter({ url: `${otlpEndpoint}/v1/traces` }))];
  for (const api of [context, propagation, trace, metrics]) api.disable();
  const tracerProvider = new NodeTracerProvider({ resource, spanProcessors: [...spanProcessors, ...exported] });
  tracerProvider.register();
  const reader = new PrometheusExporter({ preventServerStart: true });
  const meterProvider = new MeterProvider({ resource, readers: [reader] });
  metrics.setGlobalMeterProvider(meterProvider);
  const serializer = new PrometheusSerializer('tributary', false);
  return {
    scrape: async () => serializer.serialize((await reader.collect()).resourceMetrics),
    stop: async () => {
      await Promise.allSettled([tracerProvider.shutdown(), meterProvider.shutdown()]);
      for (const api of [context, propagation, trace, metrics]) api.disable();
    },
  };
};
