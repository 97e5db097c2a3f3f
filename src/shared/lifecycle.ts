import { AppError } from './errors.ts';

/** A life cycle is a table: for each state, which action leads to which state. What is not in it is refused. */
export type Lifecycle = Readonly<Record<string, Readonly<Record<string, string>>>>;

export type StateOf<Cycle extends Lifecycle> = keyof Cycle & string;
export type ActionOf<Cycle extends Lifecycle> = { [S in keyof Cycle]: keyof Cycle[S] }[keyof Cycle] & string;

export const mayMove = <Cycle extends Lifecycle>(
  cycle: Cycle,
  state: StateOf<Cycle>,
  action: ActionOf<Cycle>,
): boolean => cycle[state]?.[action] !== undefined;

/** The state an action leads to. Throws `<name>.illegal_move`. */
export const moved = <Cycle extends Lifecycle>(
  name: string,
  cycle: Cycle,
  state: StateOf<Cycle>,
  action: ActionOf<Cycle>,
): StateOf<Cycle> => {
  const next = cycle[state]?.[action];
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
