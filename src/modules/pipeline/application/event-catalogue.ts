import { builtInTypes, type EventType } from '../domain/event-types.ts';
import { fingerprintedBy } from '../domain/schema.ts';
import { type EventTypes, KnownTypes, type RegisteredType } from '../ports/event-types.ts';

const BUILT_IN: ReadonlyMap<string, readonly EventType[]> = new Map(builtInTypes.map((type) => [type.type, [type]]));

/** Ours and the registered ones, as this process knows them. Versions count from one without gaps. */
export class EventCatalogue extends KnownTypes {
  private versions = BUILT_IN;

  constructor(private readonly types: Pick<EventTypes, 'all'>) {
    super();
  }

  find(type: string, version?: number): EventType | undefined {
    const versions = this.versions.get(type);
    return version === undefined ? versions?.at(-1) : versions?.[version - 1];
  }

  names(): readonly string[] {
    return [...this.versions.keys()];
  }

  /** Hears of what was registered elsewhere. */
  async refresh(): Promise<void> {
    const registered = await this.types.all();
    const versions = new Map(BUILT_IN);
    for (const type of registered) versions.set(type.type, [...(versions.get(type.type) ?? []), this.known(type)]);
    this.versions = versions;
  }

  /** The one that is known already, if it is: what was compiled for it is found again. */
  private known(registered: RegisteredType): EventType {
    return this.find(registered.type, registered.version) ?? toEventType(registered);
  }
}

const toEventType = ({ type, version, lane, about, schema }: RegisteredType): EventType => ({
  type,
  version,
  lane,
  about,
  schema: schema as unknown as EventType['schema'],
  builtIn: false,
  fingerprinted: fingerprintedBy(schema),
});
