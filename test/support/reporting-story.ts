/** What others tell of a handful of commissions, as they tell it: for tests that shuffle it, repeat it and add it up. */
import {
  AttributionChangedV1,
  ClickRecordedV1,
  ConversionAttributedV1,
  ConversionUnattributedV1,
} from '../../src/modules/attribution/events.ts';
import {
  CommissionAccruedV1,
  CommissionAdjustedV1,
  CommissionClawedBackV1,
  CommissionConfirmedV1,
  CommissionHeldV1,
  CommissionLockedV1,
  CommissionPaidV1,
  CommissionReducedV1,
  CommissionReleasedV1,
  CommissionReversedV1,
  CommissionVestedV1,
} from '../../src/modules/commission/events.ts';
import { ConversionAssessedV1 } from '../../src/modules/fraud/events.ts';
import {
  PayoutFailedV1,
  PayoutReturnedV1,
  PayoutSettledV1,
  PayoutSubmittedV1,
  StatementClosedV1,
  StatementContinuedV1,
} from '../../src/modules/settlement/events.ts';
import type { Contract, Envelope } from '../../src/shared/events.ts';
import { type Instant, instant } from '../../src/shared/instant.ts';
import { idOf } from './clock.ts';

export const programId = idOf('prg', 1);
export const currency = 'BRL';
export const brl = (minor: number) => ({ minor: String(minor), currency });
export const march = (day: number): Instant => instant(`2018-03-${String(day).padStart(2, '0')}T15:00:00Z`);

/** Tells events as outboxes do: each with an id of its own and its aggregate's next version. */
export class Teller {
  readonly told: Envelope[] = [];
  private readonly versions = new Map<string, number>();

  tell<Payload extends object>(contract: Contract<Payload>, aggregate: string, occurredAt: Instant, payload: Payload) {
    const source = contract.type.slice(0, contract.type.indexOf('.'));
    const name = `${source}/${aggregate}`;
    const aggregateVersion = (this.versions.get(name) ?? 0) + 1;
    this.versions.set(name, aggregateVersion);
    this.told.push({
      id: idOf('evt', this.told.length + 1),
      type: contract.type,
      version: contract.version,
      source,
      aggregate,
      aggregateVersion,
      partitionKey: aggregate,
      occurredAt,
      payload: JSON.parse(JSON.stringify(payload)) as object,
    });
    return this;
  }
}

