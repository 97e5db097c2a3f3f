/** The standard health protocol: load balancers and orchestrators ask whether we take calls. */
import type { sendUnaryData, ServerUnaryCall, ServerWritableStream, UntypedServiceImplementation } from '@grpc/grpc-js';
import { AppError } from '../../shared/errors.ts';
import { toStatus } from './status.ts';

interface Asked {
  /** Empty for the server as a whole. */
  readonly service: string;
}
interface Health {
  readonly status: 'SERVING' | 'NOT_SERVING' | 'SERVICE_UNKNOWN';
}

export const HEALTH = { proto: 'grpc/health/v1/health.proto', name: 'grpc.health.v1.Health' };

/** Serving until the signal. Nobody needs a token for it. */
export const health = (services: readonly string[], stop: AbortSignal): UntypedServiceImplementation => {
  const known = new Set(['', HEALTH.name, ...services]);
  const statusOf = ({ service }: Asked): Health['status'] =>
    known.has(service) ? (stop.aborted ? 'NOT_SERVING' : 'SERVING') : 'SERVICE_UNKNOWN';
  return {
    Check: ({ request }: ServerUnaryCall<Asked, Health>, answer: sendUnaryData<Health>) => {
      const status = statusOf(request);
      if (status === 'SERVICE_UNKNOWN') answer(toStatus(unknownService(request.service)));
      else answer(null, { status });
    },
    Watch: (call: ServerWritableStream<Asked, Health>) => {
      call.write({ status: statusOf(call.request) });
      const end = (): void => {
        call.write({ status: statusOf(call.request) });
        call.end();
      };
      stop.addEventListener('abort', end);
      call.on('cancelled', () => {
        stop.removeEventListener('abort', end);
      });
    },
  };
};

const unknownService = (name: string): AppError =>
  new AppError('not_found', 'grpc.unknown_service', `there is no service ${JSON.stringify(name.slice(0, 100))} here`);
