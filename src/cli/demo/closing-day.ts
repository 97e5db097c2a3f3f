/**
 * The month after the story, as finance lives it: money that had arrived comes back, a partner disputes a rate and is
 * right, both are paid at the next close; and what finance has in hand then: a statement, a payment file, clearing
 * accounts at zero, sealed books, and a page that says what holds.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { boundsOf, type Month, monthOf } from '../../shared/calendar.ts';
import { AppError } from '../../shared/errors.ts';
import type { Id } from '../../shared/ids.ts';
import { plusDays, plusMs } from '../../shared/instant.ts';
import { Money, type MoneyJson } from '../../shared/money.ts';
import { dataFolder } from '../local/environment.ts';
import { FinanceDesk } from './desk.ts';
import { heading } from './report.ts';
import type { Script } from './story.ts';
import type { World } from './world.ts';

const CLAIM_MINOR = '25000';

interface ListedPayout {
  readonly id: Id<'pay'>;
  readonly batchId: Id<'bat'>;
  readonly partnerId: Id<'par'>;
  readonly amount: MoneyJson;
  readonly state: string;
}

interface ListedStatement {
  readonly id: Id<'stm'>;
  readonly number: string;
  readonly partnerId: Id<'par'>;
}

/** Lines to read; throws when something of it does not come out as it must. */
export const closingDay = async (world: World, script: Script): Promise<readonly string[]> => {
  // The moment at which the story ends is the first of its next month.
  const month = monthOf(script.until, script.timeZone);
  await world.moveTo(plusDays(script.until, 3));
  const returned = await comesBack(world, script);
  await world.moveTo(plusDays(script.until, 5));
  const dispute = await isRight(world, monthOf(plusMs(script.until, -1), script.timeZone));
  await payMonth(world, month, script.timeZone);
  return [
    heading('After the payout: one comes back, one is disputed'),
    ...(await outcomeOf(world, returned, 'came back after it had settled')),
    ...(await paidOf(world, dispute, month)),
    '',
    heading('What finance has in hand'),
    ...(await papers(world, month)),
    ...(await clearingAtZero(world)),
    ...(await world.stage.verifyLedger()).map((line) => `  ${line}`),
    '',
    ...(await attestation(world)),
  ];
};

const payMonth = async (world: World, month: Month, timeZone: string): Promise<void> => {
  const { until } = boundsOf(month, timeZone);
  await world.moveTo(plusMs(until, 1));
  await world.settle();
  const desk = new FinanceDesk(world);
  await desk.close(month);
  await desk.payOut(month);
};

// ── a payout that comes back ────────────────────────────────────────────────────────────────────────────────────────

const comesBack = async (world: World, { until }: Script): Promise<ListedPayout> => {
  const { staff } = world.stage;
  const { data } = await staff.get<{ data: readonly ListedPayout[] }>(
    `/v1/payouts?programId=${world.programId}&state=settled&limit=1000`,
  );
  const last = must(data.at(-1), 'a settled payout');
  const order = { batchId: last.batchId, return: [last.id], bookedAt: plusDays(until, 3) };
  await staff.postXml('/v1/bank-statements', await staff.postForText('/v1/sandbox/bank/statements', order));
  await world.settle();
  // The bank says that there is no such account: nothing is sent before there is another.
  await staff.put(`/v1/partners/${last.partnerId}/payout-profile`, ANOTHER_ACCOUNT, 1);
  await world.settle();
  return last;
};

const ANOTHER_ACCOUNT = {
  holder: 'At another bank',
  account: { scheme: 'iban', number: 'DE89370400440532013000' },
  bank: { scheme: 'bic', code: 'COBADEFFXXX' },
  town: 'Berlin',
  country: 'DE',
};

const outcomeOf = async (world: World, before: ListedPayout, what: string): Promise<readonly string[]> => {
  const { staff } = world.stage;
  const now = await staff.get<ListedPayout>(`/v1/payouts/${before.id}`);
  if (now.state !== 'returned') throw unexpected(`payout ${before.id} is ${now.state}, not returned`);
  return [`  payout ${before.id} of ${shown(before.amount)} ${what}; the balance was the partner's again`];
};

// ── a dispute that is upheld and paid ───────────────────────────────────────────────────────────────────────────────

interface Dispute {
  readonly id: Id<'dsp'>;
  readonly state: string;
}

interface StatementLine {
  readonly purpose: string;
  readonly commissionId?: Id<'com'> | null;
  readonly subject?: string | null;
}

interface Upheld {
  readonly id: Id<'dsp'>;
  readonly partnerId: Id<'par'>;
  readonly told: string;
}

const isRight = async (world: World, month: Month): Promise<Upheld> => {
  const { staff, approver } = world.stage;
  const { partnerId, commissionId } = await lockedIn(world, month);
  await leaveAYear(world);
  const claimed = { minor: CLAIM_MINOR, currency: 'EUR' };
  const wish = { programId: world.programId, partnerId, commissionId, kind: 'wrong_rate', claimed } as const;
  const id = await opened(world, wish);
  await staff.post(`/v1/disputes/${id}/review`);
  const text = 'The partner manager confirms it in writing.';
  const verdict = { outcome: 'upheld', reason: 'rate_was_wrong', text };
  const { state } = await staff.post<Dispute>(`/v1/disputes/${id}/resolve`, verdict);
  if (state === 'awaiting_approval') await approver.post(`/v1/disputes/${id}/approve`);
  await world.settle();
  const after = await staff.get<Dispute>(`/v1/disputes/${id}`);
  if (after.state !== 'upheld') throw unexpected(`dispute ${id} is ${after.state}, not upheld`);
  const told = `the rate of ${commissionId} was wrong by ${shown(claimed)}; upheld by one, agreed to by another`;
  return { id, partnerId, told: `  dispute ${id}: ${told}` };
};

