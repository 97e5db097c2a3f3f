/** What `tributary run` keeps between runs under `.data`: keys, and where its database is. */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../infrastructure/system/root.ts';

export const dataFolder = (): string => join(projectRoot(), '.data');
const file = (): string => join(dataFolder(), 'environment.json');

export type LocalEnvironment = Readonly<Record<string, string>>;

export const localEnvironment = (): LocalEnvironment =>
  existsSync(file()) ? (JSON.parse(readFileSync(file(), 'utf8')) as LocalEnvironment) : {};

export const keepLocalEnvironment = (values: LocalEnvironment): LocalEnvironment => {
  mkdirSync(dataFolder(), { recursive: true });
  const kept = { MASTER_KEY: randomBytes(32).toString('base64'), SANDBOX: 'true', ...localEnvironment(), ...values };
  writeFileSync(file(), `${JSON.stringify(kept, null, 2)}\n`, { mode: 0o600 });
  return kept;
};
