import { canonicalJson } from '../../../shared/canonical-json.ts';
import type { WallClock } from '../../../shared/clock.ts';
import { AppError, type Fault } from '../../../shared/errors.ts';
import { instantAt } from '../../../shared/instant.ts';
import { breaks } from '../domain/compatibility.ts';
import type { Lane } from '../domain/lanes.ts';
import { asSchema } from '../domain/schema-rules.ts';
import { schemaFaults } from '../domain/schema-rules.ts';
import type { PipelineTransaction } from '../ports/accepted-events.ts';
import type { EventReader } from '../ports/event-reader.ts';
import type { Compatibility, EventTypes, RegisteredType } from '../ports/event-types.ts';
import type { EventCatalogue } from './event-catalogue.ts';

/** Every process keeps a validator for each; so many are a mistake. */
export const MAX_VERSIONS = 2_000;
const RESERVED = ['order.', 'click.', 'pipeline.'];

export interface NewEventType {
  readonly type: string;
  readonly lane: Lane;
  readonly about: string;
  readonly schema: object;
  readonly compatibility: Compatibility;
}

export interface Registration {
  readonly registered: RegisteredType;
  readonly isNew: boolean;
}

/** What is registered stays; a change is the next version. The same again is the version that there is. */
export class RegisterEventType {
  constructor(
    private readonly transaction: PipelineTransaction,
    private readonly reader: EventReader,
    private readonly catalogue: EventCatalogue,
    private readonly announce: () => void,
    private readonly wallClock: WallClock,
  ) {}

  /** Throws `pipeline.type_reserved`, `pipeline.schema_refused`, `pipeline.schema_incompatible`, `pipeline.too_many_types`. */
  async run(asked: NewEventType, by: string): Promise<Registration> {
    this.check(asked);
    const done = await this.transaction.run(({ types }) => this.register(types, asked, by));
    await this.catalogue.refresh();
    if (done.isNew) this.announce();
    return done;
  }

  private check({ type, schema }: NewEventType): void {
    if (RESERVED.some((prefix) => type.startsWith(prefix)))
      throw new AppError('refused', 'pipeline.type_reserved', `${type} is in a name space of ours; take another`);
    const faults = schemaFaults(schema);
    if (faults.length > 0) throw schemaRefused(faults);
    const why = this.reader.whyUnusable(schema);
    if (why !== undefined) throw schemaRefused([{ pointer: '', code: 'pipeline.schema_refused', detail: why }]);
  }

  private async register(types: EventTypes, asked: NewEventType, by: string): Promise<Registration> {
    const versions = await types.lockVersions(asked.type);
    const same = versions.find((version) => contentOf(version) === contentOf(asked));
    if (same !== undefined) return { registered: same, isNew: false };
    const before = versions.at(-1);
    if (before !== undefined && asked.compatibility === 'backward') mustFollow(before, asked);
    if ((await types.count()) >= MAX_VERSIONS)
      throw new AppError('refused', 'pipeline.too_many_types', `there are ${MAX_VERSIONS} versions of types already`);
    const registered = {
      ...asked,
      schema: asSchema(asked.schema),
      version: versions.length + 1,
      registeredAt: instantAt(this.wallClock.nowMs()),
      registeredBy: by,
    };
    await types.add(registered);
    return { registered, isNew: true };
  }
}

const contentOf = ({ lane, about, schema }: Pick<NewEventType, 'lane' | 'about' | 'schema'>): string =>
  canonicalJson([lane, about, schema]);

const mustFollow = (before: RegisteredType, { schema }: NewEventType): void => {
  const faults = breaks(before.schema, asSchema(schema));
  if (faults.length === 0) return;
  throw new AppError(
    'refused',
    'pipeline.schema_incompatible',
    `events of version ${before.version} could fail; mend the schema, or say "compatibility": "none" if nobody sends them`,
    { faults: faults.map((fault) => ({ ...fault, pointer: `/schema${fault.pointer}` })) },
  );
};

const schemaRefused = (faults: readonly Fault[]): AppError =>
  new AppError('refused', 'pipeline.schema_refused', 'the schema is not one that events can be checked against', {
    faults: faults.map((fault) => ({ ...fault, pointer: `/schema${fault.pointer}` })),
  });
