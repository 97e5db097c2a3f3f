/** A binary heap: whatever comes first by `isBefore` is at hand, and the rest is in no particular order. */
export class EventTimeHeap<Item> {
  private readonly items: Item[] = [];

  constructor(private readonly isBefore: (one: Item, other: Item) => boolean) {}

  get size(): number {
    return this.items.length;
  }

  get first(): Item | undefined {
    return this.items[0];
  }

  /** In no order. */
  all(): Iterable<Item> {
    return this.items;
  }

  push(item: Item): void {
    const { items } = this;
    let place = items.push(item) - 1;
    while (place > 0) {
      const above = (place - 1) >> 1;
      const parent = items[above] as Item;
      if (!this.isBefore(item, parent)) break;
      items[place] = parent;
      place = above;
    }
    items[place] = item;
  }

  pop(): Item | undefined {
    const { items } = this;
    const first = items[0];
    const last = items.pop();
    if (last !== undefined && items.length > 0) this.sink(last);
    return first;
  }

  /** Puts the item where the first one was, and lets it down to its place. */
  private sink(item: Item): void {
    const { items } = this;
    const half = items.length >> 1;
    let place = 0;
    while (place < half) {
      const below = this.earlierChild(place);
      const child = items[below] as Item;
      if (!this.isBefore(child, item)) break;
      items[place] = child;
      place = below;
    }
    items[place] = item;
  }

  private earlierChild(place: number): number {
    const [left, right] = [2 * place + 1, 2 * place + 2];
    const { items } = this;
    return right < items.length && this.isBefore(items[right] as Item, items[left] as Item) ? right : left;
  }
}
