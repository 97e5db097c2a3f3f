import { spawnSync } from 'node:child_process';
import { has, installDebian } from './services/ready.ts';

/** What an independent tool says of a file; installed from Debian where it is missing. */
export const askTool = (tool: 'hledger' | 'bean-check' | 'bean-query', args: readonly string[]): string => {
  if (!has(tool)) installDebian([tool === 'hledger' ? 'hledger' : 'beancount']);
  const { status, stdout, stderr } = spawnSync(tool, args, { env: { ...process.env, LC_ALL: 'C.UTF-8' } });
  if (status !== 0) throw new Error(`${tool} ${args.join(' ')}: ${stderr.toString()}${stdout.toString()}`);
  return stdout.toString();
};
