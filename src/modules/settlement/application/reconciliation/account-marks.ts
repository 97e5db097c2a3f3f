import type { Vault } from '../../../../shared/vault.ts';

/** What is kept of an account number: enough to know the same one again, and for nobody else to read. */
export class AccountMarks {
  constructor(private readonly vault: Pick<Vault, 'fingerprint'>) {}

  of(number: string): string {
    return this.vault.fingerprint('settlement.counterparty', number.replace(/[\s-]/g, '').toUpperCase());
  }
}
