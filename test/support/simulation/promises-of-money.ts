import type { Commission } from '../../../src/modules/commission/domain/life-cycle/commission.ts';
import { isOpen } from '../../../src/modules/commission/domain/life-cycle/life-cycle.ts';
import { SecurityAudits } from '../../../src/modules/settlement/application/audit/security-audits.ts';
import { SettlementAudits } from '../../../src/modules/settlement/application/audit/settlement-audits.ts';
import { availableCode } from '../../../src/modules/settlement/domain/books/chart-of-accounts.ts';
import { CLEARING_STATES } from '../../../src/modules/settlement/domain/payouts/payout-life-cycle.ts';
import type { Payout } from '../../../src/modules/settlement/domain/payouts/payout.ts';
import { OPENING_MINOR } from '../../../src/modules/settlement/domain/rails/simulated-bank.ts';
import { PayoutReturnedV1, PayoutSettledV1, PayoutSubmittedV1 } from '../../../src/modules/settlement/events.ts';
import { type Contract, is, read } from '../../../src/shared/events.ts';
import { grouped } from '../../../src/shared/grouped.ts';
import type { Id } from '../../../src/shared/ids.ts';
import { FakeAuditReader } from '../fakes/fake-settlement-audits.ts';
import type { Findings, Promised } from './promises.ts';
import { portsOn } from './stores.ts';
import type { World } from './world.ts';

type Balances = ReadonlyMap<string, bigint>;

const sum = (minors: Iterable<bigint>): bigint => {
  let total = 0n;
  for (const minor of minors) total += minor;
  return total;
};

/** By account, debits positive. */
export const foldOf = ({ stores }: World): Balances => {
  const balances = new Map<string, bigint>();
  for (const { postings } of stores.ledger.posted())
    for (const { account, minor } of postings) balances.set(account, (balances.get(account) ?? 0n) + BigInt(minor));
  return balances;
};

const everythingSumsToZero = (world: World): Findings => {
  const { ledger } = world.stores;
  const uneven = ledger.posted().filter(({ postings }) => sum(postings.map(({ minor }) => BigInt(minor))) !== 0n);
  const fold = foldOf(world);
  const byCurrency = grouped(ledger.accounts(), ({ currency }) => currency);
  const currencies = [...byCurrency].filter(
    ([, accounts]) => sum(accounts.map(({ code }) => fold.get(code) ?? 0n)) !== 0n,
  );
  return [
    ...uneven.map(({ id }) => `${id} does not sum to zero`),
    ...currencies.map(([currency]) => `the trial balance in ${currency} is not zero`),
  ];
};

const balancesAreTheFold = (world: World): Findings => {
  const fold = foldOf(world);
  return world.stores.ledger.accounts().flatMap(({ code, bound }) => {
    if (bound === 'none') return [];
    const [kept, folded] = [world.stores.ledger.keptBalance(code), -(fold.get(code) ?? 0n)];
    return kept === folded && folded >= 0n ? [] : [`${code} keeps ${kept ?? 'nothing'}, its journal makes ${folded}`];
  });
};

const auditsOf = (world: World): SettlementAudits => {
  const { ledger, commission } = portsOn(world.stores, world.scene, world.clock);
  return new SettlementAudits(new FakeAuditReader(world.stores.settlement), ledger, commission, world.clock);
};

const securitiesAreInTheLedger = (world: World): Promise<Findings> => {
  const { ledger } = portsOn(world.stores, world.scene, world.clock);
  return new SecurityAudits(new FakeAuditReader(world.stores.settlement), ledger).securities();
};

// ── what commission, settlement, the ledger and the bank say of one another ───────────────────────────────────────

interface Owner {
  readonly programId: Id<'prg'>;
  readonly partnerId: Id<'par'>;
}

const ofOwner =
  ({ programId, partnerId }: Owner) =>
  (each: { readonly programId: string; readonly partnerId?: string | undefined }): boolean =>
    each.programId === programId && each.partnerId === partnerId;

const owners = ({ scene }: World): readonly Owner[] =>
  scene.programs.flatMap(({ programId }) => scene.partners.map((partnerId) => ({ programId, partnerId })));

