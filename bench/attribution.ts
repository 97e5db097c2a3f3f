/**
 * What deciding about one order costs: `npx tsx bench/attribution.ts`. Fifty touches of ten partners, and a policy that
 * uses every rule there is; one core, and no store, for a decision is a pure function. Every order has touches of its
 * own, so that nothing is found where the order before has left it.
 */
import { decide } from '../src/modules/attribution/domain/deciding/decide.ts';
import type { Candidate, OrderTouches, Standing } from '../src/modules/attribution/domain/deciding/journey.ts';
import type { Model, Rules } from '../src/modules/attribution/domain/policy/policy.ts';
import { fromUuid } from '../src/shared/ids.ts';
import { instant, plusMs } from '../src/shared/instant.ts';
import { type Finding, quickestTenth, type Report, tablesOf } from './support/finding.ts';

const TOUCHES = 50;
const PARTNERS = 10;
const ORDERS = 200;
const ROUNDS = 30;
const ROUND_MS = 70;
const BAR = 50_000;

const id = <Prefix extends string>(prefix: Prefix, n: number) =>
  fromUuid(prefix, `00000000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`);

const placedAt = instant('2026-03-01T12:00:00Z');
const programId = id('prg', 1);
const HOUR_MS = 3_600_000;

interface Question {
  readonly order: OrderTouches;
  readonly candidates: readonly Candidate[];
}

/** By time, as inputs are kept; most are clicks, some views, one a code, one in twenty is worth nothing from the start. */
const question = (nth: number): Question => ({
  order: { orderId: id('ord', nth), programId, placedAt, couponCodes: ['lena10'] },
  candidates: Array.from({ length: TOUCHES }, (_, n): Candidate => {
    const place = TOUCHES - 1 - n;
    return {
      clickId: id('clk', nth * TOUCHES + place),
      programId,
      partnerId: id('par', (place * 7 + nth) % PARTNERS),
      occurredAt: plusMs(placedAt, -place * 19 * HOUR_MS - nth),
      ...(place % 6 === 5 && { kind: 'impression' as const }),
      ...(place === 0 && { kind: 'coupon' as const, code: 'lena10' }),
      ...(place % 20 === 19 && { objection: 'link_suspended' as const }),
    };
  }),
});

const standings: readonly Standing[] = Array.from({ length: PARTNERS }, (_, n) => ({
  partnerId: id('par', n),
  state: n === 9 ? 'suspended' : 'approved',
  ...(n === 8 && { groups: ['extensions'] }),
}));

const rulesWith = (model: Model): Rules => ({
  model,
  windows: { click: { days: 30 }, coupon: { days: 30 }, impression: { hours: 72 } },
  precedence: [['click', 'coupon'], ['impression']],
  inCartSeconds: 900,
  exclusiveCodes: [{ code: 'FRIEND-', match: 'starts_with', partnerId: id('par', 1) }],
  preferredPartners: [{ partnerId: id('par', 99) }],
  suppressedCodes: [{ code: 'deal', match: 'ends_with', earns: 'with_click' }],
  standDown: { groups: ['extensions'], signals: [], withinMinutes: 30 },
  groups: [{ group: 'extensions', inCartSeconds: 3_540 }],
});

const MODELS: readonly Model[] = [
  { kind: 'last_touch' },
  { kind: 'first_touch' },
  { kind: 'linear' },
  { kind: 'position_based', first: 40, middle: 20, last: 40 },
  { kind: 'time_decay', halfLifeHours: 168 },
  { kind: 'split', initiator: 30, contributor: 20, converter: 50, missing: 'converter' },
];

export const attributionReport = (): Report => {
  const questions = Array.from({ length: ORDERS }, (_, nth) => question(nth));
  return {
    title: `Deciding about an order with ${TOUCHES} touches`,
    findings: MODELS.map((model): Finding => {
      const speed = decisionsPerSecond(questions, rulesWith(model));
      const bar = model.kind === 'last_touch' ? { bar: { least: BAR } } : {};
      return { what: `by ${model.kind.replaceAll('_', ' ')}`, value: speed, unit: 'decisions/s', ...bar };
    }),
  };
};

/** Of the processor's time, not of the clock's: others may be at work on this machine. */
const decisionsPerSecond = (questions: readonly Question[], rules: Rules): number => {
  const policy = { version: 2, rules };
  let credited = 0;
  const round = (): number => {
    const [began, started] = [process.cpuUsage(), performance.now()];
    let count = 0;
    while (performance.now() - started < ROUND_MS) {
      for (const { order, candidates } of questions)
        if (decide(order, candidates, standings, policy).outcome.kind === 'attributed') credited += 1;
      count += questions.length;
    }
    const { user, system } = process.cpuUsage(began);
    return (count * 1_000_000) / (user + system);
  };
  const speeds = Array.from({ length: ROUNDS }, round);
  if (credited === 0) throw new Error('these orders are nobody’s: nothing was measured');
  return quickestTenth(speeds);
};

if (process.argv[1] === import.meta.filename) console.log(tablesOf([attributionReport()]));
