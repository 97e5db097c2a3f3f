import { expect } from 'chai';
import fc from 'fast-check';
import { decodeCursor, encodeCursor, type Page, pageOf } from '../../../src/shared/page.ts';
import { rejects } from '../../support/rejects.ts';

interface Row {
  readonly key: string;
}

/** A store as ours are: what comes after a key, one row more than the page shows. */
const pageFrom = (rows: readonly Row[], limit: number, after?: readonly string[]): Page<Row> => {
  const [last = ''] = after ?? [];
  const found = rows.filter(({ key }) => key > last).toSorted((a, b) => (a.key < b.key ? -1 : 1));
  return pageOf(found.slice(0, limit + 1), { limit, after }, ({ key }) => [key]);
};

describe('pages', () => {
  it('show every row once, though others arrive in between', () => {
    const keys = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,6}$/), { maxLength: 30 });
    fc.assert(
      fc.property(keys, keys, fc.integer({ min: 1, max: 5 }), (first, later, limit) => {
        const rows = first.map((key) => ({ key }));
        const arriving = later.filter((key) => !first.includes(key));
        const seen: string[] = [];
        let cursor: string | null | undefined;
        while (cursor !== null) {
          const { data, nextCursor }: Page<Row> = pageFrom(
            rows,
            limit,
            cursor === undefined ? undefined : decodeCursor(cursor),
          );
          seen.push(...data.map(({ key }) => key));
          cursor = nextCursor;
          const newcomer = arriving.pop();
          if (newcomer !== undefined) rows.push({ key: newcomer });
        }
        expect(new Set(seen).size).to.equal(seen.length);
        expect(first.every((key) => seen.includes(key))).to.equal(true);
      }),
    );
  });

  it('end where the rows end, also when the last page is full', () => {
    const rows = ['a', 'b', 'c', 'd'].map((key) => ({ key }));
    expect(pageFrom(rows, 4).nextCursor).to.equal(null);
    expect(pageFrom(rows, 2).nextCursor).to.be.a('string');
    expect(pageFrom([], 2)).to.deep.equal({ data: [], nextCursor: null });
  });
});

describe('a cursor', () => {
  it('carries any key through an address', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' })), (key) => {
        const cursor = encodeCursor(key);
        expect(cursor).to.match(/^[\w-]*$/);
        expect(decodeCursor(cursor)).to.deep.equal(key);
      }),
    );
  });

  for (const text of ['', 'x', 'e30', 'WzFd', 'bnVsbA', '"', '%']) {
    it(`is refused when it is not ours: ${JSON.stringify(text)}`, async () => {
      const refusal = await rejects(() => decodeCursor(text), 'page.malformed_cursor');
      expect(refusal.details.faults?.[0]?.pointer).to.equal('/query/after');
    });
  }
});
