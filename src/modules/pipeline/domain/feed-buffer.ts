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

  /** Everything, and how many went before it. */
  take(): { readonly missed: number; readonly events: readonly FeedEvent[] } {
    const { missed, events } = this;
    this.events = [];
    this.characters = 0;
    this.missed = 0;
    return { missed, events };
  }
}
