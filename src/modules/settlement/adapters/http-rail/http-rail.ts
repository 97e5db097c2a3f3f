import { Agent, request } from 'undici';
import { pause } from '../../../../infrastructure/pause.ts';
import { AppError } from '../../../../shared/errors.ts';
import { instant, isInstant } from '../../../../shared/instant.ts';
import { type Dialect, type DialectName, DIALECTS, progressOf } from '../../domain/rails/dialects.ts';
import type { Objection } from '../../domain/rails/objections.ts';
import type { Payment, PaymentOrder } from '../../ports/payment-files.ts';
import { type Capabilities, type PaymentReport, Rail, type Refusal, type Submission } from '../../ports/rails.ts';

/** Where the provider is, and how to talk to it. */
export interface HttpRailOptions {
  readonly url: string;
  readonly token?: string | undefined;
  readonly dialect: DialectName;
  readonly timeoutMs: number;
}

interface Answer {
  readonly status: number;
  readonly body: { readonly status?: unknown; readonly reason?: unknown; readonly at?: unknown };
}

/** What is read of an answer: far more than one says. */
const MOST_BYTES = 100_000;
const TRIES = 3;
const PAUSE_MS = 200;
const UNHURRIED = new AbortController().signal;

/** Before a connection is there nothing has been said. */
const NOTHING_SENT = [
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
];

/**
 * A provider of wallets, called once for each payment with the payout's id as the key, for ever the same. Its address is
 * ours to set, so it may be in our own network. No redirect is followed: a payment goes where it was sent.
 */
export class HttpRail extends Rail {
  readonly name = 'wallet';
  readonly can: Capabilities = { mostPerPayment: 10n ** 12n, mostPayments: 100_000, byHand: false };
  private readonly agent: Agent;

  constructor(private readonly options: HttpRailOptions) {
    super();
    const { timeoutMs } = options;
    this.agent = new Agent({ connect: { timeout: timeoutMs }, headersTimeout: timeoutMs, bodyTimeout: timeoutMs });
  }

  override objection({ wallet }: Payment['creditor']): Objection | undefined {
    return wallet === undefined ? 'no_wallet' : undefined;
  }

  refusals({ payments }: PaymentOrder): readonly Refusal[] {
    return payments.flatMap(({ endToEndId: reference, creditor }) => {
      const reason = this.objection(creditor);
      return reason === undefined ? [] : [{ reference, reason }];
    });
  }

  async submit({ payments }: PaymentOrder): Promise<Submission> {
    const [payment, ...others] = payments;
    if (payment === undefined || others.length > 0) throw new Error('a call is for one payment');
    const body = JSON.stringify(wordsOf(payment));
    const { isIdempotent } = DIALECTS[this.options.dialect] as Dialect;
    for (let attempt = 1; ; attempt += 1) {
      const answer = await this.call('POST', '/payments', { key: payment.endToEndId, body });
      if (typeof answer === 'string') return { verdict: 'unknown', why: answer };
      if (!isIdempotent || !isBusy(answer) || attempt === TRIES) return verdictOf(answer, payment.endToEndId);
      await pause(PAUSE_MS * attempt, UNHURRIED);
    }
  }

  async ask(reference: string): Promise<PaymentReport | undefined> {
    const answer = await this.call('GET', `/payments/${reference}`);
    if (typeof answer === 'string') throw unreachable(answer);
    if (answer.status === 404) return undefined;
    if (answer.status !== 200 || typeof answer.body.status !== 'string') throw unreachable(`answers ${answer.status}`);
    const { status: word, reason, at } = answer.body;
    return {
      reference,
      progress: progressOf(this.options.dialect, word),
      word: word.slice(0, 100),
      ...(typeof reason === 'string' && { reason: reason.slice(0, 200) }),
      ...(isInstant(at) && { at: instant(at) }),
    };
  }

  async close(): Promise<void> {
    await this.agent.destroy();
  }

  /** The answer, or why there is none. Throws `settlement.rail_unreachable` when certainly nothing was said. */
  private async call(
    method: 'GET' | 'POST',
    path: string,
    sent?: { readonly key: string; readonly body: string },
  ): Promise<Answer | string> {
    const { url, token, timeoutMs } = this.options;
    try {
      const response = await request(`${url.replace(/\/$/, '')}${path}`, {
        dispatcher: this.agent,
        method,
        ...(sent !== undefined && { body: sent.body }),
        headers: {
          accept: 'application/json',
          'user-agent': 'Tributary-Payouts/1',
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
          ...(sent !== undefined && { 'content-type': 'application/json', 'idempotency-key': sent.key }),
        },
        signal: AbortSignal.timeout(timeoutMs),
      });
      return { status: response.statusCode, body: await jsonOf(response.body) };
    } catch (error) {
      const code = codeOf(error);
      if (NOTHING_SENT.includes(code)) throw unreachable(code);
      return code;
    }
  }
}

const wordsOf = ({ endToEndId, uetr, amount, creditor, remittance }: Payment) => ({
  reference: endToEndId,
  uetr,
  amount: amount.toJSON(),
  payee: { wallet: creditor.wallet?.id, name: creditor.holder, town: creditor.town, country: creditor.country },
  remittance,
});

const isBusy = ({ status }: Answer): boolean => status === 429 || status >= 500;

/** Not let in, or not found: it never looked at the payment. A conflict of keys or a failure says nothing for sure. */
const verdictOf = ({ status, body }: Answer, reference: string): Submission => {
  if (status >= 200 && status < 300) return { verdict: 'accepted' };
  if (status === 401 || status === 403 || status === 404) throw unreachable(`answers ${status}`);
  if (status !== 400 && status !== 422) return { verdict: 'unknown', why: `answers ${status}` };
  const reason = typeof body.reason === 'string' ? body.reason.slice(0, 200) : `answers ${status}`;
  return { verdict: 'refused', refusals: [{ reference, reason }] };
};

const unreachable = (why: string): AppError =>
  new AppError('unavailable', 'settlement.rail_unreachable', `the provider of wallets could not be asked: ${why}`);

/** What is no JSON object says nothing. */
const jsonOf = async (body: AsyncIterable<unknown>): Promise<Answer['body']> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    const bytes = Buffer.from(chunk as Uint8Array);
    size += bytes.length;
    if (size > MOST_BYTES) return {};
    chunks.push(bytes);
  }
  try {
    const value: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {}; // a page of an intermediary; its status has said enough
  }
};

const codeOf = (error: unknown): string => {
  if (!(error instanceof Error)) return 'unknown';
  const { cause } = error;
  if (cause instanceof Error && 'code' in cause) return String(cause.code);
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
};
