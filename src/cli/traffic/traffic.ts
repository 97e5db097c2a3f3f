/**
 * `tributary traffic`: customers click, order, get their orders and send them back, at a chosen rate, whatever becomes
 * of the program meanwhile. Kill something; what was answered for must be there at the end.
 */
import { AppError } from '../../shared/errors.ts';
import type { Id } from '../../shared/ids.ts';
import { epochMs, type Instant } from '../../shared/instant.ts';
import type { ApiClient } from '../demo/client.ts';
import { credentialsFor, localUrl, reach } from '../reach-program.ts';
import { SeededRandom } from '../seeded-random.ts';
import { Customers } from './customers.ts';
import { clicksOf, missing } from './findings.ts';
import { atRate } from './schedule.ts';
import { Sender } from './sender.ts';

export interface TrafficOptions {
  readonly rate: number;
  readonly seconds: number;
  readonly url?: string;
}

const DAY_MS = 86_400_000;
/** How long what is on its way at the end may take. */
const PATIENCE_MS = 60_000;
const REPEATED = 0.1;

/** Whether everything is as it should be. */
export const traffic = async ({ rate, seconds, url = localUrl() }: TrafficOptions): Promise<boolean> => {
  const credentials = credentialsFor();
  const client = await reach(url, credentials);
  const shop = await shopOf(client);
  const clicksBefore = await clicksOf(client, shop.programId);
  const seed = Date.now() % 1_000_000;
  const random = new SeededRandom(seed);
  const customers = new Customers(seed.toString(36), shop.codes, shop.pastDays, random);
  const [stop, giveUp] = [new AbortController(), new AbortController()];
  process.once('SIGINT', () => {
    stop.abort(); // a second one ends us at once
  });
  const sender = new Sender(url, shop.programId, credentials, giveUp.signal);
  console.log(`Traffic on ${url}: ${rate} requests a second for ${seconds} s. Ctrl-C ends it early.`);
  const sent = await play({ rate, seconds, customers, sender, stop: stop.signal, giveUp, random });
  const unanswered = sent.asked - sent.answered;
  const problems = [
    ...[...new Set(sender.unexpected)].slice(0, 10).map((answer) => `unexpected answer: ${answer}`),
    ...(unanswered > sender.unexpected.length ? [`${unanswered} requests were never answered for`] : []),
    ...(await missing({ client, programId: shop.programId, orders: customers.orders, sender, clicksBefore })),
  ];
  report(sender, customers, problems);
  await Promise.all([client.close(), sender.close()]);
  return problems.length === 0;
};

interface Playing {
  readonly rate: number;
  readonly seconds: number;
  readonly customers: Customers;
  readonly sender: Sender;
  readonly stop: AbortSignal;
  readonly giveUp: AbortController;
  readonly random: SeededRandom;
}

interface Count {
  asked: number;
  answered: number;
}

const play = async ({ rate, seconds, customers, sender, stop, giveUp, random }: Playing): Promise<Count> => {
  const count = { asked: 0, answered: 0 };
  const underWay = new Set<Promise<void>>();
  const send = (act: ReturnType<Customers['next']>, dueMs: number): void => {
    count.asked += 1;
    const sending: Promise<void> = sender
      .send(act, dueMs)
      .then((taken) => {
        if (!taken) return;
        count.answered += 1;
        if (act.kind === 'tell' && random.fraction() < REPEATED) customers.again(act);
      })
      .finally(() => underWay.delete(sending));
    underWay.add(sending);
  };
  const line = liveLine(count, sender);
  await atRate(rate, seconds, stop, (dueMs) => {
    send(customers.next(Date.now()), dueMs);
  });
  const patience = setTimeout(() => {
    giveUp.abort();
  }, PATIENCE_MS);
  // What has begun is told to its end, at the same rate.
  for (let rest = customers.rest(); rest.length > 0 || underWay.size > 0; rest = customers.rest()) {
    const queue = rest.values();
    await atRate(rate, rest.length / rate, giveUp.signal, (dueMs) => {
      const { value } = queue.next();
      if (value !== undefined) send(value, dueMs);
    });
    await Promise.all(underWay);
  }
  clearTimeout(patience);
  line.end();
  return count;
};

/** One line that is written over each second; where nobody looks, one every ten. */
const liveLine = (count: Count, sender: Sender): { end(): void } => {
  const began = performance.now();
  const text = (): string => {
    const second = ((performance.now() - began) / 1_000).toFixed(0).padStart(4);
    const { asked, answered } = count;
    return `${second} s  ${asked} sent  ${answered} answered  ${asked - answered} waiting  p99 ${percentile(sender.latenciesMs, 0.99)} ms`;
  };
  const say = (): void => {
    if (process.stdout.isTTY) process.stdout.write(`\r${text()}   `);
    else console.log(text());
  };
  const timer = setInterval(say, process.stdout.isTTY ? 1_000 : 10_000);
  return {
    end: () => {
      clearInterval(timer);
      say();
      if (process.stdout.isTTY) console.log();
    },
  };
};

const percentile = (values: readonly number[], share: number): string =>
  (values.toSorted((a, b) => a - b)[Math.floor(values.length * share)] ?? 0).toFixed(0);

const report = (sender: Sender, { orders }: Customers, problems: readonly string[]): void => {
  const answers = [...sender.answers].toSorted().map(([status, times]) => `${status} × ${times}`);
  const { clicks, told, duplicates, latenciesMs } = sender;
  const events = new Set(told.map(({ id }) => id)).size;
  console.log(`answers  ${answers.join(' · ')}`);
  console.log(
    `taken    ${clicks.length} clicks · ${events} events of ${orders.length} orders · ${duplicates} told twice`,
  );
  console.log(
    `waited   p50 ${percentile(latenciesMs, 0.5)} ms · p99 ${percentile(latenciesMs, 0.99)} ms from when each was due`,
  );
  for (const problem of problems) console.log(`MISSING  ${problem}`);
  if (problems.length === 0) console.log('found    all of it, decided and rewarded; now look inside: tributary verify');
};

interface Shop {
  readonly programId: Id<'prg'>;
  readonly codes: readonly string[];
  readonly pastDays: number;
}

/** The first program with links and terms. Throws `traffic.no_shop`. */
const shopOf = async (client: ApiClient): Promise<Shop> => {
  const { data: programs } = await client.get<{ data: readonly { id: Id<'prg'> }[] }>('/v1/programs?limit=100');
  for (const { id: programId } of programs) {
    const [{ data: links }, { data: terms }] = await Promise.all([
      client.get<{ data: readonly { code: string }[] }>(`/v1/links?programId=${programId}&limit=100`),
      client.get<{ data: readonly { effectiveFrom: Instant }[] }>(`/v1/programs/${programId}/terms`),
    ]);
    const since = terms.map(({ effectiveFrom }) => epochMs(effectiveFrom)).toSorted((a, b) => a - b)[0];
    if (links.length === 0 || since === undefined || since > Date.now()) continue;
    const pastDays = Math.floor((Date.now() - since) / DAY_MS) - 1;
    return { programId, codes: links.map(({ code }) => code), pastDays };
  }
  throw new AppError('not_found', 'traffic.no_shop', 'no program has both links and terms; seed one with make run');
};
