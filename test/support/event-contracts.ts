import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { projectRoot } from '../../src/infrastructure/system/root.ts';
import type { Contract } from '../../src/shared/events.ts';

export interface OwnedContract {
  readonly module: string;
  readonly exportedAs: string;
  readonly contract: Contract;
}

const isContract = (value: unknown): value is Contract =>
  typeof value === 'function' && 'type' in value && 'version' in value;

export const moduleNames = (): readonly string[] => readdirSync(join(projectRoot(), 'src/modules')).toSorted();

/** Every event class that any module says. */
export const allContracts = async (): Promise<readonly OwnedContract[]> => {
  const found = await Promise.all(
    moduleNames().map(async (module) => {
      const file = join(projectRoot(), 'src/modules', module, 'events.ts');
      if (!existsSync(file)) return [];
      const exported = (await import(pathToFileURL(file).href)) as Readonly<Record<string, unknown>>;
      return Object.entries(exported).flatMap(([exportedAs, contract]) =>
        isContract(contract) ? [{ module, exportedAs, contract }] : [],
      );
    }),
  );
  return found.flat();
};
