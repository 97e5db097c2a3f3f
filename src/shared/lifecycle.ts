import { AppError } from './errors.ts';

/** A life cycle is a table: for each state, which action leads to which state. What is not in it is refused. */
export type Lifecycle = Readonly<Record<string, Readonly<Record<string, string>>>>;

export type StateOf<Cycle extends Lifecycle> = keyof Cycle & string;
export type ActionOf<Cycle extends Lifecycle> = { [S in keyof Cycle]: keyof Cycle[S] }[keyof Cycle] & string;

export const mayMove = <Cycle extends Lifecycle>(
  cycle: Cycle,
  state: StateOf<Cycle>,
  action: ActionOf<Cycle>,
): boolean => nextOf(cycle, state, action) !== undefined;

/** Of the table alone: `constructor` is no state and `toString` no action. */
const nextOf = (cycle: Lifecycle, state: string, action: string): string | undefined => {
  const moves = Object.hasOwn(cycle, state) ? cycle[state] : undefined;
  return moves !== undefined && Object.hasOwn(moves, action) ? moves[action] : undefined;
};

/** The state an action leads to. Throws `<name>.illegal_move`. */
export const moved = <Cycle extends Lifecycle>(
  name: string,
  cycle: Cycle,
  state: StateOf<Cycle>,
  action: ActionOf<Cycle>,
): StateOf<Cycle> => {
  const next = nextOf(cycle, state, action);
  if (next === undefined) {
    const allowed = Object.keys(cycle[state] ?? {}).join(', ') || 'nothing';
    throw new AppError(
      'conflict',
      `${name}.illegal_move`,
      `${action} is not possible while ${state}; possible: ${allowed}`,
    );
  }
  return next;
};
