import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../../../src/infrastructure/system/root.ts';
import { identity } from '../../../../src/modules/identity/module.ts';
import { ledger } from '../../../../src/modules/ledger/module.ts';
import { withRunningApp } from '../../../support/running-app.ts';

interface Step {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  readonly expected: Readonly<Record<string, unknown>>;
}

const page = readFileSync(join(projectRoot(), 'docs/ledger.md'), 'utf8');

/** Each command, and the answer that the page shows behind it. */
const steps = [...page.matchAll(/```sh\ncurl (.*?)\n```\n```json\n(.*?)\n```/gs)].map(
  ([, command = '', answer = '']): Step => {
    const [, body] = /-d '(.*)'/s.exec(command) ?? [];
    const [, path = ''] = /\$URL(\S+)/.exec(command) ?? [];
    return {
      method: command.startsWith('-X POST') ? 'POST' : 'GET',
      path,
      ...(body !== undefined && { body: JSON.parse(body) as unknown }),
      expected: JSON.parse(answer) as Step['expected'],
    };
  },
);

/** Whether all that is expected is there; what the page leaves out is left out. */
const shows = (expected: unknown, actual: unknown): void => {
  if (typeof expected !== 'object' || expected === null) {
    expect(actual).to.equal(expected);
    return;
  }
  if (Array.isArray(expected)) expect(actual).to.have.length(expected.length);
  for (const [name, value] of Object.entries(expected)) shows(value, (actual as Record<string, unknown>)[name]);
};

describe('docs/ledger.md', () => {
  const running = withRunningApp([identity, ledger]);

  it('shows commands that do what it says, one after the other', async () => {
    const token = await running().tokenWith(['ledger:read', 'ledger:write']);

    for (const { method, path, body, expected } of steps) {
      const answer = await running().call<unknown>(method, path, { token, ...(body !== undefined && { body }) });
      shows(expected, answer.body);
    }

    expect(steps).to.have.length(7);
  });
});
