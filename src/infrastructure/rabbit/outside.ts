/** Programs that are none of ours and hear our events: a queue each, which the relay declares before it publishes. */
import { AppError } from '../../shared/errors.ts';
import { type Contract, nameOf } from '../../shared/events.ts';
import type { AskedQueue } from '../config.ts';

export interface OutsideQueue {
  readonly name: string;
  /** `commission.accrued.v1` */
  readonly types: readonly string[];
}

type Told = Pick<Contract, 'type' | 'version'>;

/** Throws `config.invalid` for what nobody tells: a queue that stays empty would look like silence. */
export const outsideQueues = (asked: readonly AskedQueue[], told: readonly Told[]): readonly OutsideQueue[] => {
  const strange = asked.flatMap(({ types }) => types).filter((wanted) => !told.some(({ type }) => fits(wanted, type)));
  if (strange.length > 0)
    throw new AppError('invalid', 'config.invalid', `BROKER_OUTSIDE names what nobody tells: ${strange.join(', ')}`);
  return asked.map(({ name, types }) => ({
    name,
    types: told.filter(({ type }) => types.some((wanted) => fits(wanted, type))).map(nameOf),
  }));
};

/** Of small letters, digits, underlines, dots and stars, as the setting was read. */
const fits = (wanted: string, type: string): boolean =>
  new RegExp(`^${wanted.replaceAll('.', '[.]').replaceAll('*', '.*')}$`).test(type);
