/** A bank's statements and the payouts they tell of, with faults of every kind planted among them, from a seed. */
import { derivedId } from '../../src/shared/ids.ts';
import type { SentPayout } from '../../test/support/sent-payouts.ts';

export const KINDS = [
  'missing_at_bank',
  'timing',
  'missing_in_ledger',
  'amount_short',
  'amount_over',
  'duplicate_at_bank',
  'fee',
  'fx_difference',
  'currency_mismatch',
  'unknown_reference',
  'return_unexpected',
  'pending_too_long',
] as const;
export type Kind = (typeof KINDS)[number];

interface Planted {
  readonly payouts: readonly SentPayout[];
  /** Two statements, one behind the other. */
  readonly documents: readonly string[];
  readonly entries: number;
  /** By the payout or the bank's reference. */
  readonly breaks: ReadonlyMap<string, Kind>;
}

const OPENING = 1_000_000_000_000n;
export const ACCOUNT = 'BENCH-1';
/** Days before now. */
const [LONG_AGO, BOOKED, LATE, JUST_SENT] = ['2018-03-01', '2018-03-03', '2018-03-17', '2018-03-21'];
export const NOW = '2018-03-22T00:00:00Z';

/** A linear congruential generator: all that is needed is that a seed repeats. */
const randomOf = (seed: number): (() => number) => {
  let state = BigInt(seed);
  return () => {
    state = (state * 6364136223846793005n + 1442695040888963407n) & 0xffffffffffffffffn;
    return Number(state >> 33n) / 2 ** 31;
  };
};

interface Entry {
  readonly ref: string;
  readonly minor: bigint;
  readonly endToEndId?: string;
  readonly direction?: 'CRDT';
  readonly status?: 'PDNG';
  readonly more?: string;
}

const decimal = (minor: bigint): string => `${minor / 100n}.${String(minor % 100n).padStart(2, '0')}`;

const xmlOf = ({ ref, minor, endToEndId, direction, status, more = '' }: Entry): string =>
  `<Ntry><Amt Ccy="BRL">${decimal(minor)}</Amt><CdtDbtInd>${direction ?? 'DBIT'}</CdtDbtInd><Sts><Cd>${status ?? 'BOOK'}</Cd></Sts>` +
  `<BookgDt><Dt>${BOOKED}</Dt></BookgDt><ValDt><Dt>${BOOKED}</Dt></ValDt><AcctSvcrRef>${ref}</AcctSvcrRef>` +
  `<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>ICDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn></BkTxCd>` +
  `<NtryDtls><TxDtls><Refs><AcctSvcrRef>${ref}</AcctSvcrRef>${endToEndId === undefined ? '' : `<EndToEndId>${endToEndId}</EndToEndId>`}</Refs>` +
  `<Amt Ccy="BRL">${decimal(minor)}</Amt><CdtDbtInd>${direction ?? 'DBIT'}</CdtDbtInd>${more}</TxDtls></NtryDtls></Ntry>\n`;

const instructed = (amount: string, currency: string): string =>
  `<AmtDtls><InstdAmt><Amt Ccy="${currency}">${amount}</Amt></InstdAmt></AmtDtls>`;

/** What the bank writes of a payout that is planted so; nothing, of one it does not tell of. */
const entriesOf = (kind: Kind | undefined, { id, minor }: SentPayout, ref: string): readonly Entry[] => {
  const plain = { ref, minor, endToEndId: id };
  switch (kind) {
    case undefined:
      return [plain];
    case 'missing_at_bank':
    case 'timing':
      return [];
    case 'missing_in_ledger':
      return [plain, { ...plain, ref: `${ref}X`, endToEndId: derivedId('pay', 'nobody', ref) }];
    case 'amount_short':
      return [{ ...plain, minor: minor - 7n }];
    case 'amount_over':
      return [{ ...plain, minor: minor + 7n }];
    case 'duplicate_at_bank':
      return [plain, { ...plain, ref: `${ref}X` }];
    case 'fee': {
      const more = '<Chrgs><Rcrd><Amt Ccy="BRL">2.50</Amt></Rcrd></Chrgs>';
      return [{ ...plain, minor: minor + 250n, more }];
    }
    case 'fx_difference':
      return [{ ...plain, minor: minor + 31n, more: instructed(decimal(minor), 'BRL') }];
    case 'currency_mismatch':
      return [{ ...plain, minor: minor + 1_000n, more: instructed('9.99', 'EUR') }];
    case 'unknown_reference':
      return [plain, { ref: `${ref}X`, minor: minor + 13n, endToEndId: `RENT-${ref}` }];
    case 'return_unexpected':
      return [{ ...plain, direction: 'CRDT', more: '<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>' }];
    case 'pending_too_long':
      return [{ ...plain, status: 'PDNG' }];
  }
};

