/**
 * What speaks against a conversion. A rule is a pure function over facts; it names what it saw and what it would have
 * accepted. A set of rules has a version and never changes: what was found by it can be found again.
 */
import { type Instant, msBetween } from '../../../shared/instant.ts';

/** All that rules look at, kept with the verdict. No addresses, only whether they are the same. */
export interface Facts {
  readonly clickedAt: Instant;
  readonly placedAt: Instant;
  /** Our own redirect saw the click; what neighbours tell of may lack a user agent, and that proves nothing. */
  readonly live: boolean;
  /** A code typed with the order. */
  readonly coupon?: true | undefined;
  /** Of the touch: `click`, `test_drive`, `late_claim` and so on. Facts of before this was asked have none. */
  readonly kind?: string | undefined;
  readonly userAgent?: string | undefined;
  /** The part of the user agent by which it says that it is a machine. */
  readonly botSign?: string | undefined;
  /** What attribution found odd about the click itself. Facts of the first rules have none. */
  readonly signals?: readonly string[] | undefined;
  readonly emails: 'same' | 'different' | 'unknown';
}

export interface Finding {
  readonly code: string;
  readonly value: string;
  readonly threshold: string;
  /** Nothing is rejected by a rule: people reject. */
  readonly action: 'review';
}

export type Rule = (facts: Facts) => Finding | undefined;

const SHORTEST_USER_AGENT = 10;
const SHORTEST_WAY_MS = 30_000;

const botUserAgent: Rule = ({ botSign }) =>
  botSign === undefined ? undefined : finding('bot_user_agent', botSign, 'no sign of a machine');

const emptyUserAgent: Rule = ({ live, userAgent = '', botSign }) =>
  !live || botSign !== undefined || userAgent.trim().length >= SHORTEST_USER_AGENT
    ? undefined
    : finding('empty_user_agent', `${userAgent.trim().length} characters`, `${SHORTEST_USER_AGENT} characters`);

/**
 * By what was seen when the click came: some days later its user agent is forgotten, and of a visitor who denied consent it
 * was never kept. Neither proves anything.
 */
const botSeen: Rule = (facts) =>
  botUserAgent(facts) ??
  (facts.signals?.includes('bot_ua') ? finding('bot_user_agent', 'bot_ua', 'no sign of a machine') : undefined);

const noUserAgentSeen: Rule = ({ signals, botSign }) =>
  botSign === undefined && signals?.includes('empty_ua')
    ? finding('empty_user_agent', 'none, or hardly one', `${SHORTEST_USER_AGENT} characters`)
    : undefined;

const machinesNetwork: Rule = ({ signals }) =>
  signals?.includes('datacenter_ip') ? finding('machine_network', 'datacenter_ip', 'a network of people') : undefined;

const selfReferral: Rule = ({ emails }) =>
  emails === 'same' ? finding('self_referral', "the partner's own address", 'another address') : undefined;

/** Nobody clicked: from such a touch there is no way to the order that could be too short. */
const CLICKLESS: ReadonlySet<string> = new Set(['coupon', 'dealer', 'test_drive', 'late_claim']);

const clickToOrderTime: Rule = ({ clickedAt, placedAt, coupon, kind }) => {
  if (coupon || (kind !== undefined && CLICKLESS.has(kind))) return undefined;
  const ms = msBetween(clickedAt, placedAt);
  return ms < SHORTEST_WAY_MS ? finding('click_to_order_time', seconds(ms), seconds(SHORTEST_WAY_MS)) : undefined;
};

const seconds = (ms: number): string => `${ms / 1_000} s`;

const finding = (code: string, value: string, threshold: string): Finding => ({
  code,
  value,
  threshold,
  action: 'review',
});

export const RULES_VERSION = 2;

const ruleSets: ReadonlyMap<number, readonly Rule[]> = new Map([
  [1, [botUserAgent, emptyUserAgent, selfReferral, clickToOrderTime]],
  [RULES_VERSION, [botSeen, noUserAgentSeen, machinesNetwork, selfReferral, clickToOrderTime]],
]);

/** Throws when nobody remembers that version: a rule that cannot be read is no permission. */
export const findingsOf = (facts: Facts, version: number): readonly Finding[] => {
  const rules = ruleSets.get(version);
  if (rules === undefined) throw new Error(`there are no fraud rules of version ${version}`);
  return rules.flatMap((rule) => rule(facts) ?? []);
};
