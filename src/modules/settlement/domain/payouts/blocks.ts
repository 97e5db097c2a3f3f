import { boundsOf, type Month, monthOf, nextMonth } from '../../../../shared/calendar.ts';
import type { Id } from '../../../../shared/ids.ts';
import { type Instant, plusMs } from '../../../../shared/instant.ts';
import { Money } from '../../../../shared/money.ts';
import type { EnrolmentState } from '../../../partners/index.ts';
import type { AccountFault } from '../rails/account-faults.ts';
import { type Objection, OBJECTIONS } from '../rails/objections.ts';
import type { PayoutId } from '../../index.ts';
import type { PayoutState } from './payout-life-cycle.ts';
import { type PayoutPolicy, paysOn } from './payout-policy.ts';

export const BLOCK_CODES = [
  'below_minimum',
  'payout_under_way',
  'suspended',
  'not_enrolled',
  'no_payout_profile',
  'profile_changed',
  'method_refused',
  'not_carried',
  'fraud_hold',
  'no_tax_clearance',
  'not_scheduled',
  'not_requested',
  'payouts_frozen',
  'balance_short',
  'in_dispute',
] as const;
export type BlockCode = (typeof BLOCK_CODES)[number];

/** Why money stays where it is, and until when at least: a moment, or something that has to happen. */
export interface Block {
  readonly code: BlockCode;
  readonly detail: string;
  readonly until?: Instant | undefined;
  readonly when?: string | undefined;
}

/** What is known of a partner that may stand against a payout. */
export interface Circumstances {
  readonly enrolment?: EnrolmentState | undefined;
  readonly hasProfile: boolean;
  readonly profileChangedAt?: Instant | undefined;
  /** What the bank said of the account, if it will never take money for it. */
  readonly accountFault?: AccountFault | undefined;
  /** What the rail would refuse of what the partner has said. */
  readonly objection?: Objection | undefined;
  readonly openCases: readonly Id<'cas'>[];
  /** What is missing for the tax office, in a sentence. */
  readonly uncleared?: string | undefined;
  readonly hasRequested: boolean;
  /** Why payouts are frozen, if they are. */
  readonly frozen?: string | undefined;
  /** What is held aside, for it is disputed. */
  readonly held: bigint;
}

export interface Moment {
  readonly now: Instant;
  readonly currency: string;
  readonly timeZone: string;
}

/** Before it is decided: whether there is enough, and whether it is time. */
export const blocksOfBalance = (
  payable: bigint,
  { hasRequested, held }: Circumstances,
  { minimum, schedule }: PayoutPolicy,
  period: Month,
  { currency, timeZone }: Moment,
): readonly Block[] => {
  const floor = minimum > 0n ? minimum : 1n;
  const money = (minor: bigint): string => Money.of(minor, currency).toString();
  return [
    ...(payable >= floor
      ? []
      : [block('below_minimum', `${money(payable)} can be paid, the minimum is ${money(floor)}`, 'more is earned')]),
    ...(paysOn(schedule, period)
      ? []
      : [
          {
            code: 'not_scheduled' as const,
            detail: `the partner is paid ${schedule}`,
            until: boundsOf(nextPaying(schedule, nextMonth(period)), timeZone).until,
          },
        ]),
    ...(schedule !== 'on_request' || hasRequested
      ? []
      : [block('not_requested', 'the partner is paid on request and has not asked', 'the partner asks for a payout')]),
    ...(held > 0n ? [block('in_dispute', `${money(held)} are disputed and held aside`, 'the dispute is closed')] : []),
  ];
};

/** A payout that is decided and has not arrived. */
export interface UnderWay {
  readonly payoutId: PayoutId;
  readonly state: PayoutState;
  readonly minor: bigint;
}

