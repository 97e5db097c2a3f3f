import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { announced, contracts } from '../../../../src/modules/webhooks/adapters/messaging/catalogue.ts';
import { fanOut, type Subscriber } from '../../../../src/modules/webhooks/domain/fan-out.ts';
import { PUBLIC_EVENT_TYPES } from '../../../../src/modules/webhooks/domain/public-events.ts';
import { projectRoot } from '../../../../src/infrastructure/system/root.ts';
import { fieldNames } from '../../../../src/shared/shape.ts';
import { type Contract, type Envelope, nameOf } from '../../../../src/shared/events.ts';
import { instant } from '../../../../src/shared/instant.ts';
import { idOf } from '../../../support/clock.ts';

const noon = instant('2018-03-01T12:00:00Z');
const money = { minor: '1234', currency: 'BRL' };

/** Something valid for every field that any of these events has. */
const SAMPLE: Readonly<Record<string, unknown>> = {
  commissionId: idOf('com', 1),
  conversionId: idOf('cnv', 1),
  orderId: idOf('ord', 1),
  orderRef: 'A-1',
  programId: idOf('prg', 1),
  partnerId: idOf('par', 1),
  clickId: idOf('clk', 1),
  touchKind: 'click',
  claimId: idOf('clm', 1),
  state: 'confirmed',
  previousShare: '2/3',
  share: '1/3',
  adjustmentId: idOf('adj', 1),
  payoutId: idOf('pay', 1),
  batchId: idOf('bat', 1),
  statementId: idOf('stm', 1),
  withheld: { minor: '100', currency: 'BRL' },
  net: { minor: '4900', currency: 'BRL' },
  leaves: { minor: '900', currency: 'USD' },
  disputeId: idOf('dsp', 1),
  subject: idOf('dsp', 1),
  outcome: 'upheld',
  rule: 'we_are_late',
  appealUntil: noon,
  enrolmentId: idOf('enr', 1),
  number: 'S-1',
  period: '2018-03',
  reason: 'because',
  code: 'R02',
  reasons: ['because'],
  termsVersion: 1,
  policyVersion: 1,
  commissionIds: [idOf('com', 1), idOf('com', 2)],
  allocations: [{ commissionId: idOf('com', 1), amount: money }],
  recovered: [{ commissionId: idOf('com', 2), amount: money }],
  adjustments: [{ adjustmentId: idOf('adj', 2), amount: money }],
  kind: 'bonus',
  termsId: idOf('trm', 1),
  version: 1,
  hash: 'ab'.repeat(32),
  credits: [{ partnerId: idOf('par', 1), clickId: idOf('clk', 1), touchKind: 'click', touchedAt: noon, share: '1/1' }],
};

/** Where the same name means something else. */
const OWN: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'settlement.statement_answered': { state: 'disputed' },
  'settlement.invoice_issued': { kind: 'credit_note', invoiceId: idOf('inv', 1), digest: 'ab'.repeat(32) },
};

const envelope = (contract: Contract): Envelope => {
  const payload = Object.fromEntries(
    fieldNames(contract).map((name) => [
      name,
      OWN[contract.type]?.[name] ?? SAMPLE[name] ?? (name.endsWith('At') ? noon : money),
    ]),
  );
  return {
    id: idOf('evt', 1),
    type: contract.type,
    version: contract.version,
    source: 'test',
    aggregate: 'a',
    aggregateVersion: 1,
    partitionKey: 'a',
    occurredAt: noon,
    payload,
  };
};

const told = (type: string, overrides: object = {}): Envelope => {
  const event = envelope(contracts.find((contract) => contract.type === type)!);
  return { ...event, payload: { ...(event.payload as object), ...overrides } };
};

describe('what is shown of our events', () => {
  it('has one public word for each, and none without an event', () => {
    const types = contracts.map((contract) => announced(envelope(contract)).type);

    expect(types).to.have.members([...PUBLIC_EVENT_TYPES]);
    expect(new Set(types).size).to.equal(types.length);
  });

  for (const contract of contracts) {
    it(`shows whose it is and all that is the partner’s business: ${nameOf(contract)}`, () => {
      const event = envelope(contract);

      const { data, partnerId, eventId, occurredAt } = announced(event);

      expect({ partnerId, eventId, occurredAt }).to.deep.equal({
        partnerId: idOf('par', 1),
        eventId: event.id,
        occurredAt: noon,
      });
      expect(Object.values(data)).not.to.include(undefined);
      const hidden = fieldNames(contract).filter((name) => !(name in data));
      // Whose payouts go in one file is the house's business, as is how we version policies; long lists are asked for.
      expect([
        'batchId',
        'policyVersion',
        'commissionIds',
        'allocations',
        'recovered',
        'adjustments',
        'credits',
      ]).to.include.members(hidden);
    });
  }

  it('bears no click id for an order that nobody’s click won, and that of any other touch', () => {
    const shownOf = (touchKind: string) => announced(told('attribution.conversion_attributed', { touchKind })).data;

    for (const kind of ['coupon', 'late_claim'])
      expect(shownOf(kind), kind).to.include({ clickId: null, touchKind: kind });
    for (const kind of ['click', 'qr', 'dealer', 'test_drive'])
      expect(shownOf(kind), kind).to.include({ clickId: idOf('clk', 1), touchKind: kind });
  });

  it('says of credit that is lost how much is left, and of all of it that nothing is', () => {
    const data = (share?: string) => announced(told('attribution.credit_lost', { share })).data;

    expect(data('1/3')).to.include({ previousShare: '2/3', share: '1/3', reason: 'because' });
    expect(data(undefined)).to.include({ previousShare: '2/3', share: null });
  });

  it('tells of lost credit and of a claim’s answer whose it is, and no other partner', () => {
    const endpoint = (n: number, partnerId: Subscriber['partnerId']): Subscriber => ({
      endpointId: idOf('whe', n),
      partnerId,
      eventTypes: ['credit.lost', 'claim.resolved'],
      lastSequence: 0,
    });
    const events = [told('attribution.credit_lost'), told('attribution.claim_resolved')].map(announced);

    const { deliveries, messages } = fanOut(events, [endpoint(1, idOf('par', 1)), endpoint(2, idOf('par', 2))]);

    expect(deliveries.map(({ endpointId }) => endpointId)).to.deep.equal([idOf('whe', 1), idOf('whe', 1)]);
    expect(messages.map(({ type }) => type)).to.deep.equal(['credit.lost', 'claim.resolved']);
  });

  it('stays small for a statement with many commissions', () => {
    const contract = contracts.find(({ type }) => type === 'settlement.statement_closed')!;

    expect(announced(envelope(contract)).data).to.deep.include({ commissionCount: 2, period: '2018-03' });
  });

  it('is listed for receivers', () => {
    const page = readFileSync(join(projectRoot(), 'docs/webhooks.md'), 'utf8');

    for (const type of PUBLIC_EVENT_TYPES) expect(page).to.include(`\`${type}\``);
  });
});
