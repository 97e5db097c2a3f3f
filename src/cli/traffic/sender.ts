/** Sends each request until it is answered for, and counts every answer. A program that is away is waited for. */
import { randomUUID } from 'node:crypto';
import { Pool } from 'undici';
import type { Id } from '../../shared/ids.ts';
import type { Credentials } from '../demo/client.ts';
import type { PostedEvent } from '../demo/world.ts';
import type { Act } from './customers.ts';

/** Before the second try, and before every later one. */
const [FIRST_PAUSE_MS, PAUSE_MS] = [100, 1_000];
const ANSWER_TIMEOUT_MS = 15_000;

interface Answer {
  readonly status: number;
  readonly location: string;
  readonly text: string;
}

interface Verdicts {
  readonly results: readonly { readonly id: string; readonly verdict: string }[];
}

export class Sender {
  /** How often each status came; `no answer` when none did. */
  readonly answers = new Map<string, number>();
  /** What no program should say. */
  readonly unexpected: string[] = [];
  readonly clicks: Id<'clk'>[] = [];
  /** What was answered for, to be asked for again. */
  readonly told: PostedEvent[] = [];
  duplicates = 0;
  readonly latenciesMs: number[] = [];
  private readonly pool: Pool;
  private token: Promise<string> | undefined;

  constructor(
    url: string,
    private readonly programId: Id<'prg'>,
    private readonly credentials: Credentials,
    /** Then what is not answered for is given up. */
    private readonly giveUp: AbortSignal,
  ) {
    this.pool = new Pool(url, { connections: 64, pipelining: 1, connectTimeout: 2_000 });
  }

  /** True once it is answered for; `sinceMs`, on the monotonic clock, is when it was due. */
  async send(act: Act, sinceMs = performance.now()): Promise<boolean> {
    const key = randomUUID();
    for (let tries = 1; !this.giveUp.aborted; tries += 1) {
      const answer = act.kind === 'click' ? await this.visit(act) : await this.tell(act.events, key);
      if (answer !== undefined && this.isTaken(act, answer)) {
        this.latenciesMs.push(performance.now() - sinceMs);
        return true;
      }
      if (answer !== undefined && !isNotNow(answer)) return false;
      await new Promise((resolve) => setTimeout(resolve, tries === 1 ? FIRST_PAUSE_MS : PAUSE_MS));
    }
    return false;
  }

  /** The verdict on each event, as for a repetition that nobody counts. */
  async verdictsOn(events: readonly PostedEvent[]): Promise<Verdicts['results']> {
    const answer = await this.tell(events, randomUUID());
    return answer === undefined || answer.status > 299 ? [] : (JSON.parse(answer.text) as Verdicts).results;
  }

  close(): Promise<void> {
    return this.pool.destroy();
  }

  private visit({ code, userAgent }: Extract<Act, { kind: 'click' }>): Promise<Answer | undefined> {
    return this.ask('GET', `/r/${code}`, { 'user-agent': userAgent });
  }

  private async tell(events: readonly PostedEvent[], key: string): Promise<Answer | undefined> {
    const token = await this.signedIn();
    if (token === undefined) return undefined;
    const body = JSON.stringify({ events: events.map((event) => ({ ...event, programId: this.programId })) });
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'idempotency-key': key };
    return this.ask('POST', '/v1/events', headers, body);
  }

  private isTaken(act: Act, { status, location, text }: Answer): boolean {
    if (act.kind === 'click') {
      const clickId = status === 302 ? new URL(location).searchParams.get('click_id') : null;
      if (clickId === null) return this.wonder(status, text);
      this.clicks.push(clickId as Id<'clk'>);
      act.onward(clickId as Id<'clk'>);
      return true;
    }
    if (status !== 202) return this.wonder(status, text);
    this.told.push(...act.events);
    this.duplicates += (JSON.parse(text) as Verdicts).results.filter(({ verdict }) => verdict === 'duplicate').length;
    return true;
  }

  private wonder(status: number, text: string): false {
    if (status === 401) this.token = undefined;
    if (!isNotNow({ status, text })) this.unexpected.push(`${status} ${text.slice(0, 300)}`);
    return false;
  }

  /** Undefined when nobody answered. */
  private async ask(
    method: 'GET' | 'POST',
    path: string,
    headers: Readonly<Record<string, string>>,
    body?: string,
  ): Promise<Answer | undefined> {
    try {
      const signal = AbortSignal.timeout(ANSWER_TIMEOUT_MS);
      const response = await this.pool.request({ method, path, headers, signal, ...(body !== undefined && { body }) });
      const text = await response.body.text();
      this.count(String(response.statusCode));
      return { status: response.statusCode, location: String(response.headers['location']), text };
    } catch {
      this.count('no answer'); // it is away; whoever asked asks again
      return undefined;
    }
  }

  private count(answer: string): void {
    this.answers.set(answer, (this.answers.get(answer) ?? 0) + 1);
  }

  private async signedIn(): Promise<string | undefined> {
    this.token ??= this.signIn();
    const token = await this.token;
    if (token === '') this.token = undefined;
    return token === '' ? undefined : token;
  }

  private async signIn(): Promise<string> {
    const { clientId, clientSecret } = this.credentials;
    const basic = Buffer.from(`${clientId}:${clientSecret}`).toString('base64');
    const headers = { authorization: `Basic ${basic}`, 'content-type': 'application/x-www-form-urlencoded' };
    const answer = await this.ask('POST', '/oauth2/token', headers, 'grant_type=client_credentials');
    return answer?.status === 200 ? (JSON.parse(answer.text) as { access_token: string }).access_token : '';
  }
}

/** Away, in a hurry, still at work on the same key, or the token has ended: the same request may be taken later. */
const isNotNow = ({ status, text }: Pick<Answer, 'status' | 'text'>): boolean =>
  status === 503 || status === 429 || status === 401 || (status === 409 && text.includes('idempotency.in_progress'));
