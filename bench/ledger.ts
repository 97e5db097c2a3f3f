/**
 * `make bench-ledger`: the ledger through the port that other modules ask, beside a function that is called once a
 * transfer (and pgledger, where its files are given), taking turns on one server.
 *
 *     tsx bench/ledger.ts                       a short form, as `make bench` runs it
 *     tsx bench/ledger.ts --rounds 5 --round-ms 5000
 *     … --stored 20000000                       and whether so many stored transactions slow down new ones
 *     PGLEDGER_SQL=<its folder> tsx bench/ledger.ts       or its files: a.sql,b.sql,c.sql
 */
import { parseArgs } from 'node:util';
import { cloneDatabase, emptyDatabase } from '../test/support/database.ts';
import { OurLedger } from './ledger/ours.ts';
import { naivePeer, type Peer, pgledgerPeer } from './ledger/peer.ts';
import { bench } from './support/bench.ts';
import { type Finding, median, type Report } from './support/finding.ts';
import { type Meter, meterOf } from './support/spent.ts';

const { values: given } = parseArgs({
  options: {
    full: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    'round-ms': { type: 'string' },
    stored: { type: 'string' },
  },
});
const number = (text: string | undefined, short: number, full: number): number =>
  text === undefined ? (given.full ? full : short) : Number(text);
const rounds = number(given.rounds, 2, 5);
const roundMs = number(given['round-ms'], 1_200, 4_000);

const [HOT, SOME, MANY] = [10, 50, 1_000];
const CALLERS = 20;
const BATCH = 500;
const BATCH_CALLERS = 3;
const FEW_STORED = 1_000_000;

interface Case {
  readonly what: string;
  readonly accounts: number;
  readonly callers: number;
  readonly size: number;
  readonly ratio: number;
}

const CASES: readonly Case[] = [
  { what: 'single transfers, 20 callers, 50 accounts', accounts: SOME, callers: CALLERS, size: 1, ratio: 3 },
  { what: 'batches of 500, 10 hot accounts', accounts: HOT, callers: BATCH_CALLERS, size: BATCH, ratio: 25 },
  { what: 'batches of 500, 1,000 accounts', accounts: MANY, callers: BATCH_CALLERS, size: BATCH, ratio: 12 },
];

interface Pace {
  readonly perSecond: number;
  /** Of this process and of PostgreSQL together. */
  readonly perProcessorSecond: number;
}

const paced = async (meter: Meter, work: () => Promise<number>): Promise<Pace> => {
  let perSecond = 0;
  const spent = await meter(async () => {
    perSecond = await work();
  });
  return { perSecond, perProcessorSecond: (perSecond * spent.seconds) / (spent.programSeconds + spent.serverSeconds) };
};

/** In turns, so that what else the machine does falls on all alike. */
const beside = async (
  ours: OurLedger,
  peer: Peer,
  { what, accounts, callers, size, ratio }: Case,
  isJudge: boolean,
): Promise<readonly Finding[]> => {
  const [mine, its]: [Pace[], Pace[]] = [[], []];
  const meter = await meterOf(ours.database.url);
  await peer.perSecond(accounts, CALLERS, roundMs / 4);
  await ours.perSecond(accounts, callers, size, roundMs / 4);
  for (let round = 0; round < rounds; round += 1) {
    its.push(await paced(meter, () => peer.perSecond(accounts, CALLERS, roundMs)));
    mine.push(await paced(meter, () => ours.perSecond(accounts, callers, size, roundMs)));
  }
  const found = (of: keyof Pace): Pick<Finding, 'value' | 'beside'> => ({
    value: median(mine.map((pace) => pace[of])),
    beside: { what: `${peer.name}, ${CALLERS} callers`, value: median(its.map((pace) => pace[of])) },
  });
  return [
    { what, ...found('perSecond'), unit: '/s', ...(isJudge && { bar: { ratio } }) },
    { what: 'the same for each second of processor time', ...found('perProcessorSecond'), unit: '/s' },
  ];
};

/** The bars are for pgledger; where it is not, for the function that stands in for it. */
const against = async (peer: Peer, isJudge: boolean): Promise<Report> => {
  const ours = await OurLedger.with(MANY);
  try {
    const findings: Finding[] = [];
    for (const each of CASES) findings.push(...(await beside(ours, peer, each, isJudge)));
    findings.push({
      ...{ what: 'refused, unbalanced, or of a wrong balance', value: await ours.faults(), unit: '' },
      ...{ bar: { most: 0 }, isPromise: true },
    });
    return { title: `The ledger beside ${peer.name}`, findings };
  } finally {
    await peer.end();
    await ours.database.drop();
  }
};

/** What the journal is once accounts have a history: their first pages are half empty. */
const room = async (): Promise<Report> => {
  const ours = await OurLedger.with(HOT);
  try {
    await ours.perSecond(HOT, BATCH_CALLERS, BATCH, roundMs * rounds);
    const value = (await ours.bytes()) / ours.posted;
    const what = 'stored a transfer, its entries and all indexes';
    return { title: 'The ledger on disk', findings: [{ what, value, unit: 'bytes', bar: { most: 350 } }] };
  } finally {
    await ours.database.drop();
  }
};

/** Two databases on one server, in turns. */
const growth = async (stored: number): Promise<Report> => {
  const [few, many] = [await OurLedger.with(MANY), await OurLedger.with(MANY)];
  try {
    await few.store(FEW_STORED);
    await many.store(stored);
    const [with1, withMany]: [number[], number[]] = [[], []];
    for (let round = 0; round < rounds * 2; round += 1) {
      with1.push(await few.perSecond(MANY, BATCH_CALLERS, BATCH, roundMs));
      withMany.push(await many.perSecond(MANY, BATCH_CALLERS, BATCH, roundMs));
    }
    const other = { what: 'with a million', value: median(with1) };
    const what = `batches of 500 with ${stored.toLocaleString('en-US')} stored`;
    return {
      title: 'The ledger as it grows',
      findings: [{ what, value: median(withMany), unit: '/s', beside: other, bar: { ratio: 0.85 } }],
    };
  } finally {
    await Promise.all([few.database.drop(), many.database.drop()]);
  }
};

const measure = async (): Promise<readonly Report[]> => {
  const reports: Report[] = [];
  const files = process.env['PGLEDGER_SQL'];
  const naive = await cloneDatabase();
  try {
    reports.push(await against(await naivePeer(naive.url, MANY), files === undefined));
  } finally {
    await naive.drop();
  }
  reports.push(await room());
  if (files !== undefined) {
    const other = await emptyDatabase();
    try {
      reports.push(await against(await pgledgerPeer(other.url, files, MANY), true));
    } finally {
      await other.drop();
    }
  }
  const stored = given.stored ?? (given.full ? '20000000' : undefined);
  if (stored !== undefined) reports.push(await growth(Number(stored)));
  return reports;
};

await bench(measure, { shownBy: given.full ? 'make bench-ledger' : undefined });
