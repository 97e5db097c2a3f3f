import { expect } from 'chai';
import { withBlock } from '../../../bench/support/page.ts';

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

  it('refuses to write where there is no such block', () => {
    expect(() => withBlock(page, 'make bench-pipeline', 'x')).to.throw('make bench-pipeline');
  });
});