const sentOn = (kind: Kind | undefined): string => {
  if (kind === 'timing') return LATE;
  return kind === 'return_unexpected' ? JUST_SENT : LONG_AGO;
};

/** By what a break is known: the payout, where no line of its own tells of it. */
const keyOf = (kind: Kind, payout: SentPayout, ref: string): string => {
  if (kind === 'missing_at_bank' || kind === 'timing') return payout.id;
  return kind === 'missing_in_ledger' || kind === 'duplicate_at_bank' || kind === 'unknown_reference' ? `${ref}X` : ref;
};

export const plant = (count: number, seed: number): Planted => {
  const random = randomOf(seed);
  const payouts: SentPayout[] = [];
  const breaks = new Map<string, Kind>();
  const entries: Entry[] = [];
  for (let n = 0; n < count; n += 1) {
    // Every fiftieth has a fault, of each kind in turn, at a place that chance decides.
    const kind = random() < 0.02 ? KINDS[Math.floor(random() * KINDS.length)] : undefined;
    const payout: SentPayout = {
      id: derivedId('pay', 'bench', String(n)),
      partnerId: derivedId('par', 'bench', String(n)),
      batchId: derivedId('bat', 'bench'),
      minor: 1_000n + BigInt(Math.floor(random() * 1_000_000)),
      submittedAt: `${sentOn(kind)}T09:00:00Z`,
    };
    const ref = `B${n}`;
    payouts.push(payout);
    entries.push(...entriesOf(kind, payout, ref));
    if (kind !== undefined) breaks.set(keyOf(kind, payout, ref), kind);
  }
  const half = Math.floor(entries.length / 2);
  const middle = OPENING + movedBy(entries.slice(0, half));
  const documents = [documentOf(1, OPENING, entries.slice(0, half)), documentOf(2, middle, entries.slice(half))];
  return { payouts, documents, entries: entries.length, breaks };
};

const movedBy = (entries: readonly Entry[]): bigint =>
  entries
    .filter(({ status }) => status === undefined)
    .reduce((sum, { minor, direction }) => (direction === 'CRDT' ? sum + minor : sum - minor), 0n);

const documentOf = (sequence: number, opening: bigint, entries: readonly Entry[]): string => {
  const balance = (code: string, minor: bigint): string =>
    `<Bal><Tp><CdOrPrtry><Cd>${code}</Cd></CdOrPrtry></Tp><Amt Ccy="BRL">${decimal(minor)}</Amt><CdtDbtInd>CRDT</CdtDbtInd>` +
    `<Dt><Dt>${BOOKED}</Dt></Dt></Bal>`;
  return (
    `<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>` +
    `<GrpHdr><MsgId>M${sequence}</MsgId></GrpHdr><Stmt><Id>S${sequence}</Id><ElctrncSeqNb>${sequence}</ElctrncSeqNb>` +
    `<Acct><Id><Othr><Id>${ACCOUNT}</Id></Othr></Id></Acct>` +
    `${balance('OPBD', opening)}${balance('CLBD', opening + movedBy(entries))}\n${entries.map(xmlOf).join('')}` +
    `</Stmt></BkToCstmrStmt></Document>`
  );
};
