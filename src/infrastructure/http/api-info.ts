import type { ApiInfo } from './openapi.ts';

/** What a token may be allowed to do. A client is given some of these; a partner's never those marked staff. */
export const SCOPES = {
  'events:write': 'Post order events and clicks (staff)',
  'events:read': 'See event types and what was refused (staff)',
  'events:admin': 'Register event types, work the quarantine (staff)',
  'programs:read': 'See programs',
  'programs:write': 'Create programs (staff)',
  'partners:read': 'See partners and enrolments',
  'partners:write': 'Apply, approve, suspend (staff approve)',
  'payout_profiles:write': "Say where a partner's money goes",
  'links:read': 'See links',
  'links:write': 'Make links',
  'orders:read': 'See orders and their exceptions (staff)',
  'orders:write': 'Work order exceptions (staff)',
  'conversions:read': 'See attribution decisions',
  'erasures:read': 'See erasures (staff)',
  'erasures:write': 'Forget visitors and customers (staff)',
  'fraud:read': 'See assessments and cases (staff)',
  'fraud:review': 'Resolve fraud cases (staff)',
  'terms:read': 'See terms',
  'terms:write': 'Draft terms, publish what was reviewed and what is a program’s first (staff)',
  'terms:review': 'Review terms that somebody else wrote (staff)',
  'terms:publish': 'Publish terms with nobody else looking, as policy kept in code is (staff)',
  'terms:accept': 'Accept terms (partners alone)',
  'commissions:read': 'See commissions and their explanations',
  'ledger:read': 'See accounts and transactions (staff)',
  'ledger:write': 'Post transactions (staff)',
  'settlement:read': 'See statements and payouts',
  'settlement:write': 'Close periods, submit payouts, import bank statements (staff)',
  'payouts:approve': 'Approve payouts that somebody else prepared (staff)',
  'webhooks:read': 'See endpoints and deliveries',
  'webhooks:write': 'Register endpoints',
  'reports:read': 'See reports and balances',
  'clients:write': 'Create and revoke OAuth2 clients (staff)',
  sandbox: 'Move the test clock and play the bank (staff, sandbox only)',
} as const;

export type Scope = keyof typeof SCOPES;

/** What a partner's client may hold. */
export const PARTNER_SCOPES: readonly Scope[] = [
  'programs:read',
  'partners:read',
  'payout_profiles:write',
  'links:read',
  'links:write',
  'conversions:read',
  'terms:read',
  'terms:accept',
  'commissions:read',
  'settlement:read',
  'webhooks:read',
  'webhooks:write',
  'reports:read',
];

export const openApiInfo = (version: string, serverUrl: string): ApiInfo => ({
  version,
  serverUrl,
  scopes: SCOPES,
  tags: [
    { name: 'tracking', description: 'Where visitors click' },
    { name: 'events', description: 'Where neighbours post what happened' },
    { name: 'identity', description: 'OAuth2 clients and tokens' },
    { name: 'partners', description: 'Programs, partners, enrolments' },
    { name: 'attribution', description: 'Links, touchpoints, decisions' },
    { name: 'orders', description: 'Orders and their exceptions' },
    { name: 'fraud', description: 'Assessments and cases' },
    { name: 'commission', description: 'Terms, commissions, explanations' },
    { name: 'ledger', description: 'Accounts, transactions, balances' },
    { name: 'settlement', description: 'Periods, statements, payouts, reconciliation' },
    { name: 'webhooks', description: 'Endpoints and deliveries' },
    { name: 'reporting', description: 'Rollups, balances, when and why' },
    { name: 'sandbox', description: 'A test clock and a simulated bank' },
    { name: 'operations', description: 'Health, metrics, documents' },
  ],
});
