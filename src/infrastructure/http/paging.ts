import { IsListOf, IsText, IsWhole } from '../../shared/fields.ts';
import { type Shape } from '../../shared/shape.ts';
import { decodeCursor, type PageRequest } from '../../shared/page.ts';

export const PAGE_LIMIT = 100;

/** The query of every list; a route with filters extends it. */
export class PageQuery {
  @IsWhole({ min: 1, max: 1_000, optional: true, description: 'How many at most; 100 unless told' })
  readonly limit?: number;
  @IsText({ max: 1_000, optional: true, description: 'The `nextCursor` of the page before' }) readonly after?: string;
}

export const toPageRequest = ({ limit = PAGE_LIMIT, after }: PageQuery): PageRequest => ({
  limit,
  after: after === undefined ? undefined : decodeCursor(after),
});

/** The shape of a page of such items: `data`, and the cursor of the next page or null. */
export const pageOfShape = (item: Shape): Shape => {
  class ItemPage {}
  Object.defineProperty(ItemPage, 'name', { value: `${item.name.replace(/View$/, '')}Page` });
  IsListOf(() => item, { max: 1_000 })(ItemPage.prototype, 'data');
  IsText({ max: 1_000, nullable: true, description: 'Null on the last page' })(ItemPage.prototype, 'nextCursor');
  return ItemPage;
};