/** A balance that is small because it is being paid does not wait for more to be earned. */
export const besidePayouts = (
  blocks: readonly Block[],
  underWay: readonly UnderWay[],
  { currency }: Pick<Moment, 'currency'>,
): readonly Block[] => {
  if (underWay.length === 0) return blocks;
  const detail = underWay
    .map(
      ({ payoutId, state, minor }) =>
        `${Money.of(minor, currency).toString()} are being paid by ${payoutId} (${state})`,
    )
    .join('; ');
  return blocks.map((each) =>
    each.code === 'below_minimum' ? block('payout_under_way', detail, 'the payout has arrived') : each,
  );
};

/** Before it is decided and before it is sent: whether money may go to the partner, and where. */
export const blocksOfPayee = (
  circumstances: Circumstances,
  { coolOffHours, holdOnFraud }: PayoutPolicy,
  { now }: Pick<Moment, 'now'>,
): readonly Block[] => {
  const { enrolment, profileChangedAt, openCases, uncleared, frozen } = circumstances;
  const coolUntil = profileChangedAt && plusMs(profileChangedAt, coolOffHours * HOUR_MS);
  const [firstCase] = holdOnFraud ? openCases : [];
  return [
    ...enrolmentBlocks(enrolment),
    ...accountBlocks(circumstances),
    ...(coolUntil !== undefined && coolUntil > now
      ? [{ code: 'profile_changed' as const, detail: PROFILE_CHANGED, until: coolUntil }]
      : []),
    ...(firstCase === undefined
      ? []
      : [block('fraud_hold', `risk is looking at ${firstCase}`, 'the cases of the partner are resolved')]),
    ...(uncleared === undefined ? [] : [block('no_tax_clearance', uncleared, 'the tax profile is complete')]),
    ...(frozen === undefined ? [] : [block('payouts_frozen', `payouts are frozen: ${frozen}`, 'two people lift it')]),
  ];
};

const HOUR_MS = 3_600_000;
const PROFILE_CHANGED = 'the partner has just said that its money goes somewhere else';

const block = (code: BlockCode, detail: string, when: string): Block => ({ code, detail, when });

const enrolmentBlocks = (state: EnrolmentState | undefined): readonly Block[] => {
  if (state === 'approved') return [];
  return state === 'suspended'
    ? [block('suspended', 'the enrolment is suspended', 'the enrolment is approved again')]
    : [block('not_enrolled', 'the partner is not enrolled in the program', 'the partner is enrolled')];
};

const accountBlocks = ({ hasProfile, accountFault, objection }: Circumstances): readonly Block[] => {
  if (!hasProfile)
    return [block('no_payout_profile', 'nobody has said where the money goes', 'the partner names an account')];
  const refused = accountFault && `the account was refused: ${accountFault.reason} (${accountFault.code})`;
  return [
    ...(refused === undefined ? [] : [block('method_refused', refused, 'the partner names another account')]),
    ...(objection === undefined
      ? []
      : [block('not_carried', `${OBJECTIONS[objection]} (${objection})`, 'the partner corrects where its money goes')]),
  ];
};

/** A dispute holds its own amount and nothing else. */
export const standsAgainst = ({ code }: Block): boolean => code !== 'in_dispute';

/** A payout that was approved and is not covered any more, for something was taken back since. */
export const shortOf = (available: bigint, { minor, currency }: Money): readonly Block[] =>
  available >= minor
    ? []
    : [
        block(
          'balance_short',
          `${Money.of(available, currency).toString()} are left of the ${Money.of(minor, currency).toString()} that were decided`,
          'more is earned',
        ),
      ];

const nextPaying = (schedule: PayoutPolicy['schedule'], from: Month): Month =>
  paysOn(schedule, from) ? from : nextPaying(schedule, nextMonth(from));

/** The end of the next month whose close pays, in the zone of the books. */
export const nextPayoutAt = ({ schedule }: PayoutPolicy, { now, timeZone }: Moment): Instant =>
  boundsOf(nextPaying(schedule, monthOf(now, timeZone)), timeZone).until;
