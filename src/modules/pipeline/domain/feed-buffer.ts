/** What one who watches has not taken yet. It holds so much; then the oldest goes, and is counted. */
import type { FeedEvent } from './feed-event.ts';

export interface Room {
  readonly events: number;
  /** Of their texts. */
  readonly characters: number;
}

export class FeedBuffer {
  private events: FeedEvent[] = [];
  private characters = 0;
  private missed = 0;

  constructor(private readonly room: Room) {}

  get isEmpty(): boolean {
    return this.events.length === 0 && this.missed === 0;
  }

  add(event: FeedEvent): void {
    this.events.push(event);
    this.characters += event.text().length;
    while (this.events.length > this.room.events || this.characters > this.room.characters) {
      this.characters -= this.events.shift()?.text().length ?? 0;
      this.missed += 1;
    }
  }

  /** The oldest, so many characters of them but one event at least; and how many went before them. */
  take(most: number): { readonly missed: number; readonly events: readonly FeedEvent[] } {
    const { missed } = this;
    this.missed = 0;
    let count = 0;
    let characters = 0;
    for (const event of this.events) {
      const { length } = event.text();
      if (count > 0 && characters + length > most) break;
      count += 1;
      characters += length;
    }
    this.characters -= characters;
    return { missed, events: this.events.splice(0, count) };
  }
}
