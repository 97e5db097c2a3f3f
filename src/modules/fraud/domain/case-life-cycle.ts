import type { Lifecycle } from '../../../shared/lifecycle.ts';

/**
 *            allow
 *         ┌─────────▶ allowed
 *   open ─┤  reject
 *         ├─────────▶ rejected
 *         │  drop
 *         └─────────▶ dropped      what it was about is no longer so: the credit went elsewhere
 *
 * There is one open case at most for each partner of an order; a question that comes up again after the answer is a case of its own.
 */
export const lifecycle = {
  open: { allow: 'allowed', reject: 'rejected', drop: 'dropped' },
  allowed: {},
  rejected: {},
  dropped: {},
} as const satisfies Lifecycle;

export type CaseState = keyof typeof lifecycle;
export const CASE_STATES = Object.keys(lifecycle) as readonly CaseState[];
