import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../src/infrastructure/system/root.ts';
import { has, installDebian } from './services/ready.ts';

/** Where the standard's schemas lie: where `ISO20022_SCHEMAS` says, or beside the project; undefined where they do not. */
export const schemaAt = (name: string): string | undefined => {
  const folder = process.env['ISO20022_SCHEMAS'] ?? join(projectRoot(), '../shared/data/iso20022');
  const path = join(folder, name);
  return existsSync(path) ? path : undefined;
};

/** What the schema objects to, as an independent reader says it; empty when the document is valid. */
export const objections = (xml: string, schema: string): string => {
  if (!has('xmllint')) installDebian(['libxml2-utils']);
  const { status, stderr } = spawnSync('xmllint', ['--noout', '--schema', schema, '-'], { input: xml });
  return status === 0 ? '' : stderr.toString();
};