const hasLocked = ({ state }: Commission): boolean => !isOpen(state) && state !== 'reversed';
const netOf = ({ amount, adjusted, clawedBack }: Commission): bigint =>
  amount.minor + adjusted.minor - clawedBack.minor;
const amounts = (payouts: readonly Payout[]): bigint => sum(payouts.map(({ amount }) => amount.minor));
const isSettled = ({ state }: Payout): boolean => state === 'settled';
const isOnItsWay = ({ state }: Payout): boolean => (CLEARING_STATES as readonly string[]).includes(state);

/** A partner's money: pending until it locks, then owed, on its way or paid; and the ledger knows of all of it. */
const ownersMoney = (world: World): Findings => {
  const fold = foldOf(world);
  const { commission, settlement } = world.stores;
  return owners(world).flatMap((owner) => {
    const { partnerId, programId } = owner;
    const own = commission.all().filter(ofOwner(owner));
    const payouts = settlement.payouts().filter(ofOwner(owner));
    const pending = -(fold.get(`payable:${partnerId}:${programId}:pending`) ?? 0n);
    const available = -(fold.get(availableCode(owner)) ?? 0n);
    const estimated = sum(own.filter(({ state }) => isOpen(state)).map(({ amount }) => amount.minor));
    const locked = sum(own.filter(hasLocked).map(netOf));
    const gone = amounts(payouts.filter((payout) => isSettled(payout) || isOnItsWay(payout)));
    return [
      ...(pending === estimated ? [] : [`${partnerId} has ${pending} pending, its open commissions are ${estimated}`]),
      ...(available + gone === locked ? [] : [`${partnerId} has ${available} and got ${gone}, it earned ${locked}`]),
    ];
  });
};

const paidAtMostLocked = (world: World): Findings =>
  owners(world).flatMap((owner) => {
    const { stores } = world;
    const locked = sum(
      stores.commission
        .all()
        .filter(ofOwner(owner))
        .filter(hasLocked)
        .map(({ amount }) => amount.minor),
    );
    const paid = amounts(stores.settlement.payouts().filter(ofOwner(owner)).filter(isSettled));
    return paid <= locked ? [] : [`${owner.partnerId} was paid ${paid} and had locked ${locked}`];
  });

const bankAgrees = (world: World): Findings => {
  const fold = foldOf(world);
  const { tables } = world.stores.settlement;
  return world.scene.programs.flatMap(({ programId }) => {
    const paid = amounts(
      world.stores.settlement.payouts().filter((each) => each.programId === programId && isSettled(each)),
    );
    const inLedger = -(fold.get(`bank:${programId}:main`) ?? 0n);
    const own = tables.accounts.committed.values().filter((each) => each.programId === programId);
    const atBank = sum(
      own.map(({ account }) => {
        const simulated = tables.simulatedAccounts.committed.get(account.number);
        return simulated === undefined ? 0n : OPENING_MINOR - simulated.balance.minor;
      }),
    );
    return [
      ...(inLedger === paid ? [] : [`${programId}: payouts settled for ${paid}, the ledger's bank has ${inLedger}`]),
      ...(atBank === paid ? [] : [`${programId}: payouts settled for ${paid}, ${atBank} left the bank's account`]),
    ];
  });
};

/** Each statement begins where the last one ended, and all of them together tell of every payout. */
const statementsTellAll = (world: World): Findings => {
  const { settlement } = world.stores;
  const told = settlement.tables.bookings.committed.values().map(({ booking }) => booking);
  return owners(world).flatMap((owner) => {
    const statements = settlement.statements().filter(ofOwner(owner));
    const broken = statements.filter(({ opening }, index) => {
      const before = statements[index - 1]?.closing.minor ?? 0n;
      return opening.minor !== before;
    });
    const own = told.filter(ofOwner(owner));
    const out = sum(own.filter(({ purpose }) => purpose === 'submit').map(({ amount }) => amount.minor));
    const back = sum(own.filter(({ purpose }) => purpose === 'restore').map(({ amount }) => amount.minor));
    const gone = amounts(
      settlement
        .payouts()
        .filter(ofOwner(owner))
        .filter((each) => isSettled(each) || isOnItsWay(each)),
    );
    return [
      ...broken.map(({ period }) => `${owner.partnerId}: the statement of ${period} opens with another balance`),
      ...(out - back === gone ? [] : [`${owner.partnerId}: entries send ${out - back}, payouts are ${gone}`]),
    ];
  });
};

