/**
 * `make bench-backtest`: a draft rehearsed on stored orders, by the compiled program, from PostgreSQL. The terms that were
 * live are rehearsed as well: they must come out to the cent.
 *
 *     tsx bench/backtest.ts --orders 1000000
 */
import { parseArgs } from 'node:util';
import { cloneDatabase } from '../test/support/database.ts';
import { pauseMs } from '../test/support/signals.ts';
import type { BacktestResult } from '../src/modules/commission/domain/backtest/backtest.ts';
import { type Id, toUuid } from '../src/shared/ids.ts';
import { bench } from './support/bench.ts';
import { asOwner } from './support/database.ts';
import type { Report } from './support/finding.ts';
import { asStaff, deployment, prepare, type Program, SHOP, startProgram } from './support/program.ts';
import { cpuUsOf, rssMbOf } from './support/usage.ts';

const MOST_SECONDS = 60;
const MOST_MB = 512;
const PARTNERS = 50;
const FROM = '2025-01-01T00:00:00.000Z';
const UNTIL = '2026-01-01T00:00:00.000Z';
const LOOK_MS = 100;

const { values: given } = parseArgs({
  options: { orders: { type: 'string' }, full: { type: 'boolean', default: false } },
});
const count = Number(given.orders ?? (given.full ? 1_000_000 : 20_000));

const terms = (percent: string, limit: string) => ({
  currency: 'EUR',
  rounding: 'half_up',
  groups: [
    { name: 'robots', rank: 1, when: { fact: 'line.category', equals: 'robot' }, amount: { percent } },
    { name: 'all else', rank: 2, when: { all: [] }, amount: { percent: '2' } },
  ],
  limits: [{ per: 'partner', period: 'month', amount: { minor: limit, currency: 'EUR' } }],
  vesting: [{ milestone: 'delivered', percent: '100' }],
  returnWindowDays: 30,
});
const UNREACHED = '99999999999';

interface Stage {
  readonly programId: Id<'prg'>;
  readonly partnerIds: readonly Id<'par'>[];
  readonly termsId: Id<'trm'>;
}

/** Spread over a year, three lines in four orders of robots; 5 % and 2 % of whole euros are whole cents. */
const history = ({ programId, partnerIds, termsId }: Stage): readonly string[] => {
  const partners = `array[${partnerIds.map((id) => `'${toUuid(id)}'`).join(',')}]::uuid[]`;
  const names = `array[${partnerIds.map((id) => `'${id}'`).join(',')}]::text[]`;
  const id = (salt: string): string => `md5('${salt}' || n)::uuid`;
  const numbered = `
    select n, to_char(timestamptz '${FROM}' + n * interval '365 days' / ${count + 1}, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at,
      (n % 4 > 0) as robot, 100 * (10 + n % 900) as minor, n % ${PARTNERS} + 1 as p
    from generate_series(1, ${count}) as n`;
  return [
    "set time zone 'UTC'",
    `create table bench.story as ${numbered}`,
    `insert into orders.orders (id, program_id, order_ref, state, facts)
     select ${id('order')}, '${toUuid(programId)}', 'B-' || n, 'placed', jsonb_build_object(
       'orderId', 'ord_' || bench.base32(${id('order')}), 'programId', '${programId}', 'orderRef', 'B-' || n, 'state', 'placed',
       'placedAt', at, 'currency', 'EUR', 'returns', '[]'::jsonb, 'milestones', jsonb_build_object('placed', at),
       'lines', jsonb_build_array(jsonb_build_object('lineRef', '1', 'sku', 'S-' || n % 100,
         'category', case when robot then 'robot' else 'charger' end, 'quantity', 1, 'returnedQuantity', 0,
         'unitPrice', jsonb_build_object('minor', minor::text, 'currency', 'EUR'))))
     from bench.story`,
    `insert into commission.credits (order_id, program_id, conversion_id, partner_id, decided_at, decision, credits, verdicts)
     select ${id('order')}, '${toUuid(programId)}', ${id('conversion')}, (${partners})[p], at::timestamptz, 1,
       jsonb_build_object('decision', 1, 'parts', jsonb_build_array(jsonb_build_object(
         'partnerId', (${names})[p], 'share', '1/1', 'touchKind', 'click', 'touchedAt', at, 'groups', '[]'::jsonb))), '[]'
     from bench.story`,
    `insert into commission.commissions (id, order_id, order_ref, program_id, partner_id, conversion_id, generation, state,
       hold_reasons, currency, amount_minor, vested_minor, clawed_back_minor, paid_minor, terms_id, terms_version, accrued_at, allowed)
     select ${id('commission')}, ${id('order')}, 'B-' || n, '${toUuid(programId)}', (${partners})[p], ${id('conversion')}, 1,
       'estimated', '{}', 'EUR', minor * case when robot then 5 else 2 end / 100, 0, 0, 0, '${toUuid(termsId)}', 1, at::timestamptz, true
     from bench.story`,
    'analyze orders.orders, commission.credits, commission.commissions',
  ];
};

