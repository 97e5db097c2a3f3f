/** What people ask at the end: why this cent, why not that one, what would other terms have cost, who would have won. */
import { setTimeout } from 'node:timers/promises';
import type { BacktestResult } from '../../modules/commission/domain/backtest/backtest.ts';
import { Money, type MoneyJson } from '../../shared/money.ts';
import type { ApiClient } from './client.ts';
import { heading } from './report.ts';
import type { Script } from './story.ts';
import type { World } from './world.ts';

const LOOK_EVERY_MS = 100;

type Terms = Script['terms'];

/** One commission explained to the cent in two languages, one that is none, one draft and one policy rehearsed. */
export const answers = async (world: World, script: Script): Promise<string[]> => [
  ...(await whyThis(world)),
  ...(await whyNot(world)),
  ...(await whatIf(world, script)),
  ...(await whoElse(world, script)),
];

const whyThis = async ({ stage: { staff }, programId }: World): Promise<string[]> => {
  const { data } = await staff.get<{ data: readonly { readonly id: string }[] }>(
    `/v1/commissions?programId=${programId}&limit=1&state=paid`,
  );
  const [paid] = data;
  if (paid === undefined) return [];
  const path = `/v1/commissions/${paid.id}/explanation`;
  return [
    heading(`Why ${paid.id} is what it is`),
    await staff.text(`${path}?language=en`, 'text/plain'),
    await staff.text(`${path}?language=zh`, 'text/plain'),
  ];
};

const whyNot = async ({ stage: { staff }, programId }: World): Promise<string[]> => {
  const { data } = await staff.get<{ data: readonly { readonly orderId: string; readonly orderRef: string }[] }>(
    `/v1/conversions?programId=${programId}&limit=1&outcome=unattributed`,
  );
  const [nobody] = data;
  if (nobody === undefined) return [];
  return [
    heading(`Why order ${nobody.orderRef.slice(0, 24)} earned nobody anything`),
    await staff.text(`/v1/orders/${nobody.orderId}/why`, 'text/plain'),
  ];
};

interface Backtest {
  readonly id: string;
  readonly state: string;
  readonly result: BacktestResult | null;
}

const whatIf = async ({ stage: { staff }, programId }: World, { terms, from, until }: Script): Promise<string[]> => {
  const draft = { terms: raised(terms), effectiveFrom: '2099-01-01T00:00:00Z' };
  const { id: draftId } = await staff.post<{ id: string }>(`/v1/programs/${programId}/terms/drafts`, draft);
  const { id } = await staff.post<Backtest>(`/v1/terms/${draftId}/backtest`, { from, until });
  const { result } = await finished(() => staff.get<Backtest>(`/v1/backtests/${id}`));
  if (result === null) return [];
  const [most] = result.changed;
  return [
    heading('What a draft would have cost: one percentage point more for the first group'),
    `  ${result.orders} orders, ${result.changedOrders} would have earned otherwise`,
    `  ${shown(result.live)} as it was, ${shown(result.rehearsed)} by the draft: ${shown(result.delta)}`,
    ...(most === undefined
      ? []
      : [`  most of all order ${most.orderRef.slice(0, 24)}: ${shown(most.live)} → ${shown(most.rehearsed)}`]),
    '',
  ];
};

/** The first group pays one percentage point more. */
const raised = (terms: Terms): object => {
  const { groups } = terms as { readonly groups: readonly { readonly amount: { readonly percent?: string } }[] };
  return {
    ...terms,
    groups: groups.map((group, index) =>
      index === 0 ? { ...group, amount: { percent: String(Number(group.amount.percent ?? '0') + 1) } } : group,
    ),
  };
};

interface Replay {
  readonly id: string;
  readonly state: string;
}

interface Comparison {
  readonly replay: { readonly decided: number; readonly different: number };
  readonly standings: readonly {
    readonly partnerId: string | null;
    readonly conversions: { readonly live: string; readonly replayed: string };
  }[];
}

const whoElse = async ({ stage: { staff }, programId }: World, { from, until }: Script): Promise<string[]> => {
  const replays = `/v1/programs/${programId}/attribution/replays`;
  const rules = { model: { kind: 'linear' }, windows: { click: { days: 90 }, qr: { days: 90 } } };
  const { id } = await staff.post<Replay>(replays, { name: 'linear, 90 days', from, to: until, rules });
  await finished(() => staff.get<Replay>(`${replays}/${id}`));
  const { replay, standings } = await staff.get<Comparison>(`${replays}/${id}/comparison?samples=0`);
  const names = await namesOf(staff, programId);
  return [
    heading('Who would have won, had all touches of 90 days shared an order alike'),
    `  ${replay.decided} orders decided again, ${replay.different} otherwise; what they earned stays as it is`,
    ...standings.map(
      ({ partnerId, conversions }) =>
        `  ${(names.get(partnerId) ?? partnerId ?? 'nobody').padEnd(32)} ${conversions.live} → ${conversions.replayed}`,
    ),
    '',
  ];
};

const namesOf = async (staff: ApiClient, programId: string): Promise<ReadonlyMap<string | null, string>> => {
  const { data } = await staff.get<{ data: readonly { readonly id: string; readonly name: string }[] }>(
    `/v1/partners?programId=${programId}&limit=1000`,
  );
  return new Map(data.map(({ id, name }) => [id, name.slice(0, 31)]));
};

const finished = async <Job extends { readonly state: string }>(look: () => Promise<Job>): Promise<Job> => {
  for (let job = await look(); ; job = await look()) {
    if (job.state !== 'running') return job;
    await setTimeout(LOOK_EVERY_MS);
  }
};

const shown = (json: MoneyJson): string => Money.fromJson(json).toString();
