import { AppError } from '../../../../shared/errors.ts';
import type { Instant } from '../../../../shared/instant.ts';
import { type ActionOf, type Lifecycle, moved } from '../../../../shared/lifecycle.ts';

/**
 *   asked ──approve──▶ approved
 *     └────refuse────▶ refused
 *
 * One person asks, another decides. Nothing counts before.
 */
export const proposalLifecycle = {
  asked: { approve: 'approved', refuse: 'refused' },
  approved: {},
  refused: {},
} as const satisfies Lifecycle;

export type ProposalState = keyof typeof proposalLifecycle;
export type ProposalAction = ActionOf<typeof proposalLifecycle>;

/** What is asked for says so of itself; `State` where more may become of it than is decided. */
export interface Proposal<State extends string = ProposalState> {
  readonly state: State;
  readonly askedBy: string;
  readonly askedAt: Instant;
  readonly decidedBy?: string | undefined;
  readonly decidedAt?: Instant | undefined;
}

/** Whoever asked may take it back, and nothing else. Throws `settlement.illegal_move`, `settlement.four_eyes`. */
export const decided = <Asked extends Proposal<string>>(
  asked: Asked,
  action: ProposalAction,
  by: string,
  at: Instant,
): Asked => {
  const state = moved<Lifecycle>('settlement', proposalLifecycle, asked.state, action);
  if (action === 'approve') mustBeAnother(by, asked.askedBy);
  return { ...asked, state, decidedBy: by, decidedAt: at };
};

/** Four eyes: whoever came first is not who agrees. Throws `settlement.four_eyes`. */
export const mustBeAnother = (
  by: string,
  first: string | undefined,
  detail = 'you have asked for it; somebody else has to agree',
): void => {
  if (by === first) throw new AppError('forbidden', 'settlement.four_eyes', detail);
};
