import type { Module } from '../../infrastructure/module.ts';
import { contractsIn } from '../../shared/events.ts';
import { Attest } from './application/audit/attest.ts';
import * as events from './events.ts';
import { audit } from './wiring/audit.ts';
import { books } from './wiring/books.ts';
import { disputes } from './wiring/disputes.ts';
import { fx } from './wiring/fx.ts';
import { invoices } from './wiring/invoices.ts';
import type { Part } from './wiring/part.ts';
import { payoutControl } from './wiring/payout-control.ts';
import { payouts } from './wiring/payouts.ts';
import { rails } from './wiring/rails.ts';
import { reconciliation } from './wiring/reconciliation.ts';
import { settings } from './wiring/settings.ts';
import { statements } from './wiring/statements.ts';
import { tax } from './wiring/tax.ts';
import { withholding } from './wiring/withholding.ts';

/** In the order of the money's way. */
const PARTS: readonly Part[] = [
  books,
  statements,
  invoices,
  payouts,
  payoutControl,
  rails,
  reconciliation,
  disputes,
  fx,
  tax,
  withholding,
  settings,
  audit,
];

export const settlement: Module = {
  name: 'settlement',
  tells: contractsIn(events),
  bindings: PARTS.flatMap(({ bindings }) => bindings ?? []),
  offers: [Attest],
  routes: (own) => PARTS.flatMap(({ routes }) => routes?.(own) ?? []),
  services: (own) => PARTS.flatMap(({ services }) => services?.(own) ?? []),
  consumers: (own) => PARTS.flatMap(({ consumers }) => consumers?.(own) ?? []),
  jobs: (own) => PARTS.flatMap(({ jobs }) => jobs?.(own) ?? []),
  audits: (own) => PARTS.flatMap(({ audits }) => audits?.(own) ?? []),
};