const payoutIdsTold = (
  { stores }: World,
  contract: Contract<{ readonly payoutId: Id<'pay'> }>,
): Map<string, number> => {
  const events = stores.settlement.published.filter((event) => is(contract, event));
  const byPayout = grouped(events, (event) => read(contract, event).payoutId);
  return new Map([...byPayout].map(([id, each]) => [id, each.length]));
};

const paidOnce = (world: World): Findings => {
  const payouts = grouped(
    world.stores.settlement.payouts(),
    ({ programId, partnerId, period }) => `${programId} ${partnerId} ${period}`,
  );
  const twice = [PayoutSubmittedV1, PayoutSettledV1, PayoutReturnedV1].flatMap((contract) =>
    [...payoutIdsTold(world, contract)]
      .filter(([, count]) => count > 1)
      .map(([id]) => `${contract.type} twice of ${id}`),
  );
  const several = [...payouts].filter(([, each]) => each.length > 1).map(([name]) => `several payouts of ${name}`);
  return [...twice, ...several];
};

/** Whoever is suspended waits for his money. */
const sentToTheApproved = ({ stores, story, scene }: World): Findings =>
  stores.settlement.payouts().flatMap(({ id, programId, partnerId, submittedAt }) => {
    const suspended = story.suspensions.some(
      ({ program, partner, from, until }) =>
        scene.programs[program]?.programId === programId &&
        scene.partners[partner] === partnerId &&
        submittedAt !== undefined &&
        submittedAt >= from &&
        submittedAt < until,
    );
    return suspended ? [`${id} was sent while ${partnerId} was suspended`] : [];
  });

const commissionsKnowWhatTheyGot = ({ stores }: World): Findings => {
  const got = new Map<string, bigint>();
  for (const { id } of stores.settlement.payouts().filter(isSettled))
    for (const { commissionId = '', minor } of stores.settlement.tables.shares.committed.get(id) ?? [])
      got.set(commissionId, (got.get(commissionId) ?? 0n) + minor);
  return stores.commission
    .all()
    .filter(({ id, paid }) => paid.minor !== (got.get(id) ?? 0n))
    .map(({ id, paid }) => `${id} says it was paid ${paid.minor}, settled payouts brought ${got.get(id) ?? 0n}`);
};

export const ledgerIsBalanced: Promised = {
  promise: 'every transaction sums to zero, and so does every currency',
  findings: everythingSumsToZero,
};

export const promisesOfMoney: readonly Promised[] = [
  ledgerIsBalanced,
  { promise: 'kept balances are the fold of the journal', findings: balancesAreTheFold },
  {
    promise: 'every statement is opening plus its entries, and equals the ledger',
    findings: (world) => auditsOf(world).statements(),
  },
  { promise: "every payout's allocations sum to its amount", findings: (world) => auditsOf(world).allocations() },
  {
    promise: 'the clearing account equals what is submitted and not yet settled',
    findings: (world) => auditsOf(world).clearing(),
  },
  { promise: 'every locked commission is booked once', findings: (world) => auditsOf(world).locks() },
  {
    promise: 'open reserves and receivables of every partner are what their accounts in the ledger hold',
    findings: securitiesAreInTheLedger,
  },
  { promise: 'what was earned is pending, owed, on its way or paid', findings: ownersMoney },
  { promise: 'nobody is paid more than has locked', findings: paidAtMostLocked },
  { promise: 'payouts, the ledger and the bank say the same', findings: bankAgrees },
  { promise: 'statements tell of every payout', findings: statementsTellAll },
  { promise: 'nobody is paid twice for a period', findings: paidOnce },
  { promise: 'nobody is sent money while suspended', findings: sentToTheApproved },
  { promise: 'a commission knows what payouts brought it', findings: commissionsKnowWhatTheyGot },
];
