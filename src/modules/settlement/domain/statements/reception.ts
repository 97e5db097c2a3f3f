import type { Id } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import { type ActionOf, type Lifecycle, moved } from '../../../../shared/lifecycle.ts';
import type { StatementId } from '../../index.ts';
import { AppError } from '../../../../shared/errors.ts';

/**
 *   closed ──send──▶ sent ──acknowledge──▶ acknowledged
 *                      ╲                       ▲
 *                       ╲──dispute──▶ disputed ╯ acknowledge
 *
 * The statement itself never changes. It is sent once the partner has fetched it, or somebody says that it went out.
 */
export const receptionLifecycle = {
  closed: { send: 'sent' },
  sent: { acknowledge: 'acknowledged', dispute: 'disputed' },
  acknowledged: {},
  disputed: { acknowledge: 'acknowledged' },
} as const satisfies Lifecycle;

export type ReceptionState = keyof typeof receptionLifecycle;
export type Answer = Exclude<ActionOf<typeof receptionLifecycle>, 'send'>;

/** What has become of a statement outside the house. */
export interface Reception {
  readonly statementId: StatementId;
  readonly state: ReceptionState;
  readonly sentAt?: Instant | undefined;
  readonly sentBy?: string | undefined;
  readonly answeredAt?: Instant | undefined;
  readonly answeredBy?: string | undefined;
  /** Why it is disputed. */
  readonly reason?: string | undefined;
}

/** Nobody has seen it. */
export const unseen = (statementId: StatementId): Reception => ({ statementId, state: 'closed' });

/** Once is enough: sent again, it stays as it was. */
export const sent = (reception: Reception, sentBy: string, sentAt: Instant): Reception =>
  reception.state === 'closed'
    ? { ...reception, state: moved('settlement', receptionLifecycle, 'closed', 'send'), sentBy, sentAt }
    : reception;

export interface Said {
  readonly answer: Answer;
  readonly by: string;
  readonly at: Instant;
  readonly reason?: string | undefined;
}

/** Whoever answers has seen it. Throws `settlement.illegal_move`. */
export const answered = (reception: Reception, { answer, by, at, reason }: Said): Reception => {
  const seen = sent(reception, by, at);
  const state = moved('settlement', receptionLifecycle, seen.state, answer);
  return { ...seen, state, answeredAt: at, answeredBy: by, reason };
};

/** Throws `settlement.partner_only`: nobody answers for a partner. */
export const mustBePartner = (partnerId: Id<'par'> | undefined): void => {
  if (partnerId !== undefined) return;
  throw new AppError(
    'forbidden',
    'settlement.partner_only',
    'only the partner itself can say this; use a token of the partner',
  );
};
