/** A client of the event intake, as a neighbour in TypeScript would have it: read from the same `.proto`. */
import {
  type ClientDuplexStream,
  credentials,
  type GrpcObject,
  loadPackageDefinition,
  Metadata,
  type ServiceClientConstructor,
  type ServiceError,
  type StatusObject,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { projectRoot } from '../../src/infrastructure/system/root.ts';

export interface EventVerdict {
  readonly index: number;
  readonly id: string;
  readonly verdict: string;
  readonly faults: readonly { readonly pointer: string; readonly code: string; readonly detail: string }[];
  readonly quarantineId: string;
}
export interface BatchVerdict {
  readonly batchId: string;
  readonly accepted: number;
  readonly duplicate: number;
  readonly refused: number;
  readonly results: readonly EventVerdict[];
}

export const clientOf = (proto: string, service: string): ServiceClientConstructor => {
  const root = loadPackageDefinition(
    loadSync(proto, { includeDirs: [join(projectRoot(), 'proto')], defaults: true, enums: String }),
  );
  return service
    .split('.')
    .reduce<GrpcObject[string]>((inner, part) => (inner as GrpcObject)[part]!, root) as ServiceClientConstructor;
};

const EventIntake = clientOf('tributary/events/v1/events.proto', 'tributary.events.v1.EventIntake');

interface Intake {
  PublishBatch(
    batch: object,
    metadata: Metadata,
    options: object,
    done: (error: ServiceError | null, reply: BatchVerdict) => void,
  ): void;
  Publish(metadata: Metadata, options: object): Publishing;
  close(): void;
}

type Publishing = ClientDuplexStream<object, BatchVerdict>;

/** What came of a stream: its verdicts so far, and how it ended. */
export interface Published {
  readonly stream: Publishing;
  readonly verdicts: BatchVerdict[];
  /** Batches the connection has taken. */
  readonly taken: () => number;
  readonly ended: Promise<StatusObject>;
  send(batch: object): void;
}

export class IntakeClient {
  private readonly client: Intake;

  constructor(
    port: number,
    private readonly token: string | undefined,
  ) {
    this.client = new EventIntake(`127.0.0.1:${port}`, credentials.createInsecure()) as unknown as Intake;
  }

  publishBatch(batch: object, deadlineMs?: number): Promise<BatchVerdict> {
    return new Promise((resolve, reject) => {
      const done = (error: ServiceError | null, reply: BatchVerdict): void => {
        if (error) reject(error);
        else resolve(reply);
      };
      this.client.PublishBatch(batch, this.metadata, optionsOf(deadlineMs), done);
    });
  }

  publish(deadlineMs?: number): Published {
    const stream = this.client.Publish(this.metadata, optionsOf(deadlineMs));
    const verdicts: BatchVerdict[] = [];
    let taken = 0;
    const ended = new Promise<StatusObject>((resolve) => {
      stream.on('status', resolve);
    });
    stream.on('data', (verdict: BatchVerdict) => verdicts.push(verdict));
    stream.on('error', () => undefined); // the status says it
    const send = (batch: object): void => {
      stream.write(batch, (error: unknown) => {
        if (!error) taken += 1;
      });
    };
    return { stream, verdicts, taken: () => taken, ended, send };
  }

  close(): void {
    this.client.close();
  }

  private get metadata(): Metadata {
    const metadata = new Metadata();
    if (this.token !== undefined) metadata.set('authorization', `Bearer ${this.token}`);
    return metadata;
  }
}

const optionsOf = (deadlineMs: number | undefined): object =>
  deadlineMs === undefined ? {} : { deadline: new Date(Date.now() + deadlineMs) };

/** As it travels: an event whose data is an object. */
export const wireEvent = ({
  data,
  ...event
}: {
  readonly data?: unknown;
  readonly [field: string]: unknown;
}): object => ({
  ...event,
  data: Buffer.from(typeof data === 'string' ? data : JSON.stringify(data ?? {})),
});

/** For a program that is told its port before it has one. */
export const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        resolve(typeof address === 'object' && address ? address.port : 0);
      });
    });
  });
