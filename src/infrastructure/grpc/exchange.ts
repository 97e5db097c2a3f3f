/**
 * A stream of questions, each answered on a stream back, in their order. At most so many are in hand, from the moment we
 * ask the connection for one until its answer is written; meanwhile nothing more is read, HTTP/2's window fills up, and
 * whoever goes on writing is held back. What a sender may have under way is so bounded, whatever it sends.
 *
 *   sender ──▶ window of HTTP/2 ──▶ [ in hand: at most so many ] ──▶ answers, in order ──▶ sender
 */
import type { ServerDuplexStream } from '@grpc/grpc-js';
import { AppError } from '../../shared/errors.ts';
import { toStatus } from './status.ts';

export interface ExchangeOptions {
  readonly mostInHand: number;
  /** Ends the stream once what is in hand is answered. */
  readonly stop: AbortSignal;
  readonly answer: (question: unknown) => Promise<unknown>;
  /** Hears why a stream ended that did not end well. */
  readonly failed: (error: unknown) => void;
}

/** Resolves when the last answer is sent, or the sender is gone. */
export const exchange = (call: ServerDuplexStream<unknown, unknown>, options: ExchangeOptions): Promise<void> =>
  new Promise((resolve) => {
    new Exchange(call, options, resolve).begin();
  });

class Exchange {
  /** Of those the connection was asked for, how many are not answered yet; they may not have come yet either. */
  private inHand = 0;
  private nextRead: (() => void) | undefined;
  private answered: Promise<void> = Promise.resolve();
  private isOver = false;

  constructor(
    private readonly call: ServerDuplexStream<unknown, unknown>,
    private readonly options: ExchangeOptions,
    private readonly ended: () => void,
  ) {}

  begin(): void {
    const { call } = this;
    const { stop } = this.options;
    // The library asks for sixteen messages ahead of whoever takes them, up to 5 MB each; so it is the asking we hold.
    const read = call._read.bind(call);
    call._read = (size) => {
      this.nextRead = () => {
        read(size);
      };
      this.readOn();
    };
    const leaveOff = (): void => {
      this.afterAnswers(() => {
        throw stopping();
      });
    };
    call.on('data', (question: unknown) => {
      this.take(question);
    });
    call.on('end', () => {
      this.afterAnswers(() => this.finish(() => call.end()));
    });
    // Said at every end, also when it was ours.
    call.on('cancelled', () => {
      stop.removeEventListener('abort', leaveOff);
      this.isOver = true;
      this.ended();
    });
    stop.addEventListener('abort', leaveOff);
    if (stop.aborted) leaveOff();
    // They may have left while it was asked who they are.
    if (call.cancelled) call.emit('cancelled', 'cancelled');
  }

  private readOn(): void {
    const { mostInHand, stop } = this.options;
    if (this.nextRead === undefined || this.inHand >= mostInHand || this.isOver || stop.aborted) return;
    const read = this.nextRead;
    this.nextRead = undefined;
    this.inHand += 1;
    read();
  }

  /** The work begins at once; its answer waits for those before it. */
  private take(question: unknown): void {
    if (this.isOver || this.options.stop.aborted) return; // nobody has promised anything: it is sent again elsewhere
    const work = this.options.answer(question);
    work.catch(() => undefined); // it is heard below, in its turn
    this.afterAnswers(async () => {
      await this.write(await work);
      this.inHand -= 1;
      this.readOn();
    });
  }

  private afterAnswers(next: () => Promise<void> | void): void {
    this.answered = this.answered
      .then(() => (this.isOver ? undefined : next()))
      .catch((error: unknown) => {
        this.fail(error);
      });
  }

  /** Not before the sender takes the answers either. */
  private write(answer: unknown): Promise<void> {
    return new Promise((resolve) => {
      this.call.once('cancelled', resolve);
      this.call.write(answer, () => {
        this.call.off('cancelled', resolve);
        resolve();
      });
    });
  }

  private fail(error: unknown): void {
    this.finish(() => {
      this.options.failed(error);
      this.call.emit('error', toStatus(error)); // the library's way to end a stream with a status
    });
  }

  private finish(end: () => void): void {
    if (this.isOver) return;
    this.isOver = true;
    end();
  }
}

const stopping = (): AppError =>
  new AppError('unavailable', 'grpc.stopping', 'this server stops; go on elsewhere with what has no answer yet', {
    retryAfterSeconds: 0,
  });
