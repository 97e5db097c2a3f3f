/**
 * Which accounts there are, and which two of them each purpose moves money between. Drawn as money flows:
 *
 *   expense ──accrue, raise──▶ pending ──lock──▶ available ──submit──▶ clearing ──settle──▶ bank
 *      ▲  ▲                      │                │  ▲  ▲               │   ▲                │
 *      │  ├────reduce, reverse───┘                │  │  └────restore────┘   └────return──────┘
 *      │  └──────────claw_back, adjust_down───────┤  │
 *      │                                          │  ├──release───────── held ◀── hold ──────┐
 *      │                                          │  ├──release_reserve─ reserve ◀─ reserve ─┤
 *      │                                          │  ├──restore_tax───── tax ◀── withhold ───┤
 *      │                                          │  └──raise_receivable─ receivable ◀ recover┤
 *      │                                          └─────────────────────────────────────────▶ and to income: forfeit
 *      └──dispute_close── held ◀── dispute_open── expense
 *
 * What people, or the terms after a lock, add to a partner's balance goes from expense to available at once: adjust_up.
 * What a bank says and nobody can explain yet stands in suspense (`park_in`, `park_out`) until it is cleared: to a
 * payout's clearing account (`clear_in`, `clear_out`), or as income or loss when no owner is ever found.
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

  hold: { debit: 'available', credit: 'held' },
  release: { debit: 'held', credit: 'available' },
  reserve: { debit: 'available', credit: 'reserve' },
  release_reserve: { debit: 'reserve', credit: 'available' },
  raise_receivable: { debit: 'receivable', credit: 'available' },
  recover: { debit: 'available', credit: 'receivable' },
  write_off: { debit: 'loss', credit: 'receivable' },
  forfeit: { debit: 'available', credit: 'income' },

  withhold: { debit: 'available', credit: 'tax' },
  restore_tax: { debit: 'tax', credit: 'available' },
  remit_tax: { debit: 'tax', credit: 'bank' },

  dispute_open: { debit: 'expense', credit: 'held' },
  dispute_close: { debit: 'held', credit: 'expense' },

  fee: { debit: 'fees', credit: 'bank' },
  park_in: { debit: 'bank', credit: 'suspense' },
  park_out: { debit: 'suspense', credit: 'bank' },
  clear_in: { debit: 'suspense', credit: 'clearing' },
  clear_out: { debit: 'clearing', credit: 'suspense' },
  suspense_income: { debit: 'suspense', credit: 'income' },
  suspense_loss: { debit: 'loss', credit: 'suspense' },

  fx_buy: { debit: 'bank', credit: 'home_bank' },
  fx_sell: { debit: 'home_bank', credit: 'bank' },
  fx_gain: { debit: 'fx_position', credit: 'fx_result' },
  fx_loss: { debit: 'fx_result', credit: 'fx_position' },
  fx_unrealised_gain: { debit: 'fx_position', credit: 'fx_unrealised' },
  fx_unrealised_loss: { debit: 'fx_unrealised', credit: 'fx_position' },
} as const satisfies Readonly<Record<string, { readonly debit: Place; readonly credit: Place }>>;

export type Purpose = keyof typeof FLOWS;

export const PURPOSES = Object.keys(FLOWS) as readonly Purpose[];

/** What moves an available balance, and so stands on a statement; a lock of nothing stands there too. */
export const ON_STATEMENT: readonly Purpose[] = PURPOSES.filter((purpose) => {
  const { debit, credit } = FLOWS[purpose];
  return debit === 'available' || credit === 'available';
});

export type Place =
  | 'expense'
  | 'loss'
  | 'pending'
  | 'available'
  | 'held'
  | 'reserve'
  | 'receivable'
  | 'clearing'
  | 'suspense'
  | 'bank'
  | 'home_bank'
  | 'fees'
  | 'tax'
  | 'income'
  | 'fx_position'
  | 'fx_result'
  | 'fx_unrealised';

/** Accounts in the currency in which money leaves the house, which need not be that of the books. */
export const OUTSIDE: readonly Place[] = ['clearing', 'suspense', 'bank', 'fees'];
