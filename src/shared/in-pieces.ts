/** Items in their order, as many at a time as told: what a statement or an argument list takes at once is bounded. */
export const inPieces = <Item>(items: readonly Item[], size: number): (readonly Item[])[] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, nth) => items.slice(nth * size, (nth + 1) * size));
