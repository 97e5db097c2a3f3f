import { expect } from 'chai';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { withBlock } from '../../../bench/support/page.ts';
import { projectRoot } from '../../../src/infrastructure/system/root.ts';

const page = [
  '# Benchmarks\n',
  '<!-- measured: make bench writes this -->\n\nold figures\n\n<!-- end of measured -->\n',
  'between\n',
  '<!-- measured: make bench-tracking writes this -->\n\nolder figures\n\n<!-- end of measured -->\n',
].join('');

describe('showing figures in the docs', () => {
  it('writes the block of the command, and leaves the others as they are', () => {
    const written = withBlock(page, 'make bench-tracking', 'new $& figures');

    expect(written).to.include('writes this -->\n\nold figures\n\n<!--');
    expect(written).to.include('new $& figures');
    expect(written).not.to.include('older figures');
    expect(withBlock(written, 'make bench-tracking', 'new $& figures')).to.equal(written);
  });

  it('finds in docs/benchmarks.md the block of every command that writes one', () => {
    const bench = join(projectRoot(), 'bench');
    const sources = readdirSync(bench).filter((name) => name.endsWith('.ts'));
    const commands = sources.flatMap((name) =>
      [...readFileSync(join(bench, name), 'utf8').matchAll(/'(make bench[a-z-]*)'/g)].map(([, command]) => command),
    );
    const text = readFileSync(join(projectRoot(), 'docs/benchmarks.md'), 'utf8');

    const missing = commands.filter((command) => !text.includes(`<!-- measured: ${String(command)} writes this -->`));

    expect([commands.length > 5, missing]).to.deep.equal([true, []]);
  });

  it('refuses to write where there is no such block', () => {
    expect(() => withBlock(page, 'make bench-pipeline', 'x')).to.throw('make bench-pipeline');
  });
});
