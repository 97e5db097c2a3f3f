import { hkdfSync } from 'node:crypto';
import { join } from 'node:path';
import type { Config } from '../../../../infrastructure/config.ts';

/**
 * Each deployment's own, for several may share a disk. Named after the master key and not after the database, which may
 * come back under another address, and must find then what waited for it.
 */
export const journalFolder = ({ JOURNAL_DIR, MASTER_KEY }: Pick<Config, 'JOURNAL_DIR' | 'MASTER_KEY'>): string =>
  join(JOURNAL_DIR, Buffer.from(hkdfSync('sha256', MASTER_KEY, '', 'tributary journal', 6)).toString('hex'));
