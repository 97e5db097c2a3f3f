/** What came of the requests of a run. */
import { Histogram } from './histogram.ts';
import type { Answer } from './http-answer.ts';
import { Keeper } from './keeper.ts';
import type { Outcome, Plan } from './load.ts';

const TOO_MANY = 429;
const MOST_REST_MS = 1_000;
const RETRY_AFTER = /\r\nretry-after: *(\d+)/i;

/** The whole number behind `key`; 0 when the text has none. */
export const numberBehind = (key: string, text: string): number => {
  const at = text.indexOf(key);
  const number = at === -1 ? NaN : Number.parseInt(text.slice(at + key.length, at + key.length + 16), 10);
  return Number.isNaN(number) ? 0 : number;
};

export class LoadCounts {
  answered = 0;
  private inTime = 0;
  private failed = 0;
  private cut = 0;
  private turnedAway = 0;
  private fault: string | undefined;
  private lastMs = 0;
  private readonly latencies = new Histogram();
  private readonly tally: Record<string, number>;
  private readonly keeper: Keeper | undefined;

  constructor(private readonly plan: Plan) {
    this.tally = Object.fromEntries((plan.tally ?? []).map((key) => [key, 0]));
    this.keeper = plan.keep === undefined ? undefined : new Keeper(plan.keep.mark, plan.keep.file);
  }

  /** Answers for how many ms whoever asked should rest. */
  add(answer: Answer, sinceMs: number, nowMs: number, endMs: number): number {
    if (answer.status === TOO_MANY && this.plan.yields === true) {
      this.turnedAway += 1;
      return Math.min(Number(RETRY_AFTER.exec(answer.head)?.[1] ?? 1) * 1_000, MOST_REST_MS);
    }
    if (!this.count(answer)) return 0;
    this.lastMs = nowMs;
    if (nowMs <= endMs) this.inTime += 1;
    this.latencies.add((nowMs - sinceMs) * 1_000);
    for (const key in this.tally) this.tally[key] = (this.tally[key] ?? 0) + numberBehind(key, answer.body);
    return 0;
  }

  /** Among the answers, and in no measurement. False for a wrong one. */
  count(answer: Answer): boolean {
    const isRight = this.isRight(answer);
    if (isRight) this.answered += 1;
    else this.fail(`answered ${answer.status}: ${answer.body} (${answer.head.split('\r\n').slice(1).join(' | ')})`);
    return isRight;
  }

  fail(why: string): void {
    this.failed += 1;
    this.fault ??= why.slice(0, 600);
  }

  /** A connection broke with a request on it. */
  breakOff(why: string): void {
    if (this.plan.survives === true) this.cut += 1;
    else this.fail(why);
  }

  /** `undone` were meant to be sent and never answered. */
  outcome(startMs: number, endMs: number, undone: number): Omit<Outcome, 'nextSerial' | 'cpuUs'> {
    this.keeper?.close();
    const tookMs = (Number.isFinite(endMs) ? endMs : this.lastMs) - startMs;
    return {
      answered: this.answered,
      failed: this.failed + undone,
      cut: this.cut,
      turnedAway: this.turnedAway,
      perSecond: tookMs > 0 ? (this.inTime / tookMs) * 1_000 : 0,
      latency: this.latencies.summary(),
      tally: this.tally,
      ...(this.fault !== undefined && { fault: this.fault }),
    };
  }

  private isRight(answer: Answer): boolean {
    const { expected, mustHold } = this.plan;
    if (!expected.includes(answer.status)) return false;
    if (mustHold !== undefined && !answer.head.includes(mustHold) && !answer.body.includes(mustHold)) return false;
    return this.keeper === undefined || this.keeper.keep(answer);
  }
}
