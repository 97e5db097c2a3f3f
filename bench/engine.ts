/**
 * `make bench-engine`: what a commission costs. Twenty groups of five conditions, orders of five lines, a core; beside it
 * the same rules in json-rules-engine, and the other engines that decide about an order. No store, for they are pure.
 */
import { calculate, reckoning } from '../src/modules/commission/domain/engine/calculate.ts';
import type { Facts } from '../src/modules/commission/domain/engine/facts.ts';
import type { FiguresOfPeriods } from '../src/modules/commission/domain/periods/figures.ts';
import { attributionReport } from './attribution.ts';
import { byPeer } from './engine/peer.ts';
import { ordersOf, version } from './engine/rules.ts';
import { modelsReport } from './models.ts';
import { bench, withoutServers } from './support/bench.ts';
import { median, quickestTenth, type Report } from './support/finding.ts';

const BATCH = 100;
const ROUNDS = 10;
const ROUND_S = 0.25;
const NONE: FiguresOfPeriods = new Map();

type Engine = (facts: Facts) => unknown;

const calculated: Engine = (facts) => calculate(facts, version, NONE);
const reckoned: Engine = (facts) => reckoning(facts, version, NONE);

/** Orders in a second of processor, whoever else is on the machine; what collects the garbage counts too. */
const perSecond = async (orders: readonly Facts[], engine: Engine): Promise<number> => {
  const began = process.cpuUsage();
  let count = 0;
  for (let took = 0; took < ROUND_S; took = secondsSince(began)) {
    for (const facts of orders) {
      const answer = engine(facts);
      if (answer instanceof Promise) await answer;
    }
    count += BATCH;
  }
  return count / secondsSince(began);
};

const secondsSince = (began: NodeJS.CpuUsage): number => {
  const { user, system } = process.cpuUsage(began);
  return (user + system) / 1e6;
};

/** How many orders come to other cents: there should be none. The peer's floats may round a unit a line otherwise. */
const differing = async (orders: readonly Facts[]): Promise<number> => {
  let count = 0;
  for (const facts of orders) {
    const { total, explanation } = calculate(facts, version, NONE);
    const before = explanation.limits[0]?.before.minor ?? '0';
    const isSame = total.equals(reckoning(facts, version, NONE).total);
    if (!isSame || Math.abs((await byPeer(facts)) - Number(before)) > facts.order.lines.length) count += 1;
  }
  return count;
};

const commissionReport = async (): Promise<Report> => {
  const orders = ordersOf(BATCH);
  const differ = await differing(orders);
  const figures = { calculated: [] as number[], reckoned: [] as number[], peer: [] as number[] };
  for (let round = 0; round < ROUNDS; round += 1) {
    figures.calculated.push(await perSecond(orders, calculated));
    figures.reckoned.push(await perSecond(orders, reckoned));
    figures.peer.push(await perSecond(orders, byPeer));
  }
  const peer = { what: 'json-rules-engine 7.3.1, without explanation', value: median(figures.peer) };
  const unit = 'orders/s';
  return {
    title: 'Commissions: 20 groups of 5 conditions, 5 lines an order, one core',
    findings: [
      { what: 'calculated and explained', value: median(figures.calculated), unit, beside: peer, bar: { ratio: 3 } },
      { what: 'explained, the quickest tenth', value: quickestTenth(figures.calculated), unit, bar: { least: 40_000 } },
      {
        what: 'without the explanation, the quickest tenth',
        value: quickestTenth(figures.reckoned),
        unit,
        bar: { least: 100_000 },
      },
      {
        what: 'of 100, orders that came to other cents by any of them',
        value: differ,
        unit: '',
        bar: { most: 0 },
        isPromise: true,
      },
    ],
  };
};

await bench(async () => [await commissionReport(), modelsReport(), attributionReport()], {
  servers: withoutServers,
  shownBy: 'make bench-engine',
});
