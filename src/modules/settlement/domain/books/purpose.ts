/**
 * Which accounts there are, and which two of them each purpose moves money between. Drawn as money flows:
 *
 *   expense ──accrue, raise──▶ pending ──lock──▶ available ──submit──▶ clearing ──settle──▶ bank
 *      ▲                         │                │     ▲               │   ▲                │
 *      ├────reduce, reverse──────┘                │     └───restore─────┘   └────return──────┘
 *      └──────────claw_back, adjust_down──────────┘
 *
 * What people, or the terms after a lock, add to a partner's balance goes from expense to available at once: adjust_up.
 */
export const FLOWS = {
  accrue: { debit: 'expense', credit: 'pending' },
  raise: { debit: 'expense', credit: 'pending' },
  reduce: { debit: 'pending', credit: 'expense' },
  reverse: { debit: 'pending', credit: 'expense' },
  lock: { debit: 'pending', credit: 'available' },
  adjust_up: { debit: 'expense', credit: 'available' },
  adjust_down: { debit: 'available', credit: 'expense' },
  claw_back: { debit: 'available', credit: 'expense' },
  submit: { debit: 'available', credit: 'clearing' },
  settle: { debit: 'clearing', credit: 'bank' },
  return: { debit: 'bank', credit: 'clearing' },
  restore: { debit: 'clearing', credit: 'available' },
} as const satisfies Readonly<Record<string, { readonly debit: Place; readonly credit: Place }>>;

export type Purpose = keyof typeof FLOWS;

/** What moves an available balance, and so stands on a statement; a lock of nothing stands there too. */
export const ON_STATEMENT: readonly Purpose[] = ['lock', 'claw_back', 'adjust_up', 'adjust_down', 'submit', 'restore'];
export type Place = 'expense' | 'pending' | 'available' | 'clearing' | 'bank';
