import type { Lifecycle } from '../../../../shared/lifecycle.ts';

/**
 *            suspend
 *   active ──────────▶ suspended
 *      ▲                   │
 *      └───── resume ──────┘
 *
 * A suspended link still leads somewhere: visitors go to the program's own page, and nobody is credited.
 */
export const lifecycle = {
  active: { suspend: 'suspended' },
  suspended: { resume: 'active' },
} as const satisfies Lifecycle;

export type LinkState = keyof typeof lifecycle;
