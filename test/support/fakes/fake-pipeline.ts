import {
  AcceptedEvents,
  type AcceptedKey,
  type PipelineStores,
  type PipelineTransaction,
} from '../../../src/modules/pipeline/ports/accepted-events.ts';
import { type FakeParts, FakeTransaction, Table } from './fake-transaction.ts';

class FakeAcceptedEvents extends AcceptedEvents {
  constructor(private readonly digests: Table<string>) {
    super();
  }

  note(keys: readonly AcceptedKey[]): Promise<readonly ('new' | 'known' | 'different')[]> {
    return Promise.resolve(
      keys.map(({ source, id, digest }) => {
        const name = JSON.stringify([source, id]);
        const known = this.digests.get(name);
        if (known === undefined) {
          this.digests.set(name, digest);
          return 'new';
        }
        return known === digest ? 'known' : 'different';
      }),
    );
  }
}

export class FakePipelineTransaction extends FakeTransaction<PipelineStores> implements PipelineTransaction {
  constructor(parts: Partial<FakeParts<PipelineStores>> = {}) {
    const digests = new Table<string>();
    super({
      schema: 'pipeline',
      tables: [digests],
      stores: (outbox) => ({ accepted: new FakeAcceptedEvents(digests), outbox }),
      ...parts,
    });
  }
}
