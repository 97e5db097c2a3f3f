/**
 * Which accounts there are, and which two of them each purpose moves money between. Drawn as money flows:
 *
 *   expense ──accrue, raise──▶ pending ──lock──▶ available ──submit──▶ clearing ──settle──▶ bank
 *      ▲                         │                │     ▲               │   ▲                │
 *      ├────reduce, reverse──────┘                │     └───restore─────┘   └────return──────┘
 *      └───────────────claw_back──────────────────┘
 */
export const FLOWS = {
  accrue: { debit: 'expense', credit: 'pending' },
  raise: { debit: 'expense', credit: 'pending' },
  reduce: { debit: 'pending', credit: 'expense' },
  reverse: { debit: 'pending', credit: 'expense' },
  lock: { debit: 'pending', credit: 'available' },
  claw_back: { debit: 'available', credit: 'expense' },
  submit: { debit: 'available', credit: 'clearing' },
  settle: { debit: 'clearing', credit: 'bank' },
  return: { debit: 'bank', credit: 'clearing' },
  restore: { debit: 'clearing', credit: 'available' },
} as const satisfies Readonly<Record<string, { readonly debit: Place; readonly credit: Place }>>;

export type Purpose = keyof typeof FLOWS;
export type Place = 'expense' | 'pending' | 'available' | 'clearing' | 'bank';