/** The n-th order of a partner, and all that is told of it. */
export const tellerOf = (teller: Teller, n: number, partner: number) => {
  const partnerId = idOf('par', partner);
  const commissionId = idOf('com', n);
  const conversionId = idOf('cnv', n);
  const about = { commissionId, orderId: idOf('ord', n), orderRef: `A-${n}`, programId, partnerId };
  const order = { conversionId, orderId: idOf('ord', n), orderRef: `A-${n}`, programId };
  const step = <Payload extends object>(contract: Contract<Payload>, at: Instant, rest: object) => {
    teller.tell(contract, commissionId, at, { ...about, ...rest } as Payload);
    return self;
  };
  const self = {
    commissionId,
    clicked: (at = march(1)) => {
      teller.tell(ClickRecordedV1, idOf('clk', n), at, {
        clickId: idOf('clk', n),
        programId,
        partnerId,
        occurredAt: at,
      });
      return self;
    },
    attributed: (at = march(1)) => {
      teller.tell(ConversionAttributedV1, conversionId, at, {
        ...order,
        partnerId,
        clickId: idOf('clk', n),
        touchedAt: at,
        placedAt: at,
        policyVersion: 1,
        decidedAt: at,
      });
      return self;
    },
    unattributed: (at = march(1)) => {
      teller.tell(ConversionUnattributedV1, conversionId, at, {
        ...order,
        reason: 'no_touch',
        placedAt: at,
        decidedAt: at,
      });
      return self;
    },
    /** From whoever had it to this partner, or to nobody. */
    changed: (from: number | undefined, to: number | undefined, at = march(1)) => {
      teller.tell(AttributionChangedV1, conversionId, march(2), {
        ...order,
        previousPartnerId: from === undefined ? undefined : idOf('par', from),
        partnerId: to === undefined ? undefined : idOf('par', to),
        placedAt: at,
        policyVersion: 1,
        reason: 'late_click',
        decidedAt: march(2),
      });
      return self;
    },
    assessed: (verdict: 'allow' | 'review' | 'reject', reasons: readonly string[] = []) => {
      const rest = { conversionId, orderId: idOf('ord', n), programId, partnerId };
      teller.tell(ConversionAssessedV1, conversionId, march(2), { ...rest, verdict, reasons, assessedAt: march(2) });
      return self;
    },
    accrued: (minor: number, at = march(1)) =>
      step(CommissionAccruedV1, at, { amount: brl(minor), termsVersion: 1, accruedAt: at }),
    confirmed: (minor: number, at = march(2)) =>
      step(CommissionConfirmedV1, at, { amount: brl(minor), confirmedAt: at }),
    vested: (minor: number, vested: number, at: Instant, locksAt?: Instant) =>
      step(CommissionVestedV1, at, { amount: brl(minor), vested: brl(vested), vestedAt: at, locksAt }),
    held: (minor: number, at = march(3)) =>
      step(CommissionHeldV1, at, { amount: brl(minor), reasons: ['self_referral'], heldAt: at }),
    released: (minor: number, at = march(4)) => step(CommissionReleasedV1, at, { amount: brl(minor), releasedAt: at }),
    reduced: (minor: number, by: number, at = march(9)) =>
      step(CommissionReducedV1, at, {
        amount: brl(minor),
        reduction: brl(by),
        reason: 'lines_returned',
        reducedAt: at,
      }),
    reversed: (minor: number, at = march(5)) =>
      step(CommissionReversedV1, at, { amount: brl(minor), reason: 'order_cancelled', reversedAt: at }),
    locked: (minor: number, at = march(20)) => step(CommissionLockedV1, at, { amount: brl(minor), lockedAt: at }),
    clawedBack: (adjustment: number, minor: number, at = march(25)) =>
      step(CommissionClawedBackV1, at, {
        adjustmentId: idOf('adj', adjustment),
        amount: brl(minor),
        reason: 'order_charged_back',
        clawedBackAt: at,
      }),
    adjusted: (adjustment: number, kind: 'adjustment' | 'bonus' | 'terms', minor: number, at = march(26)) =>
      step(CommissionAdjustedV1, at, {
        adjustmentId: idOf('adj', adjustment),
        kind,
        amount: brl(minor),
        reason: 'order_revised',
        adjustedAt: at,
      }),
    paid: (minor: number, payout: number, at = march(29)) =>
      step(CommissionPaidV1, at, { amount: brl(minor), payoutId: idOf('pay', payout), paidAt: at }),
  };
  return self;
};