/** Crockford's, as our ids are written. */
const BASE32 = `create schema if not exists bench;
  create or replace function bench.base32(id uuid) returns text language plpgsql immutable as $$
  declare bits text := '00' || (('x' || replace(id::text, '-', ''))::bit(128))::text; answer text := '';
  begin
    for place in 0..25 loop
      answer := answer || substr('0123456789abcdefghjkmnpqrstvwxyz', (substr(bits, place * 5 + 1, 5)::bit(5))::int + 1, 1);
    end loop;
    return answer;
  end $$`;

interface Shown {
  readonly id: string;
  readonly state: string;
  readonly failure: string | null;
  readonly result: BacktestResult | null;
}

const measured = async (program: Program, token: string, programId: Id<'prg'>, subject: object) => {
  const say = asStaff(program.url, token);
  const began = performance.now();
  const cpuBefore = cpuUsOf(program.pid);
  const { id } = await say<Shown>(`/v1/programs/${programId}/backtests`, { ...subject, from: FROM, until: UNTIL }, 202);
  let largestMb = 0;
  for (;;) {
    largestMb = Math.max(largestMb, rssMbOf(program.pid));
    const response = await fetch(`${program.url}/v1/backtests/${id}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    const { state, result, failure } = (await response.json()) as Shown;
    if (state === 'failed') throw new Error(failure ?? 'the back-test failed');
    if (result !== null) {
      const cpuUs = cpuUsOf(program.pid) - cpuBefore;
      return { result, seconds: (performance.now() - began) / 1_000, cpuUs, largestMb };
    }
    await pauseMs(LOOK_MS);
  }
};

const backtests = async (): Promise<Report> => {
  const database = await cloneDatabase();
  const environment = deployment(database.url, process.env['AMQP_URL'] ?? '', 'backtest');
  const { token } = await prepare(environment);
  const program = await startProgram(environment, 'api,scheduler');
  try {
    const say = asStaff(program.url, token);
    const { id: programId } = await say<{ id: Id<'prg'> }>('/v1/programs', SHOP);
    const { results } = await say<{ results: readonly { readonly partnerId: Id<'par'> }[] }>('/v1/partners/import', {
      programId,
      partners: Array.from({ length: PARTNERS }, (_, n) => ({
        ...{ externalRef: `partner-${n}`, name: `Partner ${n}`, kind: 'affiliate' },
        ...{ email: `partner-${n}@example.com`, approve: true },
      })),
    });
    const { termsId } = await say<{ termsId: Id<'trm'> }>(`/v1/programs/${programId}/terms`, {
      terms: terms('5', UNREACHED),
      effectiveFrom: '2024-01-01T00:00:00Z',
    });
    const partnerIds = results.map(({ partnerId }) => partnerId);
    await asOwner(database.url, [BASE32, ...history({ programId, partnerIds, termsId })]);
    const draft = await measured(program, token, programId, { terms: terms('6', '50000') });
    const live = await measured(program, token, programId, {});
    return reportOf(draft, live);
  } finally {
    await program.stop();
    await database.drop();
  }
};

type Measured = Awaited<ReturnType<typeof measured>>;

const reportOf = (draft: Measured, live: Measured): Report => ({
  title: `A draft rehearsed on ${count.toLocaleString('en-US')} stored orders`,
  findings: [
    {
      what: 'seconds, with a limit a partner and month',
      value: draft.seconds,
      unit: 's',
      ...(count >= 1_000_000 && { bar: { most: MOST_SECONDS } }),
    },
    { what: 'orders a second', value: count / draft.seconds, unit: 'orders/s' },
    { what: 'processor time of the program, an order', value: draft.cpuUs / count, unit: 'µs' },
    {
      what: 'largest RSS of the program',
      value: Math.max(draft.largestMb, live.largestMb),
      unit: 'MB',
      bar: { most: MOST_MB },
    },
    { what: 'orders that the draft changes', value: draft.result.changedOrders, unit: '' },
    {
      what: 'orders that came out otherwise by the terms that were live',
      value: live.result.changedOrders,
      unit: '',
      bar: { most: 0 },
      isPromise: true,
    },
    {
      what: 'orders not gone through',
      value: 2 * count - draft.result.orders - live.result.orders,
      unit: '',
      bar: { most: 0 },
      isPromise: true,
    },
  ],
});

await bench(backtests, given.full ? { shownBy: 'make bench-backtest' } : {});
