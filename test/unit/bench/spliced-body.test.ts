import { expect } from 'chai';
import { SplicedBody } from '../../../bench/support/spliced-body.ts';

const template = (items: number): string =>
  JSON.stringify(Array.from({ length: items }, (_, place) => ({ id: `e-~~~~~~~~`, place, click: 'clk_~~~~~~~~' })));
const idsOf = (body: SplicedBody): readonly string[] =>
  (JSON.parse(body.bytes.toString()) as { id: string; click: string }[]).map(({ id, click }) => {
    expect(click.slice(4)).to.equal(id.slice(2));
    return id;
  });

describe('a body with spliced ids', () => {
  it('gives each item a serial of its own, the same wherever the item names it', () => {
    const body = new SplicedBody({ template: template(3), items: 3 });

    expect(body.renew(31)).to.equal(3);

    expect(idsOf(body)).to.deep.equal(['e-0000000z', 'e-00000010', 'e-00000011']);
  });

  it('is new in every batch', () => {
    const body = new SplicedBody({ template: template(4), items: 4 });
    const seen = new Set<string>();

    let serial = 100;
    for (let batch = 0; batch < 10; batch += 1) {
      serial += body.renew(serial);
      for (const id of idsOf(body)) seen.add(id);
    }

    expect(seen.size).to.equal(40);
  });

  it('repeats, word for word, so many events of the batch before, and none of them twice', () => {
    const body = new SplicedBody({ template: template(10), items: 10, duplicates: 2 });
    const times = new Map<string, number>();
    let before = new Set<string>();
    let serial = 0;
    for (let batch = 0; batch < 8; batch += 1) {
      serial += body.renew(serial);
      const ids = idsOf(body);
      expect(ids.filter((id) => before.has(id)).length, `batch ${batch}`).to.equal(batch === 0 ? 0 : 2);
      for (const id of ids) times.set(id, (times.get(id) ?? 0) + 1);
      before = new Set(ids);
    }

    expect(serial).to.equal(10 + 7 * 8);
    expect(times.size).to.equal(serial);
    expect(Math.max(...times.values())).to.equal(2);
  });

  it('refuses marks that are not the same for all', () => {
    expect(() => new SplicedBody({ template: '~~~~~~~~ ~~~~~~~~ ~~~~~~~~', items: 2 })).to.throw('3 marks');
  });
});
