/** What every store of the archive promises (`ports/archive-store.ts`), whichever it is. */
import { expect } from 'chai';
import { randomBytes } from 'node:crypto';
import type { ArchiveStore } from '../../../src/modules/pipeline/ports/archive-store.ts';
import { rejects } from '../rejects.ts';

const PATH = 'type=orders.order_placed/date=2026-11-21/hour=07/orders-00001-0123.parquet';

export interface StoreUnderTest {
  readonly store: ArchiveStore;
  /** From now on it cannot be reached. */
  cutOff(): Promise<void>;
  close(): Promise<void>;
}

export const archiveStoreContract = (name: string, make: () => Promise<StoreUnderTest>): void => {
  describe(`${name}, as every store of the archive,`, () => {
    let own: StoreUnderTest;
    beforeEach(async () => {
      own = await make();
    });
    afterEach(() => own.close());

    const listed = async (prefix: string): Promise<readonly (readonly [string, number])[]> => {
      const found: (readonly [string, number])[] = [];
      for await (const { path, bytes } of own.store.list(prefix)) found.push([path, bytes]);
      return found;
    };

    it('gives back what it was given, the last of it', async () => {
      const content = randomBytes(300_000);
      await own.store.put(PATH, Buffer.from('first'));
      await own.store.put(PATH, content);

      expect(Buffer.compare(Buffer.from(await own.store.read(PATH)), content)).to.equal(0);
    });

    it('lists what there is under a prefix, by path', async () => {
      const names = Array.from({ length: 25 }, (_, n) => `type=a & b/file ${String(n).padStart(2, '0')}`);
      for (const path of [...names.toReversed(), '_manifest/00000001.json'])
        await own.store.put(path, Buffer.from(path));

      expect(await listed('type=')).to.deep.equal(names.map((path) => [path, path.length]));
      expect(await listed('_manifest/')).to.deep.equal([['_manifest/00000001.json', 23]]);
      expect(await listed('nothing')).to.deep.equal([]);
    });

    it('lists nothing while it is empty', async () => {
      expect(await listed('')).to.deep.equal([]);
    });

    it('says of a file that is not there that it is missing', async () => {
      await own.store.put(PATH, Buffer.from('x'));
      await own.store.remove(PATH);
      await own.store.remove(PATH);

      await rejects(own.store.read(PATH), 'pipeline.archive_file_missing');
      await rejects(own.store.read('never/there'), 'pipeline.archive_file_missing');
    });

    it('says that it cannot be reached, which is worth another try', async () => {
      await own.cutOff();

      const error = await rejects(own.store.put(PATH, Buffer.from('x')), 'pipeline.archive_unreachable');
      expect(error.kind).to.equal('unavailable');
    });
  });
};
