import { AppError } from '../../../../shared/errors.ts';
import type { RailName } from '../../domain/rails/rail-name.ts';
import { type Rail, Rails } from '../../ports/rails.ts';

/** The rails that are set up. */
export class KnownRails extends Rails {
  private readonly rails: ReadonlyMap<RailName, Rail>;

  constructor(rails: readonly Rail[]) {
    super();
    this.rails = new Map(rails.map((rail) => [rail.name, rail]));
  }

  of(name: RailName): Rail {
    const rail = this.find(name);
    if (rail === undefined) {
      throw new AppError(
        'refused',
        'settlement.no_rail',
        `nothing carries payouts by ${name} here; set it up, or cancel`,
      );
    }
    return rail;
  }

  find(name: RailName): Rail | undefined {
    return this.rails.get(name);
  }
}