/** Cars are delivered months after they are ordered: two people agree to a year to look at what was decided. */
const leaveAYear = async ({ stage: { staff, approver }, programId }: World): Promise<void> => {
  const path = `/v1/programs/${programId}/dispute-terms`;
  const change = await staff.put<{ readonly id: string }>(path, {
    ...(await staff.get<object>(path)),
    windowDays: 365,
  });
  await approver.post(`/v1/setting-changes/${change.id}/approve`);
};

/** It stands on the next statement, and its partner's next payout has arrived. */
const paidOf = async (world: World, { id, partnerId, told }: Upheld, month: Month): Promise<readonly string[]> => {
  const { staff } = world.stage;
  const query = `programId=${world.programId}&partnerId=${partnerId}&period=${month}`;
  const { data: statements } = await staff.get<{ data: readonly ListedStatement[] }>(`/v1/statements?${query}`);
  const statement = must(statements[0], 'statement of the disputing partner');
  const { lines } = await staff.get<{ lines: readonly StatementLine[] }>(`/v1/statements/${statement.id}`);
  must(
    lines.find(({ subject }) => subject === id),
    'line of the dispute on the statement',
  );
  const { data: payouts } = await staff.get<{ data: readonly ListedPayout[] }>(`/v1/payouts?${query}`);
  const paid = must(
    payouts.find(({ state }) => state === 'settled'),
    'settled payout of the disputing partner',
  );
  return [
    told,
    `  it stands on statement ${statement.number}, and was paid with payout ${paid.id} of ${shown(paid.amount)}`,
  ];
};

/** By the partner itself: whoever opens a dispute for it could not decide it. */
const opened = async ({ stage }: World, wish: { readonly partnerId: Id<'par'> }): Promise<Id<'dsp'>> => {
  const { partnerId } = wish;
  const client = { name: 'demo: a partner', scopes: ['disputes:write'], partnerId };
  const made = await stage.staff.post<{ id: string; clientSecret: string }>('/v1/clients', client);
  const partner = await stage.signIn({ clientId: made.id, clientSecret: made.clientSecret });
  try {
    const text = 'A higher rate was agreed for this model.';
    return (await partner.post<Dispute>('/v1/disputes', { ...wish, text })).id;
  } finally {
    await partner.close();
  }
};

/** A commission that stands on a statement of the month, or of one before. */
const lockedIn = async (world: World, month: Month) => {
  const { staff } = world.stage;
  const path = `/v1/statements?programId=${world.programId}&limit=1000`;
  const { data } = await staff.get<{ data: readonly (ListedStatement & { readonly period: Month })[] }>(path);
  for (const { id, partnerId } of data.filter(({ period }) => period <= month).toReversed()) {
    const { lines } = await staff.get<{ lines: readonly StatementLine[] }>(`/v1/statements/${id}`);
    const commissionId = lines.find(({ purpose }) => purpose === 'lock')?.commissionId;
    if (commissionId) return { partnerId, commissionId };
  }
  throw unexpected('no statement has a commission on it');
};

// ── papers ──────────────────────────────────────────────────────────────────────────────────────────────────────────

const papers = async (world: World, month: Month): Promise<readonly string[]> => {
  const { staff } = world.stage;
  const folder = join(dataFolder(), 'demo');
  mkdirSync(folder, { recursive: true });
  const keep = (name: string, content: string | Buffer): string => {
    writeFileSync(join(folder, name), content);
    return relative(process.cwd(), join(folder, name));
  };
  const query = `programId=${world.programId}&period=${month}&limit=1000`;
  const { data: statements } = await staff.get<{ data: readonly ListedStatement[] }>(`/v1/statements?${query}`);
  const { data: payouts } = await staff.get<{ data: readonly ListedPayout[] }>(`/v1/payouts?${query}`);
  const statement = must(statements[0], 'a statement');
  const paid = must(
    payouts.find(({ state }) => state === 'settled'),
    'a payout that settled',
  );
  const pdf = await staff.bytes(`/v1/statements/${statement.id}/document?format=pdf&language=zh`);
  const file = await staff.text(`/v1/payout-batches/${paid.batchId}/file`);
  return [
    `  statement ${statement.number}, in Chinese   ${keep('statement.pdf', pdf)}`,
    `  payment file, pain.001            ${keep('payment.xml', file)}`,
  ];
};

interface Accounts {
  readonly data: readonly { readonly code: string; readonly balance: MoneyJson }[];
}

const clearingAtZero = async ({ stage: { staff } }: World): Promise<readonly string[]> => {
  const { data } = await staff.get<Accounts>('/v1/ledger/accounts?kind=clearing&limit=1000');
  const open = data.filter(({ balance }) => balance.minor !== '0');
  if (open.length > 0) throw unexpected(`${open[0]?.code} has not come to zero: ${shown(open[0]?.balance)}`);
  return [`  ${data.length} batches were sent; the clearing account of each has come to zero`];
};

const attestation = async ({ stage: { staff } }: World): Promise<readonly string[]> => {
  const { number } = await staff.post<{ number: number }>('/v1/attestations');
  return [
    heading('The attestation, in two languages'),
    await staff.text(`/v1/attestations/${number}?language=en`, 'text/plain'),
    await staff.text(`/v1/attestations/${number}?language=zh`, 'text/plain'),
  ];
};

const shown = (money: MoneyJson | undefined): string => (money === undefined ? '' : Money.fromJson(money).toString());

const must = <Value>(value: Value | undefined, what: string): Value => {
  if (value === undefined) throw unexpected(`there is no ${what} to show`);
  return value;
};

const unexpected = (detail: string): AppError => new AppError('conflict', 'demo.unexpected', detail);
