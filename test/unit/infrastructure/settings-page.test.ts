/** Whoever operates it finds every setting on one page, as the program itself describes it. */
import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeConfig } from '../../../src/infrastructure/config.ts';
import { projectRoot } from '../../../src/infrastructure/system/root.ts';

const page = readFileSync(join(projectRoot(), 'docs/settings.md'), 'utf8');

describe('docs/settings.md', () => {
  it('lists each setting with what it is usually, and what it is for; and none that is not read', () => {
    const rows = [...page.matchAll(/^\| `([A-Z0-9_]+)` \| (?:`([^`]*)`)? ?\| (.*) \|$/gm)];

    const listed = rows.map(([, name = '', usually = '', about = '']) => `${name}=${usually}  # default; ${about}`);

    expect(listed).to.have.members(describeConfig({}));
  });
});
