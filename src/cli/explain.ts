/** `tributary explain`: why a commission is what it is, or why an order earned anybody something, or nothing. */
import type { App } from '../infrastructure/compose.ts';
import { WhyPort } from '../modules/commission/index.ts';
import { AppError } from '../shared/errors.ts';
import { isId } from '../shared/ids.ts';

export const SPOKEN = ['en', 'zh'] as const;

export const explain = async (app: App, id: string, language: string): Promise<void> => {
  const why = app.ask(WhyPort);
  const spoken = SPOKEN.find((each) => each === language) ?? 'en';
  const told = isId('com', id)
    ? await why.commission(id, spoken)
    : isId('ord', id)
      ? await why.order(id, spoken)
      : undefined;
  if (told === undefined)
    throw new AppError(
      'not_found',
      'local.nothing_to_explain',
      `${id} is no commission (com_…) and no order (ord_…) here; by its own name, GET /v1/conversions?orderRef=… finds an order’s id`,
    );
  console.log(told);
};