/** What settlement tells of a partner's statements and payouts. */
export const settlementOf = (teller: Teller, partner: number) => {
  const partnerId = idOf('par', partner);
  const allocated = (parts: Readonly<Record<number, number>>) =>
    Object.entries(parts).map(([n, minor]) => ({ commissionId: idOf('com', Number(n)), amount: brl(minor) }));
  const payout = (n: number, minor: number) => ({
    payoutId: idOf('pay', n),
    batchId: idOf('bat', 1),
    programId,
    partnerId,
    amount: brl(minor),
  });
  const self = {
    statement: (n: number, commissions: readonly number[], closing: number, closedAt = march(26)) => {
      teller.tell(StatementClosedV1, idOf('stm', n), closedAt, {
        statementId: idOf('stm', n),
        number: `2018-03/${n}`,
        programId,
        partnerId,
        period: '2018-03',
        opening: brl(0),
        closing: brl(closing),
        commissionIds: commissions.map((each) => idOf('com', each)),
        closedAt,
      });
      return self;
    },
    continued: (n: number, commissions: readonly number[], closedAt = march(26)) => {
      teller.tell(StatementContinuedV1, idOf('stm', n), closedAt, {
        statementId: idOf('stm', n),
        programId,
        partnerId,
        period: '2018-03',
        commissionIds: commissions.map((each) => idOf('com', each)),
        closedAt,
      });
      return self;
    },
    submitted: (n: number, minor: number, at = march(27)) => {
      teller.tell(PayoutSubmittedV1, idOf('pay', n), at, { ...payout(n, minor), submittedAt: at });
      return self;
    },
    settled: (n: number, minor: number, parts: Readonly<Record<number, number>>, at = march(28)) => {
      teller.tell(PayoutSettledV1, idOf('pay', n), at, {
        ...payout(n, minor),
        allocations: allocated(parts),
        settledAt: at,
      });
      return self;
    },
    failed: (n: number, minor: number, at = march(28)) => {
      teller.tell(PayoutFailedV1, idOf('pay', n), at, { ...payout(n, minor), reason: 'AC04', failedAt: at });
      return self;
    },
    returned: (n: number, minor: number, parts: Readonly<Record<number, number>>, at = march(30)) => {
      teller.tell(PayoutReturnedV1, idOf('pay', n), at, {
        ...payout(n, minor),
        allocations: allocated(parts),
        reason: 'AC04',
        returnedAt: at,
      });
      return self;
    },
  };
  return self;
};

/** One story with everything in it: seven orders, two partners, payouts that settle, fail and come back. */
export const wholeStory = (): Teller => {
  const teller = new Teller();
  const open = march(12);
  tellerOf(teller, 1, 1)
    .clicked()
    .attributed()
    .assessed('allow')
    .accrued(1_000)
    .confirmed(1_000)
    .vested(1_000, 500, march(3))
    .vested(1_000, 1_000, march(5), open)
    .reduced(900, 100)
    .locked(900);
  tellerOf(teller, 2, 1).clicked().attributed().assessed('review', ['self_referral']).accrued(2_000).held(2_000);
  tellerOf(teller, 3, 1)
    .attributed()
    .assessed('review')
    .accrued(300)
    .held(300)
    .assessed('allow')
    .released(300)
    .confirmed(300)
    .vested(300, 300, march(6), open)
    .locked(300)
    .clawedBack(1, 100)
    .clawedBack(2, 50)
    .adjusted(3, 'terms', 40)
    .adjusted(4, 'adjustment', -15);
  tellerOf(teller, 4, 1).attributed().accrued(700).reversed(700);
  tellerOf(teller, 5, 2)
    .clicked()
    .attributed()
    .assessed('allow')
    .accrued(5_000)
    .confirmed(5_000)
    .vested(5_000, 5_000, march(7), open)
    .locked(5_000);
  tellerOf(teller, 6, 2).unattributed().changed(undefined, 2).accrued(60).assessed('allow').confirmed(60);
  tellerOf(teller, 7, 2).unattributed();
  tellerOf(teller, 8, 2).attributed().accrued(80).changed(2, undefined).reversed(80);
  settlementOf(teller, 1).statement(1, [1, 3], 1_050).submitted(1, 1_050).settled(1, 1_050, { 1: 900, 3: 300 });
  tellerOf(teller, 1, 1).paid(900, 1);
  tellerOf(teller, 3, 1).paid(300, 1);
  settlementOf(teller, 2)
    .statement(2, [5], 5_000)
    .submitted(2, 5_000)
    .failed(2, 5_000)
    .submitted(3, 5_000, march(28))
    .settled(3, 5_000, { 5: 5_000 })
    .returned(3, 5_000, { 5: 5_000 });
  tellerOf(teller, 5, 2).paid(5_000, 3);
  return teller;
};
